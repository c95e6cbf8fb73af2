"""A case put together for reading: its people, what it lacks, and the snapshot that is
forwarded.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from backend.applications.models import Application, Case
from backend.applications.rules import Form, Gap, cascade, figure_gaps, gaps
from backend.applications.service.draft import CaseFacts, form_of, get, hidden_from
from backend.consent import queries as consent
from backend.core.access import Actor
from backend.core.uow import Work
from backend.documents import queries as documents
from backend.households import service as households
from backend.households.rules import PersonData, applicant_of
from backend.identity import queries as identity
from backend.policy import queries as policy
from backend.policy.errors import ProgrammeUnknown
from backend.policy.rules.values import Programme
from backend.regions import queries as regions
from backend.regions.rules import Level


def facts(work: Work, case: Case) -> CaseFacts:
    """Everything about a case that its form holds."""
    return CaseFacts(
        case,
        households.people_of(work, case.id),
        form_of(work, case),
        case.unseal(work.vault, "assessment"),
        case.unseal(work.vault, "outcome"),
    )


def seen_by(work: Work, actor: Actor, found: CaseFacts) -> CaseFacts:
    """The same without the figures that are others' own."""
    hidden = hidden_from(work, actor, found.case, found.people)
    if not hidden:
        return found
    nothing: dict[str, Any] = {"incomes": (), "deductions": (), "incomes_unknown": False}
    people = [replace(p, **nothing) if p.id in hidden else p for p in found.people]
    assessment = found.assessment and {**found.assessment, "lines": []}
    return replace(found, people=people, assessment=assessment, hidden=hidden)


def shown_documents(work: Work, actor: Actor, case: Case) -> list[Any]:
    """The papers that the caller, who may see the case, may see of it; in the order in which they
    came.
    """
    stored = documents.of_case(work, case.id)
    if actor.is_staff or case.recorded_by is None:
        return stored
    hidden = hidden_from(work, actor, case, households.people_of(work, case.id))
    return [one for one in stored if one.member_id not in hidden]


def checklist(work: Work, actor: Actor, application_id: UUID) -> list[Gap]:
    """What the case still lacks before it can be submitted."""
    case = get(work, actor, application_id)
    return gaps_of(work, case, households.people_of(work, case.id), form_of(work, case))


def gaps_of(work: Work, case: Case, people: Sequence[PersonData], form: Form) -> list[Gap]:
    """The same of a case that was opened already."""
    missing = gaps(
        policy.programme(work, case.programme, case.submitted_on, case.policy_version),
        people,
        form,
        documents.slots_of(work, case.id),
        work.legal.today(),
        at_counter=case.recorded_by is not None,
    )
    vocabulary = policy.vocabulary(work, case.policy_version)
    return missing + figure_gaps(people, form.cash_assets_fen, vocabulary)


def counter_of(work: Work, case: Case) -> dict[str, Any] | None:
    """What the officer said who began the case at the counter: `papers_seen`, `officer_related`;
    None where an account filed it.
    """
    found: dict[str, Any] | None = case.unseal(work.vault, "counter")
    return found


def staff_relatives(work: Work, case: Case, form: Form) -> list[dict[str, str]]:
    """Near relatives among the staff (近亲属备案): those whom the household names, and the officer
    at the counter who said that he is one.
    """
    known = list(form.staff_relatives)
    if (counter_of(work, case) or {}).get("officer_related") and case.recorded_by:
        name = identity.staff_name(work, case.recorded_by) or ""
        path = regions.division_path(work, case.division)
        office = "".join(p.name for p in path if p.level in (Level.COUNTY, Level.TOWNSHIP))
        known.append({"name": name, "workplace": office})
    return known


def pays(work: Work, case: Application, programme: str | None = None) -> bool:
    """Whether money follows an approval, as another `programme` of its cascade perhaps; a
    recognition (低保边缘家庭认定) pays nothing.
    """
    code = programme or case.programme
    held = policy.programme(work, code, case.submitted_on, case.policy_version)
    return held.monthly_allowance


def cascade_of(work: Work, case: Application) -> dict[str, Programme]:
    """As what the case may be recognised, the best first: what it applied for and, where that is
    of the cascade, the others of it that run in its place and version.
    """
    found = {}
    for code in cascade(case.programme):
        with suppress(ProgrammeUnknown):
            held = policy.programme(work, code, case.submitted_on, case.policy_version)
            if case.area in held.areas or code == case.programme:
                found[code] = held
    return found


def snapshot(work: Work, case: Application) -> dict[str, Any]:
    """The immutable picture of a case that the back office receives
    (docs/forwarding-contract.md).
    """
    found = facts(work, case)
    assessment = found.assessment or {}
    applicant = applicant_of(found.people)
    rules = policy.rules_for(work, case.division, work.legal.today(), case.policy_version)
    return {
        "appliedFor": case.programme,
        "cascade": [
            {"programme": code, "pays": held.monthly_allowance}
            for code, held in cascade_of(work, case).items()
        ],
        "headcount": sum(1 for p in found.people if p.role == "member"),
        "applicantName": applicant.name if applicant else "",
        # zero where the place has no standard on record: `classification` is null then
        "amountFen": assessment.get("amount_fen_per_month", 0),
        "standardFen": assessment.get("standard_fen", 0),
        "perHeadFen": assessment.get("per_head_fen", 0),
        "classification": assessment.get("outcome"),
        "policyVersion": case.policy_version,
        "contentHash": case.content_hash,
        "acceptedOn": case.accepted_on.isoformat() if case.accepted_on else None,
        "dueOn": case.due_on.isoformat() if case.due_on else None,
        "decidedBy": "township" if rules.decision_by_township else "county",
        "household": [_person(p) for p in found.people],
        "cashAssetsFen": found.form.cash_assets_fen,
        "cashAssetsUnknown": found.form.cash_assets_unknown,
        "staffRelatives": staff_relatives(work, case, found.form),
        "explanation": assessment.get("lines", []),
        "consents": [
            {
                "memberId": str(s.member_id),
                "state": str(s.state),
                "counts": s.counts,
                "assurance": s.assurance,
            }
            for s in consent.standing(work, case.id)
        ],
        "documents": [
            {"slot": slot, "memberId": str(member) if member else None}
            for slot, member in documents.slots_of(work, case.id)
        ],
    }


def _person(person: PersonData) -> dict[str, Any]:
    return {
        "memberId": str(person.id),
        "role": str(person.role),
        "name": person.name,
        "idNumber": person.id_number,
        "relation": person.relation,
        "phone": person.phone,
        "work": person.work,
        "health": person.health,
        "disability": dict(person.disability) if person.disability else None,
        "incomes": list(person.incomes),
        "incomesUnknown": person.incomes_unknown,
        "deductions": list(person.deductions),
    }
