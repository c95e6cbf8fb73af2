"""Look-ups of applications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, not_, or_, select, union

from backend.applications.errors import ApplicationNotFound
from backend.applications.models import Application, CaseClock, CaseNote, CasePause, CaseRow
from backend.applications.states import FORWARDED, ApplicationState
from backend.core.access import Actor
from backend.core.paging import Page, PageRequest, cursor_of, values_of
from backend.core.prepared import Prepared
from backend.core.uow import Work
from backend.identity import queries as identity
from backend.regions import queries as regions

_A = Application


_COLUMNS = [getattr(_A, name) for name in CaseRow._fields]
_CASE = Prepared(select(*_COLUMNS).where(_A.id == bindparam("id")))
_CASE_LOCKED = Prepared(select(*_COLUMNS).where(_A.id == bindparam("id")).with_for_update())


def get(work: Work, application_id: UUID, *, lock: bool = False) -> Application:
    """One application to be changed; raises ApplicationNotFound. `lock` holds the row until the
    commit.
    """
    found = work.session.get(Application, application_id, with_for_update=lock or None)
    if found is None:
        raise ApplicationNotFound()
    return found


def row(work: Work, application_id: UUID, *, lock: bool = False) -> CaseRow:
    """One application to be read; raises ApplicationNotFound. `lock` holds it until the commit."""
    found = (_CASE_LOCKED if lock else _CASE).row(work, id=application_id)
    if found is None:
        raise ApplicationNotFound()
    return CaseRow(*found)


class CaseInList(NamedTuple):
    """What a list shows of a case."""

    id: UUID
    programme: str
    state: str
    stage: str | None
    division: str
    created_at: datetime
    submitted_on: date | None
    due_on: date | None
    version: int
    owner_account_id: UUID | None
    mandate_id: UUID | None


def _page_of(owned: Any) -> Any:
    """The newest ids before `before` that `owned` holds for, off an index."""
    newest = select(_A.id).where(owned, _A.id < bindparam("before"))
    return newest.order_by(_A.id.desc()).limit(bindparam("most"))


# Two looks at two indexes, put together, and not one OR: that would read every case there is.
_CREATED = _page_of(
    (_A.owner_account_id == bindparam("account"))
    & or_(_A.mandate_id.is_(None), not_(_A.mandate_id.in_(identity.ended_mandates())))
)
_CONCERNING = _page_of(_A.applicant_person_id == bindparam("person"))
_LISTED = [getattr(_A, name) for name in CaseInList._fields]


def _listed(*pages: Any) -> Prepared:
    found = union(*(select(page.subquery().c.id) for page in pages)).subquery()
    listed = select(*_LISTED).join(found, found.c.id == _A.id)
    return Prepared(listed.order_by(_A.id.desc()).limit(bindparam("most")))


_MINE, _MINE_PROVEN = _listed(_CREATED), _listed(_CREATED, _CONCERNING)
_BEFORE_ALL = UUID(int=2**128 - 1)


def mine(work: Work, actor: Actor, wanted: PageRequest) -> Page[CaseInList]:
    """What the account created, and once it is proven what concerns its person; newest first.

    What a helper created under a mandate that was taken back is hidden from the helper.
    """
    before = values_of(wanted.cursor, [UUID])[0] if wanted.cursor else _BEFORE_ALL
    given = {
        "account": actor.id,
        "before": before,
        "most": wanted.limit + 1,
        "today": work.legal.today(),
    }
    if actor.proven and actor.person_id:
        rows = _MINE_PROVEN.rows(work, **given, person=actor.person_id)
    else:
        rows = _MINE.rows(work, **given)
    found = [CaseInList(*row) for row in rows]
    if len(found) <= wanted.limit:
        return Page(found, None)
    return Page(found[: wanted.limit], cursor_of([found[wanted.limit - 1].id]))


_IS_DRAFT = _A.state == ApplicationState.DRAFT
_BEGUN = Prepared(
    select(_A.state, _A.created_at)
    .where(_A.owner_account_id == bindparam("account"))
    .where(or_(_IS_DRAFT, _A.created_at > bindparam("since")))
    .order_by(_A.created_at.desc())
    .limit(bindparam("most"))
)


def begun(
    work: Work, account_id: UUID | None, since: datetime, most: int
) -> tuple[int, list[datetime]]:
    """How many drafts an account has open, and when it began what it began after `since` (the
    newest `most`), the oldest first.
    """
    found = _BEGUN.rows(work, account=account_id, since=since, most=most)
    drafts = sum(1 for state, _ in found if state == ApplicationState.DRAFT)
    return drafts, [at for _, at in reversed(found) if at > since]


def notes(work: Work, application_id: UUID) -> Sequence[CaseNote]:
    statement = select(CaseNote).where(CaseNote.case_id == application_id)
    return list(work.session.scalars(statement.order_by(CaseNote.id)))


def due_before(work: Work, day: date) -> Sequence[Application]:
    """Cases past their statutory date."""
    return list(work.session.scalars(select(Application).where(Application.due_on < day)))


def clock_of(work: Work, application_id: UUID) -> CaseClock | None:
    """What a case's clock was reckoned from; None before the acceptance."""
    return work.session.get(CaseClock, application_id)


def pauses_of(work: Work, application_id: UUID) -> Sequence[CasePause]:
    """The times in which the clock of a case stood, the first one first."""
    statement = select(CasePause).where(CasePause.case_id == application_id)
    return list(work.session.scalars(statement.order_by(CasePause.id)))


def reckoned_before(work: Work, prefix: str, revision: int, most: int) -> Sequence[Application]:
    """Running cases of a division prefix whose days were reckoned by an older calendar, locked."""
    older = or_(CaseClock.id.is_(None), CaseClock.calendar_revision < revision)
    statement = (
        select(_A)
        .join(CaseClock, CaseClock.id == _A.id, isouter=True)
        .where(_A.state.in_(FORWARDED), regions.lies_within(_A.division, prefix), older)
        .order_by(_A.id)
        .limit(most)
        .with_for_update(of=_A)
    )
    return list(work.session.scalars(statement))
