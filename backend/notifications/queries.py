"""Which notices are due."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select

from backend.core.clocks import SKEW
from backend.core.uow import Work
from backend.notifications.models import DUE, Notice
from backend.notifications.rules import EVERY, LONGEST_WAIT


def any_due(work: Work, lease: timedelta) -> bool:
    """Whether there is anything to send, without holding it."""
    return work.session.scalar(_due(work.wall.now(), lease)) is not None


def next_due(work: Work, lease: timedelta) -> Notice | None:
    """The notice that waited longest, held until the commit."""
    return work.session.scalar(_due(work.wall.now(), lease).with_for_update(skip_locked=True))


def get(work: Work, notice_id: UUID) -> Notice | None:
    """One notice, held until the commit."""
    return work.session.get(Notice, notice_id, with_for_update=True)


def _due(now: datetime, lease: timedelta) -> Select[Notice]:
    """A moment further off than any we set comes from a clock that was set back."""
    return (
        select(Notice)
        .where(
            DUE,
            or_(Notice.next_at <= now, Notice.next_at > now + LONGEST_WAIT + SKEW),
            or_(
                Notice.lease_until.is_(None),
                Notice.lease_until < now,
                Notice.lease_until > now + lease + SKEW,
            ),
            or_(
                Notice.begun_at.is_(None),
                Notice.begun_at <= now - EVERY,
                Notice.begun_at > now + SKEW,
            ),
        )
        .order_by(Notice.next_at)
        .limit(1)
    )
