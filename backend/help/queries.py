"""Look-ups of requests for help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.help.errors import HelpNotFound
from backend.help.models import HelpRequest
from backend.regions import queries as regions

_R = HelpRequest
MOST_SHOWN = 20


def get(work: Work, help_id: UUID, *, lock: bool = True) -> HelpRequest:
    """One request, locked until the commit where it will be changed; raises HelpNotFound."""
    found = work.session.get(HelpRequest, help_id, with_for_update=lock)
    if found is None:
        raise HelpNotFound()
    return found


def of_account(work: Work, account_id: UUID | None) -> Sequence[HelpRequest]:
    """The newest requests of an account."""
    statement = select(_R).where(_R.account_id == account_id).order_by(_R.id.desc())
    return list(work.session.scalars(statement.limit(MOST_SHOWN)))


def asked_since(work: Work, account_id: UUID | None, since: datetime) -> list[datetime]:
    """When an account asked after a moment."""
    statement = select(_R.created_at).where(_R.account_id == account_id, _R.created_at > since)
    return list(work.session.scalars(statement.order_by(_R.id.desc()).limit(MOST_SHOWN)))


def at_desk(
    work: Work, scope: str, states: Sequence[str], wanted: PageRequest
) -> Page[HelpRequest]:
    """The requests of a division prefix in these states, the oldest first."""
    statement = select(_R).where(_R.state.in_(states), regions.lies_within(_R.division, scope))
    return keyset(work.session, statement, [_R.id], [UUID], wanted, descending=False)
