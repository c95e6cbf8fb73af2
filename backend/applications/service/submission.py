"""Submitting: everything missing is told at once; then a dated receipt, and the township sees
the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from backend.applications.errors import ApplicationIncomplete
from backend.applications.models import Application
from backend.applications.rules import content_hash, household_of
from backend.applications.service.consents import outstanding
from backend.applications.service.draft import (
    for_change,
    form_of,
    move,
    record,
    tell_applicant_and_owner,
)
from backend.applications.service.reading import gaps_of
from backend.core.access import Actor
from backend.core.errors import FieldError
from backend.core.ids import new_code
from backend.core.uow import Work
from backend.households import service as households
from backend.households.rules import PersonData, PersonRole
from backend.identity.rules import mask_name
from backend.policy import queries as policy
from backend.policy.errors import StandardUnknown
from backend.policy.rules.values import Area
from backend.policy.service import CheckInput, assess_household


def submit(work: Work, actor: Actor, application_id: UUID, version: int) -> Application:
    """Hand the case in, consents or not (design §4), and compute what it would get.

    Raises ApplicationIncomplete with every gap, NotEditable, StaleVersion.
    """
    case = for_change(work, actor, application_id, version)
    people, form = households.people_of(work, case.id), form_of(work, case)
    missing = gaps_of(work, case, people, form)
    if missing:
        errors = [FieldError(gap.path, gap.code, _masked(gap.params)) for gap in missing]
        raise ApplicationIncomplete(errors=errors)
    case.content_hash = content_hash(case.programme, case.division, case.area, people, form)
    case.policy_version = policy.policy_version(work)
    case.seal(work.vault, assessment=_assess(work, case, people, form.cash_assets_fen))
    if case.receipt_code is None:
        case.receipt_code = new_code()
    case.submitted_at, case.submitted_on = work.wall.now(), work.legal.today()
    case.correction = None
    waiting = outstanding(work, case, people)
    move(work, case, "submit_waiting" if waiting else "submit")
    record(work, actor, case, "case.submitted", consents_outstanding=len(waiting))
    tell_applicant_and_owner(work, case, "told_case_submitted")
    return case


def _masked(params: Mapping[str, Any]) -> dict[str, Any]:
    """No name stands in clear in an error."""
    return {k: mask_name(v) if k == "name" else v for k, v in params.items()}


def _assess(
    work: Work, case: Application, people: list[PersonData], cash: int | None
) -> dict[str, Any] | None:
    """The assessment with its inputs; None where the place has no standard on record (the staff
    reckon).
    """
    check = CheckInput(
        case.division, Area(case.area), household_of(people, cash), work.legal.today()
    )
    try:
        result = assess_household(work, check, case.policy_version or "")
    except StandardUnknown:
        return None
    return {
        "outcome": str(result.outcome),
        "per_head_fen": result.per_head_fen,
        "standard_fen": result.standard_fen,
        "amount_fen_per_month": result.amount_fen_per_month,
        "lines": [asdict(line) for line in result.lines],
        "on": work.legal.today().isoformat(),
        "inputs": {
            "division": case.division,
            "area": case.area,
            "cash_assets_fen": cash,
            "members": [
                {"incomes": list(p.incomes), "deductions": list(p.deductions)}
                for p in people
                if p.role == PersonRole.MEMBER
            ],
        },
    }
