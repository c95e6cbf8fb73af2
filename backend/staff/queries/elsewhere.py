"""Who of a household lives in another live case, too: in two towns, or in two families."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from backend.applications.models import Application
from backend.applications.states import ENDED, ApplicationState
from backend.core.access import Actor
from backend.core.uow import Work
from backend.households.models import HouseholdMember
from backend.households.rules import PersonRole
from backend.regions import queries as regions

_MOST = 50
_OVER = ENDED - {ApplicationState.APPROVED}  # aid that was granted is live


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One of this case's people in another case that was handed in and is not over; its id is None
    where that case is another desk's.
    """

    name: str
    application_id: UUID | None
    programme: str
    state: str
    division: str
    place: str
    submitted_on: date | None


def elsewhere(work: Work, actor: Actor, application_id: UUID) -> list[Elsewhere]:
    """Found by the person, that is by the keyed digest of the ID number, whatever county it is in;
    the first handed in first.

    Whoever only owes support lives in a household of their own: that is no duplicate.
    """
    mine, theirs = aliased(HouseholdMember), aliased(HouseholdMember)
    statement = (
        select(mine, Application)
        .join(theirs, theirs.person_id == mine.person_id)
        .join(Application, Application.id == theirs.case_id)
        .where(
            mine.case_id == application_id,
            mine.role == PersonRole.MEMBER,
            theirs.role == PersonRole.MEMBER,
            theirs.case_id != application_id,
            Application.submitted_at.is_not(None),
            Application.state.not_in(_OVER),
        )
        .order_by(Application.submitted_at, Application.id, mine.id)
        .limit(_MOST)
    )
    rows = work.session.execute(statement)
    return [_found(work, actor.scope or "none", person, case) for person, case in rows]


def _found(work: Work, scope: str, person: HouseholdMember, case: Application) -> Elsewhere:
    path = regions.division_path(work, case.division)
    return Elsewhere(
        name=str(person.unseal(work.vault, "name")),
        application_id=case.id if case.division.startswith(scope) else None,
        programme=case.programme,
        state=case.state,
        division=case.division,
        place="".join(place.name for place in path[-3:]),
        submitted_on=case.submitted_on,
    )
