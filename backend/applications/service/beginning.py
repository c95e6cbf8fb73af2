"""How a case begins: for oneself, for the principal of a mandate, or at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.applications import queries
from backend.applications.errors import (
    AreaNotOffered,
    CounterTooManyToday,
    DraftsFull,
    TooManyToday,
)
from backend.applications.models import Application
from backend.applications.permissions import CASE_FILE
from backend.applications.rules import MOST_A_DAY, MOST_AT_COUNTER, MOST_DRAFTS, Form
from backend.applications.service.draft import (
    CaseFacts,
    applicant_person,
    check_applicant,
    record,
    tell_applicant_and_owner,
)
from backend.core.access import Actor, require
from backend.core.attempts import Limit, count, wait_in_window
from backend.core.ids import new_id
from backend.core.prepared import inserting
from backend.core.uow import Work
from backend.households import service as households
from backend.households.rules import SELF, PersonData, PersonRole
from backend.identity import service as identity
from backend.policy import queries as policy
from backend.policy.rules.values import Area
from backend.regions import queries as regions

_DAY = timedelta(days=1)
_BEGIN = inserting(Application)
_AT_COUNTER = Limit("counter-filing", MOST_AT_COUNTER, _DAY)


@dataclass(frozen=True, slots=True)
class NewApplication:
    """What a draft begins with."""

    programme: str
    division: str
    area: str
    mandate_id: UUID | None
    people: Sequence[PersonData]
    form: Form


@dataclass(frozen=True, slots=True)
class CounterFiling:
    """Who stands at the counter, and what its officer says: which papers he saw, and whether he is
    a near relative of the household.
    """

    programme: str
    division: str
    area: str
    name: str
    id_number: str
    phone: str | None
    papers_seen: str
    officer_related: bool


def create(work: Work, actor: Actor, new: NewApplication) -> CaseFacts:
    """Begin a draft for oneself, or with `mandate_id` for the mandate's principal.

    Raises ProgrammeUnknown, DivisionUnknown, AreaNotOffered, IdentityMissing, MandateNotActive,
    HouseholdImplausible, ForeignApplicant, DraftsFull, TooManyToday.
    """
    _require_room(work, actor)
    _check_place(work, new)
    person_id = applicant_person(work, actor, new.mandate_id)
    facts = _begin(work, new, person_id, owner_account_id=actor.id, mandate_id=new.mandate_id)
    by_helper = new.mandate_id is not None
    record(work, actor, facts.case, "case.created", by_helper=by_helper)
    if by_helper:
        tell_applicant_and_owner(work, facts.case, "told_case_begun_for_you")
    return facts


def create_at_counter(work: Work, actor: Actor, filing: CounterFiling) -> CaseFacts:
    """Begin a draft for somebody who stands at the counter of the place (窗口代录): it belongs to
    that person and to no account, and is kept by the township.

    Raises AccessRefused, ProgrammeUnknown, DivisionUnknown, AreaNotOffered, CounterTooManyToday.
    """
    require(CASE_FILE, actor, filing)
    wait = count(work, _AT_COUNTER, str(actor.id))
    if wait is not None:
        raise CounterTooManyToday(retry_after=wait, most=MOST_AT_COUNTER)
    applicant = PersonData(
        new_id(), PersonRole.MEMBER, filing.name, filing.id_number, SELF, phone=filing.phone
    )
    new = NewApplication(filing.programme, filing.division, filing.area, None, [applicant], Form())
    _check_place(work, new)
    person_id = identity.ensure_person(work, filing.id_number)
    seen = {"papers_seen": filing.papers_seen, "officer_related": filing.officer_related}
    facts = _begin(work, new, person_id, seen, recorded_by=actor.id)
    record(
        work,
        actor,
        facts.case,
        "case.created",
        at_counter=True,
        officer_related=filing.officer_related,
    )
    tell_applicant_and_owner(work, facts.case, "told_case_begun_at_counter")
    return facts


def _check_place(work: Work, new: NewApplication) -> None:
    if Area(new.area) not in policy.programme(work, new.programme).areas:
        raise AreaNotOffered(path="/area")
    regions.get_local(work, new.division, path="/division")


def _begin(
    work: Work,
    new: NewApplication,
    person_id: UUID,
    seen: dict[str, Any] | None = None,
    **whose: UUID | None,
) -> CaseFacts:
    case_id, now, table = work.new_id(), work.wall.now(), Application.__tablename__
    _BEGIN.run(
        work,
        id=case_id,
        created_at=now,
        updated_at=now,
        county=new.division[:6],
        division=new.division,
        area=new.area,
        programme=new.programme,
        applicant_person_id=person_id,
        form=work.vault.seal(table, "form", case_id, new.form),
        counter=seen and work.vault.seal(table, "counter", case_id, seen),
        **whose,
    )
    households.add_people(work, case_id, new.division[:6], new.people)
    case = queries.row(work, case_id)
    check_applicant(work, case, list(new.people))
    return CaseFacts(case, list(new.people), new.form)


def _require_room(work: Work, actor: Actor) -> None:
    """Nobody fills the house with drafts, nor by beginning and giving up all day long."""
    now = work.wall.now()
    drafts, today = queries.begun(work, actor.id, now - _DAY, MOST_DRAFTS + MOST_A_DAY)
    if drafts >= MOST_DRAFTS:
        raise DraftsFull(most=MOST_DRAFTS)
    wait = wait_in_window(today, MOST_A_DAY, now, _DAY)
    if wait is not None:
        raise TooManyToday(retry_after=wait, most=MOST_A_DAY)
