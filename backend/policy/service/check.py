"""What a household would get: for anybody without log-in, and for a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from backend.core.uow import Work
from backend.policy import queries
from backend.policy.errors import HouseholdWrong
from backend.policy.rules.assess import Assessment, assess
from backend.policy.rules.income import Household, household_faults
from backend.policy.rules.values import Area
from backend.regions import queries as regions

_MEASURED_BY = "dibao"
_DISPOSABLE = "rigid-expense"  # its standard is last year's 人均可支配收入


@dataclass(frozen=True, slots=True)
class CheckInput:
    """An anonymous household in a place (12-digit code), measured on a day (today by default)."""

    division: str
    area: Area
    household: Household
    on: date | None = None


def check_eligibility(work: Work, check: CheckInput) -> Assessment:
    """Assess a household by the policy in force; nothing is kept.

    Raises DivisionUnknown, HouseholdWrong (a reason for each field) and StandardUnknown.
    """
    return assess_household(work, check, queries.policy_version(work))


def assess_household(work: Work, check: CheckInput, version: str) -> Assessment:
    """The same under a given policy version: a case is reckoned by the one that decided it."""
    regions.get_division(work, check.division, path="/division")
    vocabulary = queries.vocabulary(work, version)
    faults = household_faults(check.household, vocabulary)
    if faults:
        raise HouseholdWrong(errors=faults, count=len(faults))
    on = check.on or work.legal.today()
    standard = queries.standard_for(work, _MEASURED_BY, check.division, check.area, on, version)
    disposable = queries.known_standard(work, _DISPOSABLE, check.division, check.area, on, version)
    rules = queries.rules_for(work, check.division, on, version)
    return assess(check.household, standard, rules, vocabulary, disposable)
