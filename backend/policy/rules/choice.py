"""Which of several dated entries holds in a place on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from backend.policy.rules.values import (
    BusinessLoss,
    CashCap,
    Dated,
    RegionEntry,
    RegionRules,
    SingleAmount,
    Standard,
)

_SETS = (
    "proof_alone",
    "consent_alone",
    "exempt_incomes",
    "deductible_expenses",
    "single_person_disabilities",
    "rigid_expenses",
)


class Regional(Protocol):
    """Something that a region fixed for a time."""

    @property
    def prefix(self) -> str: ...

    @property
    def dated(self) -> Dated: ...


R = TypeVar("R", bound=Regional)


def in_force(entries: Iterable[R], on: date) -> list[R]:
    """At most one entry a region, the country's first: the last to begin, unless it has ended.

    An entry without valid_to so ends when the region's next one begins.
    """
    begun: dict[str, R] = {}
    for entry in sorted(entries, key=lambda e: (len(e.prefix), e.dated.valid_from)):
        if entry.dated.valid_from <= on:
            begun[entry.prefix] = entry
    return [entry for entry in begun.values() if entry.dated.holds_on(on)]


def choose_standard(standards: Iterable[Standard], on: date) -> Standard | None:
    """The nearest region's standard that holds on the day."""
    holding = in_force(standards, on)
    return holding[-1] if holding else None


def merge_rules(entries: Iterable[RegionEntry], on: date) -> RegionRules | None:
    """One set of rules, each key from the nearest region that gives it; None before any rules."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for entry in in_force(entries, on):
        values |= entry.values
        sources |= dict.fromkeys(entry.values, entry.dated.source)
    return _region_rules(values, sources) if "edge_multiplier" in values else None


# What versions loaded before these rules came do not say.
_BEFORE: dict[str, Any] = {
    "single_person_disabilities": [],
    "single_person_serious_illness": False,
    "single_person_amount": "own_income",
    "rigid_expenses": [],
}


def _region_rules(values: Mapping[str, Any], sources: Mapping[str, str]) -> RegionRules:
    values = {**_BEFORE, **values}
    cap, offices = values.get("cash_assets_cap"), values.get("clock_changed_by")
    ratio = values.get("rigid_expense_ratio")
    return RegionRules(
        **{
            **values,
            **{key: frozenset(values[key]) for key in _SETS},
            "edge_multiplier": Fraction(values["edge_multiplier"]),
            "business_loss": BusinessLoss(values["business_loss"]),
            "single_person_amount": SingleAmount(values["single_person_amount"]),
            "cash_assets_cap": CashCap(**cap) if cap else None,
            **({"clock_changed_by": frozenset(offices)} if offices is not None else {}),
            "rigid_expense_ratio": Fraction(ratio) if ratio else None,
        },
        sources=sources,
    )
