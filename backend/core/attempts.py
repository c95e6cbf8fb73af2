"""Attempt limits counted in the database, so that neither a restart nor a second process forgets
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, insert_absent
from backend.core.errors import TooManyAttempts
from backend.core.uow import Units, Work

KEPT = timedelta(days=2)  # longer than any window


class AttemptCount(Base):
    """How often one subject tried one thing within the window that began at `began_at`."""

    __tablename__ = "attempt_counts"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    count: Mapped[int]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries of this kind per subject within `window`."""

    kind: str
    most: int
    window: timedelta


def spend(units: Units, limit: Limit, subject: str) -> None:
    """Count one try in a unit of its own; raises TooManyAttempts with the seconds to wait."""
    with units.write() as work:
        left = count(work, limit, subject)
    if left is not None:
        raise TooManyAttempts(retry_after=left)


def count(work: Work, limit: Limit, subject: str) -> int | None:
    """Count one try within the caller's unit; the seconds left of the window where the limit is
    passed, else None.
    """
    now = work.wall.now()
    key = _key(work, limit, subject)
    insert_absent(work.session, AttemptCount, kind=limit.kind, subject=key, began_at=now, count=0)
    row = work.session.scalars(select(AttemptCount).where(*_is(limit, key)).with_for_update()).one()
    if now >= row.began_at + limit.window:
        row.began_at, row.count = now, 0
    # a clock that was set back holds nobody longer than one window, and gives no try back
    row.began_at = min(row.began_at, now)
    row.count += 1
    if row.count <= limit.most:
        return None
    return max(1, int((row.began_at + limit.window - now).total_seconds()))


def wait_in_window(
    moments: Iterable[datetime], most: int, now: datetime, window: timedelta
) -> int | None:
    """Seconds until fewer than `most` of what happened lie within the window; None when it is so
    now. For what is counted in its own rows.
    """
    latest = sorted(moment for moment in moments if moment > now - window)
    if len(latest) < most:
        return None
    return max(1, int((latest[-most] + window - now).total_seconds()))


def forget_old(work: Work) -> None:
    """Delete counts whose window began over two days ago: they hold nobody back any more."""
    old = AttemptCount.began_at < work.wall.now() - KEPT
    work.session.execute(delete(AttemptCount).where(old))


def clear(work: Work, limit: Limit, subject: str) -> None:
    """Forget the tries after a success."""
    work.session.execute(delete(AttemptCount).where(*_is(limit, _key(work, limit, subject))))


def _key(work: Work, limit: Limit, subject: str) -> bytes:
    """Under the oldest key, so that no count begins anew while keys are rotated (ADR 0008)."""
    return work.vault.digests(f"attempt:{limit.kind}", subject)[0]


def _is(limit: Limit, key: bytes) -> tuple[Any, Any]:
    return AttemptCount.kind == limit.kind, AttemptCount.subject == key
