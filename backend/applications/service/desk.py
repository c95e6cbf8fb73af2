"""What the township decides about a submitted case."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from backend.applications import queries
from backend.applications.errors import (
    AcceptedByRecorder,
    ConsentsOutstanding,
    CorrectionsUsedUp,
    OfficerIsRelative,
    PersonsNotConfirmed,
)
from backend.applications.events import (
    ApplicationAccepted,
    ApplicationRejected,
    CorrectionRequested,
)
from backend.applications.models import Application, CaseNote
from backend.applications.permissions import CASE_CHECK
from backend.applications.service import clock
from backend.applications.service.consents import outstanding
from backend.applications.service.draft import form_of, move, record, tell_applicant_and_owner
from backend.applications.service.reading import counter_of
from backend.consent import queries as consent_queries
from backend.consent import service as consent
from backend.core.access import Actor, require
from backend.core.uow import Work
from backend.households import service as households
from backend.households.rules import applicant_of
from backend.identity import queries as identity_queries
from backend.identity import service as identity
from backend.identity.rules import same_name
from backend.policy import queries as policy


def accept(
    work: Work,
    actor: Actor,
    application_id: UUID,
    version: int,
    *,
    persons_confirmed: bool,
    account_confirmed: bool = False,
) -> Application:
    """Accept (受理): starts the statutory clock and lets the case be forwarded.

    `persons_confirmed` says that the township knows who the signers of assurance A are (design §5);
    `account_confirmed` that the phone's account is the applicant's own, which opens the rest of
    his matters to it.
    Raises ConsentsOutstanding, PersonsNotConfirmed, AcceptedByRecorder, OfficerIsRelative,
    StaleVersion, IllegalMove.
    """
    case = _for_decision(work, actor, application_id, version)
    rules = policy.rules_for(work, case.division, work.legal.today(), case.policy_version)
    _require_impartial(work, actor, case)
    if rules.counter_accepted_by_another and actor.id in {case.recorded_by, case.handed_in_by}:
        raise AcceptedByRecorder()
    waiting = outstanding(work, case, households.people_of(work, case.id))
    if waiting and not rules.accept_with_signer_outstanding:
        raise ConsentsOutstanding(count=len(waiting))
    _confirm_persons(work, actor, case, persons_confirmed)
    if account_confirmed and case.owner_account_id and case.mandate_id is None:
        _prove_owner(work, actor, case)
    move(work, case, "accept")
    case.accepted_on = work.legal.today()
    clock.begin(work, case)
    record(work, actor, case, "case.accepted", due_on=str(case.due_on))
    tell_applicant_and_owner(work, case, "told_case_news")
    work.emit(ApplicationAccepted(case.id, actor))
    return case


def request_correction(
    work: Work, actor: Actor, application_id: UUID, version: int, items: Sequence[dict[str, str]]
) -> Application:
    """Ask once for everything (一次性告知): each item has a `path`, a `reason` code and a
    `note`. Raises CorrectionsUsedUp: how often, the county's data says (民发〔2021〕57号 asks for
    all of it at once).
    """
    case = _for_decision(work, actor, application_id, version)
    rules = policy.rules_for(work, case.division, work.legal.today(), case.policy_version)
    if case.corrections >= rules.corrections_allowed:
        raise CorrectionsUsedUp(most=rules.corrections_allowed)
    move(work, case, "request_correction")
    case.corrections += 1
    case.seal(work.vault, correction=[dict(item) for item in items])
    record(work, actor, case, "case.correction_requested", items=len(items))
    tell_applicant_and_owner(work, case, "told_case_correction")
    work.emit(CorrectionRequested(case.id))
    return case


def reject(
    work: Work, actor: Actor, application_id: UUID, version: int, reason: str
) -> Application:
    """Do not accept (不予受理), with the reason in writing; raises OfficerIsRelative."""
    case = _for_decision(work, actor, application_id, version)
    _require_impartial(work, actor, case)
    move(work, case, "reject")
    outcome = {
        "decision": "rejected",
        "reasons": [reason],
        "decided_on": work.legal.today().isoformat(),
    }
    case.seal(work.vault, outcome=outcome)
    record(work, actor, case, "case.rejected")
    tell_applicant_and_owner(work, case, "told_case_news")
    work.emit(ApplicationRejected(case.id))
    return case


def note(work: Work, actor: Actor, application_id: UUID, text: str) -> CaseNote:
    """Leave a note for the colleagues; the citizen does not see it."""
    case = queries.get(work, application_id)
    require(CASE_CHECK, actor, case)
    written = CaseNote(id=work.new_id(), case_id=case.id, county=case.county, staff_id=actor.id)
    written.seal(work.vault, text=text)
    work.session.add(written)
    record(work, actor, case, "case.noted")
    return written


def _for_decision(work: Work, actor: Actor, application_id: UUID, version: int) -> Application:
    case = queries.get(work, application_id, lock=True)
    require(CASE_CHECK, actor, case)
    work.check_version(case, version)
    return case


def _require_impartial(work: Work, actor: Actor, case: Application) -> None:
    """Nobody decides about his own kin (回避), by his own word at the counter or by theirs."""
    related = (counter_of(work, case) or {}).get("officer_related")
    if related and actor.id == case.recorded_by:
        raise OfficerIsRelative()
    own = identity_queries.staff_name(work, actor.id) if actor.id else None
    named = form_of(work, case).staff_relatives
    if own and any(same_name(own, one["name"]) for one in named):
        raise OfficerIsRelative()


def _confirm_persons(work: Work, actor: Actor, case: Application, confirmed: bool) -> None:
    """Assurance A proves the match, not the person: the township vouches for it here."""
    counted = [s for s in consent_queries.standing(work, case.id) if s.counts]
    if any(not s.person_confirmed for s in counted):
        if not confirmed:
            raise PersonsNotConfirmed()
        consent.confirm_persons(work, actor, case.id)


def _prove_owner(work: Work, actor: Actor, case: Application) -> None:
    applicant = applicant_of(households.people_of(work, case.id))
    if applicant and case.owner_account_id and case.applicant_person_id:
        identity.prove(work, actor, case.owner_account_id, case.applicant_person_id, "C")
