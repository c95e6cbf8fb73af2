"""Drafts: read, change, give up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from backend.applications import queries
from backend.applications.errors import (
    ApplicationNotFound,
    AreaNotOffered,
    ChangedTooOften,
    ForeignApplicant,
    MandateNotActive,
    NotEditable,
    OtherCounty,
    SignerInvited,
)
from backend.applications.events import ApplicationWithdrawn
from backend.applications.models import Application, Case, CaseRow
from backend.applications.permissions import CASE_ADD, CASE_EDIT, CASE_READ
from backend.applications.queries import CaseInList
from backend.applications.rules import MOST_CHANGES, Form, private_figures
from backend.applications.states import EDITABLE, FORWARDED, MOVES, ApplicationState
from backend.audit import service as audit
from backend.consent import queries as consent
from backend.consent import service as consent_service
from backend.core.access import Actor, require
from backend.core.paging import Page, PageRequest
from backend.core.transitions import next_state
from backend.core.uow import Work
from backend.households import service as households
from backend.households.rules import SELF, PersonData, applicant_of
from backend.identity import queries as identity_queries
from backend.identity import service as identity
from backend.policy import queries as policy
from backend.policy.rules.values import Area
from backend.regions import queries as regions


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case in clear, for whoever passed the permission."""

    case: Case
    people: list[PersonData]
    form: Form
    assessment: dict[str, Any] | None = None
    outcome: dict[str, Any] | None = None
    hidden: frozenset[UUID] = frozenset()  # whose figures whoever looks does not see


def get(work: Work, actor: Actor, application_id: UUID) -> CaseRow:
    """One case that the caller may see; raises ApplicationNotFound."""
    case = queries.row(work, application_id)
    require(CASE_READ, actor, case)
    _hide_from_former_helper(work, actor, case)
    if actor.is_staff:
        # domain rule R4: a look at somebody's money and health is recorded
        work.after_end(lambda later: record(later, actor, case, "case.read"))
    return case


def _hide_from_former_helper(work: Work, actor: Actor, case: Case) -> None:
    """Whose mandate was taken back or ran out sees no more of the principal's case."""
    if case.mandate_id is None or actor.id != case.owner_account_id:
        return
    if case.mandate_id in identity_queries.ended_mandates_of(work, actor.id):
        raise ApplicationNotFound()


def get_to_add(work: Work, actor: Actor, application_id: UUID) -> Application:
    """One case that the caller may add papers to: its people, a helper while the mandate holds,
    the township of the place. Raises ApplicationNotFound, AccessRefused, MandateNotActive.
    """
    case = queries.get(work, application_id)
    require(CASE_ADD, actor, case)
    require_mandate(work, actor, case)
    return case


def list_mine(work: Work, actor: Actor, wanted: PageRequest) -> Page[CaseInList]:
    """The caller's own cases, newest first."""
    return queries.mine(work, actor, wanted)


def patch(
    work: Work, actor: Actor, application_id: UUID, version: int, changes: dict[str, Any]
) -> Application:
    """Change the form (its keys are those of `Form`), the area or the division of a draft.

    Raises NotEditable, StaleVersion, AreaNotOffered, DivisionUnknown, OtherCounty.
    """
    case = for_change(work, actor, application_id, version)
    if "area" in changes:
        if Area(changes["area"]) not in policy.programme(work, case.programme).areas:
            raise AreaNotOffered(path="/area")
        case.area = changes["area"]
    if "division" in changes:
        _move_to(work, case, changes["division"])
        require(CASE_EDIT, actor, case)  # no desk moves a case out of its own sight
    kept = {key: value for key, value in changes.items() if key not in {"area", "division"}}
    case.seal(work.vault, form=form_of(work, case).changed(kept))
    record(work, actor, case, "case.changed")
    return case


def _move_to(work: Work, case: Application, division: str) -> None:
    regions.get_local(work, division, path="/division")
    if division[:6] != case.county:
        raise OtherCounty(path="/division")
    case.division = division
    consent_service.follow(work, case.id, division)


def put_member(
    work: Work,
    actor: Actor,
    application_id: UUID,
    version: int,
    member_id: UUID,
    changed: Callable[[PersonData | None], PersonData],
) -> Application:
    """Add one person or change what is kept of one (`changed` is given that, None for a new one).

    Raises NotEditable, StaleVersion, HouseholdImplausible, MemberNotFound, ForeignApplicant, and
    SignerInvited where a consent would become another's.
    """
    case = for_change(work, actor, application_id, version)
    before = households.person_of(work, case.id, member_id)
    person = changed(before)
    if before and member_id in hidden_from(work, actor, case, households.people_of(work, case.id)):
        person = with_money_of(person, before)  # what was not shown cannot have been changed
    invited = {standing.member_id for standing in consent.standing(work, case.id)}
    if before and before.id_number != person.id_number and person.id in invited:
        raise SignerInvited(path="/idNumber")
    households.put_person(work, case.id, case.county, person)
    work.session.flush()
    if person.relation == SELF:
        check_applicant(work, case, [person], path="/idNumber")
    record(work, actor, case, "case.changed")
    return case


