"""Doors of policy: what there is, and what a household would get. Open to everybody."""

from __future__ import annotations

from typing import Any

from backend.policy import errors, queries, schemas, service
from backend.policy.rules.assess import Assessment
from backend.policy.service import NeedCheck, Told
from backend.regions.errors import DivisionUnknown
from backend.web import Doors, units, work
from backend.web.doors import EVERYBODY

blp = Doors("policy", __name__, url_prefix="/api/v1", description="What the state gives to whom")


@blp.get("/programmes")
@blp.door("listProgrammes", EVERYBODY, problems=[errors.PolicyMissing])
@blp.response(200, schemas.ProgrammeList)
def list_programmes() -> dict[str, Any]:
    """What can be applied for today."""
    return {"items": queries.programmes(work())}


@blp.get("/programmes/<string:code>")
@blp.door("getProgramme", EVERYBODY, problems=[errors.PolicyMissing, errors.ProgrammeUnknown])
@blp.response(200, schemas.ProgrammeAnswer)
def get_programme(code: str) -> dict[str, Any]:
    """One programme with its form, papers, signers and clocks."""
    found = queries.programme(work(), code)
    words = queries.vocabulary(work())
    return {
        "programme": found,
        "income_kinds": words.incomes.values(),
        "deduction_kinds": words.expenses.values(),
    }


@blp.post("/eligibility-checks")
@blp.door(
    "checkEligibility",
    EVERYBODY,
    problems=[
        DivisionUnknown,
        errors.HouseholdWrong,
        errors.StandardUnknown,
        errors.PolicyMissing,
    ],
    body_kb=160,
)
@blp.arguments(schemas.EligibilityBody)
@blp.response(200, schemas.AssessmentView)
def check_eligibility(check: service.CheckInput) -> Assessment:
    """Reckon, step by step, what an anonymous household would get; nothing is kept."""
    # A POST's own unit would hold the write lock, and there is nothing to write.
    with units().read() as reading:
        return service.check_eligibility(reading, check)


@blp.get("/needs")
@blp.door("listNeeds", EVERYBODY, problems=[errors.PolicyMissing])
@blp.response(200, schemas.NeedList)
def list_needs() -> dict[str, Any]:
    """The kinds of hardship to choose from, the most urgent first."""
    return {"items": queries.needs(work()).needs}


@blp.post("/need-checks")
@blp.door(
    "checkNeeds",
    EVERYBODY,
    problems=[DivisionUnknown, errors.NeedMissing, errors.NeedsWrong, errors.PolicyMissing],
)
@blp.arguments(schemas.NeedsBody)
@blp.response(200, schemas.NeedCheckView)
def check_needs(told: Told) -> NeedCheck:
    """Say what is hard, by pictures or in one's own words, and hear what to apply for and why;
    nothing is kept.
    """
    with units().read() as reading:
        return service.check_needs(reading, told)
