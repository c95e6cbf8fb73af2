"""Submitting: everything missing is told at once; then a dated receipt, and the township sees
the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update

from backend.applications import queries
from backend.applications.errors import ApplicationIncomplete
from backend.applications.events import ApplicationSubmitted
from backend.applications.models import Application, Case
from backend.applications.rules import content_hash, household_of
from backend.applications.service.consents import outstanding
from backend.applications.service.draft import (
    form_of,
    record,
    require_change,
    tell_applicant_and_owner,
)
from backend.applications.service.reading import gaps_of
from backend.applications.states import MOVES, ApplicationState
from backend.core.access import Actor
from backend.core.errors import FieldError
from backend.core.ids import new_code
from backend.core.prepared import Prepared
from backend.core.transitions import next_state
from backend.core.uow import ChangedMeanwhile, Work
from backend.households import service as households
from backend.households.rules import PersonData, PersonRole, income_is_known
from backend.identity.rules import mask_name
from backend.policy import queries as policy
from backend.policy.errors import StandardUnknown
from backend.policy.rules.values import Area
from backend.policy.service import CheckInput, assess_household


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant has in hand (回执)."""

    id: UUID
    receipt_code: str
    submitted_at: datetime
    submitted_on: date
    state: ApplicationState
    version: int


_A = Application
_HANDED_IN = (
    "state",
    "updated_at",
    "assessment",
    "policy_version",
    "content_hash",
    "receipt_code",
    "submitted_at",
    "submitted_on",
    "correction",
    "handed_in_by",
)
_HAND_IN = Prepared(
    update(_A)
    .where(_A.id == bindparam("case"), _A.version == bindparam("seen"))
    .values(
        **{name: bindparam(f"new_{name}", type_=_A.__table__.c[name].type) for name in _HANDED_IN},
        version=_A.version + 1,
    )
)


def submit(work: Work, actor: Actor, application_id: UUID, version: int) -> Receipt:
    """Hand the case in, consents or not (design §4), and compute what it would get.

    Raises ApplicationIncomplete with every gap, NotEditable, StaleVersion.
    """
    case = queries.row(work, application_id, lock=True)
    require_change(work, actor, case, version)
    people, form = households.people_of(work, case.id), form_of(work, case)
    missing = gaps_of(work, case, people, form)
    if missing:
        errors = [FieldError(gap.path, gap.code, _masked(gap.params)) for gap in missing]
        raise ApplicationIncomplete(errors=errors)
    policy_version = policy.policy_version(work)
    case = case._replace(policy_version=policy_version, submitted_on=work.legal.today())
    waiting = outstanding(work, case, people)
    action = "submit_waiting" if waiting else "submit"
    receipt = Receipt(
        case.id,
        case.receipt_code or new_code(),
        work.wall.now(),
        work.legal.today(),
        next_state(MOVES, ApplicationState(case.state), action),
        version + 1,
    )
    assessment = _assess(work, case, people, form.cash_assets_fen)
    _hand_in(
        work,
        receipt,
        policy_version=policy_version,
        content_hash=content_hash(case.programme, case.division, case.area, people, form),
        assessment=assessment
        and work.vault.seal(_A.__tablename__, "assessment", case.id, assessment),
        correction=None,
        handed_in_by=actor.id if actor.is_staff else None,
    )
    record(work, actor, case, "case.submitted", consents_outstanding=len(waiting))
    tell_applicant_and_owner(work, case, "told_case_submitted")
    work.emit(ApplicationSubmitted(case.id))
    return receipt


def _hand_in(work: Work, receipt: Receipt, **more: Any) -> None:
    kept = {
        **more,
        "receipt_code": receipt.receipt_code,
        "submitted_at": receipt.submitted_at,
        "updated_at": receipt.submitted_at,
        "submitted_on": receipt.submitted_on,
        "state": receipt.state,
    }
    values = {f"new_{name}": value for name, value in kept.items()}
    if not _HAND_IN.run(work, case=receipt.id, seen=receipt.version - 1, **values):
        raise ChangedMeanwhile(retry_after=1)


def _masked(params: Mapping[str, Any]) -> dict[str, Any]:
    """No name stands in clear in an error."""
    return {k: mask_name(v) if k == "name" else v for k, v in params.items()}


def _assess(
    work: Work, case: Case, people: list[PersonData], cash: int | None
) -> dict[str, Any] | None:
    """The assessment with its inputs; None where somebody's income is to be found out, or the
    place has no standard on record (the staff reckon).
    """
    if not income_is_known(people):
        return None
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
        "single_persons": [
            {"number": one.number, "amountFenPerMonth": one.amount_fen_per_month}
            for one in result.single_persons
        ],
        "lines": result.lines,
        "on": work.legal.today().isoformat(),
        "inputs": {
            "division": case.division,
            "area": case.area,
            "cash_assets_fen": cash,
            "members": [
                {
                    "incomes": list(p.incomes),
                    "deductions": list(p.deductions),
                    "health": p.health,
                    "disability": dict(p.disability) if p.disability else None,
                }
                for p in people
                if p.role == PersonRole.MEMBER
            ],
        },
    }