def hidden_from(
    work: Work, actor: Actor, case: Case, people: Sequence[PersonData]
) -> frozenset[UUID]:
    """Whose figures this caller does not see. Whoever fills in a case knows what he wrote; what
    was said at the counter, each said for himself.
    """
    if actor.is_staff or case.recorded_by is None:
        return frozenset()
    return private_figures(people, work.legal.today())


def with_money_of(person: PersonData, before: PersonData) -> PersonData:
    """The person, earning and spending as before."""
    return replace(
        person,
        incomes=before.incomes,
        incomes_unknown=before.incomes_unknown,
        deductions=before.deductions,
    )


def remove_member(
    work: Work, actor: Actor, application_id: UUID, version: int, member_id: UUID
) -> Application:
    """Take one person out; raises NotEditable, StaleVersion, MemberNotFound."""
    case = for_change(work, actor, application_id, version)
    households.remove_person(work, case.id, member_id)
    record(work, actor, case, "case.changed")
    return case


def withdraw(work: Work, actor: Actor, application_id: UUID, version: int) -> Application:
    """Take a case back at any time before its decision; the county hears of one that it has.

    Raises IllegalMove, StaleVersion, MandateNotActive.
    """
    case = queries.get(work, application_id, lock=True)
    require(CASE_EDIT, actor, case)
    require_mandate(work, actor, case)
    work.check_version(case, version)
    forwarded = ApplicationState(case.state) in FORWARDED
    move(work, case, "withdraw")
    case.stage = case.stage_until = None
    record(work, actor, case, "case.withdrawn")
    if forwarded:
        work.emit(ApplicationWithdrawn(case.id, actor))
    return case


def for_change(work: Work, actor: Actor, application_id: UUID, version: int) -> Application:
    """The case, locked, if the caller may change it now at this version; raises also
    ChangedTooOften.
    """
    case = queries.get(work, application_id, lock=True)
    require_change(work, actor, case, version)
    case.updated_at = work.wall.now()
    # people are rows of their own: the case counts up with each of their changes all the same
    flag_modified(case, "updated_at")
    return case


def require_change(work: Work, actor: Actor, case: Case, version: int) -> None:
    """Refuse who may not change the case now, or saw another version of it."""
    require(CASE_EDIT, actor, case)
    work.check_version(case, version)
    if ApplicationState(case.state) not in EDITABLE:
        raise NotEditable()
    if case.version >= MOST_CHANGES:
        raise ChangedTooOften(most=MOST_CHANGES)
    require_mandate(work, actor, case)


def require_mandate(work: Work, actor: Actor, case: Case) -> None:
    """A helper acts only as long as the mandate holds; raises MandateNotActive."""
    if case.mandate_id is not None and actor.id == case.owner_account_id:
        applicant_person(work, actor, case.mandate_id)


def form_of(work: Work, case: Case) -> Form:
    """The case's form in clear."""
    kept = case.unseal(work.vault, "form")
    return Form(**{**kept, "staff_relatives": tuple(kept["staff_relatives"])})


def move(work: Work, case: Application, action: str) -> None:
    """Do one declared move; raises IllegalMove."""
    case.state = next_state(MOVES, ApplicationState(case.state), action)
    case.updated_at = work.wall.now()


def record(work: Work, actor: Actor, case: Case, action: str, **details: Any) -> None:
    """Append to the case's audit chain."""
    audit.record(
        work, actor, action, f"application:{case.id}", case=case.id, county=case.county, **details
    )


def tell_applicant_and_owner(work: Work, case: Case, code: str, **params: Any) -> None:
    """Leave the same notice for whoever filed the case and for the person it is for."""
    if case.owner_account_id:
        identity.tell(work, code, account=case.owner_account_id, about=case.id, **params)
    if (case.mandate_id or case.recorded_by) and case.applicant_person_id:
        identity.tell(work, code, person=case.applicant_person_id, about=case.id, **params)


def applicant_person(work: Work, actor: Actor, mandate_id: UUID | None) -> UUID:
    if mandate_id is None:
        return identity.claimed_person(work, actor)
    assert actor.id is not None  # noqa: S101 - a citizen's session always has its account
    held = identity.mandate_for(work, actor.id, mandate_id, work.legal.today())
    if held is None:
        raise MandateNotActive()
    return held[1]


def check_applicant(
    work: Work, case: Case, people: Sequence[PersonData], path: str | None = None
) -> None:
    """The applicant in the form is the person of the account or of the mandate, nobody else."""
    applicant = applicant_of(people)
    if applicant is None:
        return
    if households.person_ids(work, case.id).get(applicant.id) != case.applicant_person_id:
        place = next(n for n, p in enumerate(people) if p.id == applicant.id)
        raise ForeignApplicant(path=path or f"/members/{place}/idNumber")
