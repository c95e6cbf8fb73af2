"""Changes of the calendar, counted: whoever reckoned with an older one reckons again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from backend.core.uow import Work
from backend.regions.models import HEAD, CalendarChange, CalendarHead


def lock_head(work: Work) -> CalendarHead:
    """Let nobody else change the calendar, nor keep a day that was reckoned by it, until the
    commit.
    """
    head = work.session.get(CalendarHead, HEAD, with_for_update=True)
    if head is None:
        head = CalendarHead(id=HEAD, revision=0)
        work.session.add(head)
    return head


def note_change(
    work: Work, prefix: str, year: int, reason: str, changed_by: UUID | None = None
) -> CalendarChange:
    """Count one change of a year in a division prefix; what depends on it is reckoned later."""
    head = lock_head(work)
    head.revision += 1
    change = CalendarChange(
        revision=head.revision,
        prefix=prefix,
        year=year,
        reason=reason,
        changed_by=changed_by,
        changed_at=work.wall.now(),
        settled=False,
    )
    work.session.add(change)
    work.session.flush()  # what is asked next has to see it
    return change


def settle(work: Work, revision: int) -> None:
    """Nothing is left that was reckoned by an older calendar than this change."""
    change = work.session.scalars(
        select(CalendarChange).where(CalendarChange.revision == revision).with_for_update()
    ).one()
    change.settled = True
