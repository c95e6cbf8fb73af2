"""One application, cascading: 低保, its edge with single persons (单人户), 刚性支出困难, none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.policy.rules.assess import Assessment, assess
from backend.policy.rules.income import Household, Item, Member
from backend.policy.rules.values import (
    Area,
    CashCap,
    Dated,
    Disability,
    DisabilityKind,
    Outcome,
    Period,
    RegionRules,
    SingleAmount,
    Standard,
)
from tests.policy.test_assess import HOUSEHOLD, POLICY, RULES, URBAN, wages

# 36,000 yuan a person a year, 60 % of the income: a place of the tests' own.
DISPOSABLE = Standard(
    "rigid-expense", "", Area.URBAN, 36_000_00, Period.YEAR, Dated(date(2026, 1, 1), None, "测试")
)
PLACE = replace(
    RULES,
    rigid_expense_ratio=Fraction(3, 5),
    sources={**RULES.sources, "rigid_expense_ratio": "测试"},
)
GRAVE = Disability(DisabilityKind.LIMB, 1)


def judge(
    *members: Member, disposable: Standard | None = DISPOSABLE, rules: RegionRules = PLACE
) -> Assessment:
    return assess(Household(members), URBAN, rules, POLICY.vocabulary, disposable)


def spends(kind: str, yuan: str) -> tuple[Item, ...]:
    return (Item(kind, int(Fraction(yuan) * 100), Period.MONTH),)


def rules_of(found: Assessment) -> list[str]:
    return [line.rule for line in found.lines]


# 单人户


@pytest.mark.parametrize(
    ("disability", "ill", "enters"),
    [
        (GRAVE, False, True),
        (Disability(DisabilityKind.SIGHT, 2), False, True),
        (Disability(DisabilityKind.LIMB, 3), False, False),
        (Disability(DisabilityKind.INTELLECT, 3), False, True),
        (Disability(DisabilityKind.MENTAL, 3), False, True),
        (Disability(DisabilityKind.MENTAL, 4), False, False),
        (None, True, True),
        (None, False, False),
    ],
)
def test_who_of_a_household_at_the_edge_enters_alone(
    disability: Disability | None, ill: bool, enters: bool
) -> None:
    his = Member(disability=disability, seriously_ill=ill, label="老李")
    found = judge(Member((wages("1500"),)), his)
    assert (found.outcome, found.amount_fen_per_month) == (Outcome.EDGE, 0)
    assert [(one.number, one.amount_fen_per_month) for one in found.single_persons] == (
        [(2, 66200)] if enters else []
    )
    alone = [line for line in found.lines if line.rule.startswith("single_")]
    assert len(alone) == enters
    assert all("老李" in line.zh and "662.00" in line.zh and line.source for line in alone)


@pytest.mark.parametrize(
    ("amount", "own", "gets"),
    [
        (SingleAmount.OWN_INCOME, "161.99", 50001),
        (SingleAmount.OWN_INCOME, "400", 26200),
        (SingleAmount.FULL, "400", 66200),
    ],
)
def test_what_one_alone_gets_is_the_places_rule(amount: SingleAmount, own: str, gets: int) -> None:
    rules = replace(PLACE, single_person_amount=amount)
    his = Member((wages(own),), disability=GRAVE)
    found = judge(Member((wages("1500"),)), his, rules=rules)
    assert found.outcome is Outcome.EDGE
    assert [one.amount_fen_per_month for one in found.single_persons] == [gets]


def test_whoever_has_the_standard_alone_gets_nothing_alone() -> None:
    his = Member((wages("662"),), disability=GRAVE)
    found = judge(his, Member((wages("1000"),)))
    assert (found.outcome, found.single_persons) == (Outcome.EDGE, ())


@pytest.mark.parametrize("income", ["600", "2000"])
def test_only_the_edge_knows_single_persons(income: str) -> None:
    found = judge(Member((wages(income),), disability=GRAVE))
    assert found.outcome is not Outcome.EDGE
    assert found.single_persons == ()


# 刚性支出困难


@pytest.mark.parametrize(
    ("income", "illness", "outcome"),
    [
        ("2000", "1199.99", Outcome.NONE),  # deducted it leaves 800.01: see below
        ("2500", "1500", Outcome.RIGID),  # exactly six tenths
        ("2500", "1499.99", Outcome.NONE),
        ("2999.99", "1800", Outcome.RIGID),
        ("3000", "1900", Outcome.NONE),  # as much as the average has
    ],
)
def test_the_ratio_and_the_average_income_are_exact_boundaries(
    income: str, illness: str, outcome: Outcome
) -> None:
    rules = replace(PLACE, deductible_expenses=frozenset())
    found = judge(Member((wages(income),), spends("illness", illness)), rules=rules)
    assert found.outcome is outcome
    assert found.amount_fen_per_month == 0


def test_what_illness_leaves_is_looked_at_first() -> None:
    """Deducted expenses may lead into 低保 itself: the cascade takes the best."""
    assert judge(Member((wages("2000"),), spends("illness", "1400"))).outcome is Outcome.DIBAO
    assert judge(Member((wages("2000"),), spends("illness", "1200"))).outcome is Outcome.EDGE


def test_school_is_rigid_though_it_is_not_deducted() -> None:
    found = judge(Member((wages("2500"),), spends("education", "1500")))
    assert found.outcome is Outcome.RIGID
    assert rules_of(found)[-3:] == ["outcome_none", "rigid_ratio_met", "estimate"]
    assert "60%" in found.lines[-2].zh


def test_going_to_work_is_not_rigid() -> None:
    found = judge(Member((wages("4000"),), spends("work_cost", "1500")))
    assert found.outcome is Outcome.NONE
    assert "rigid_ratio_below" in rules_of(found)


def test_no_income_at_all_is_no_division_by_zero() -> None:
    """Edge case 24: without income any rigid expense is too much, and none is none."""
    rules = replace(PLACE, edge_multiplier=Fraction(0))
    nothing = replace(URBAN, amount_fen=0)

    def at(*deductions: Item) -> Outcome:
        home = Household((Member((), deductions),))
        return assess(home, nothing, rules, POLICY.vocabulary, DISPOSABLE).outcome

    assert at(*spends("education", "1")) is Outcome.RIGID
    assert at() is Outcome.NONE


@pytest.mark.parametrize("missing", ["figure", "ratio"])
def test_where_a_place_published_nothing_it_is_said(missing: str) -> None:
    found = judge(
        Member((wages("2500"),), spends("education", "1500")),
        disposable=None if missing == "figure" else DISPOSABLE,
        rules=RULES if missing == "ratio" else PLACE,
    )
    assert found.outcome is Outcome.NONE
    assert "rigid_not_known" in rules_of(found)
    assert "问镇里" in found.lines[-2].zh


def test_savings_above_the_cap_close_every_step() -> None:
    rules = replace(
        PLACE,
        cash_assets_cap=CashCap(fen_per_head=100),
        sources={**PLACE.sources, "cash_assets_cap": "测试"},
    )
    home = Household((Member((wages("2500"),), spends("education", "1500")),), 10_000)
    found = assess(home, URBAN, rules, POLICY.vocabulary, DISPOSABLE)
    assert found.outcome is Outcome.NONE
    assert not [rule for rule in rules_of(found) if rule.startswith("rigid")]


# What holds for every household


@given(HOUSEHOLD, st.integers(0, 4), st.data())
def test_single_amounts_are_whole_never_negative_and_within_the_standard(
    home: Household, ill: int, data: st.DataObject
) -> None:
    members = tuple(replace(m, seriously_ill=n <= ill) for n, m in enumerate(home.members))
    found = assess(Household(members), URBAN, PLACE, POLICY.vocabulary, DISPOSABLE)
    for one in found.single_persons:
        assert 0 < one.amount_fen_per_month <= 66200
        assert members[one.number - 1].seriously_ill
    assert (found.amount_fen_per_month > 0) == (found.outcome is Outcome.DIBAO)
    assert all("{" not in line.zh + line.en for line in found.lines)


@given(HOUSEHOLD, st.integers(0, 2_000_000), st.integers(0, 2_000_000))
def test_less_income_never_leads_further_from_help(home: Household, more: int, less: int) -> None:
    less, more = sorted((less, more))
    first, *others = home.members

    def earning(fen: int) -> Assessment:
        paid = replace(first, incomes=(*first.incomes, Item("wages", fen, Period.MONTH)))
        return assess(Household((paid, *others)), URBAN, PLACE, POLICY.vocabulary, DISPOSABLE)

    steps = list(Outcome)
    assert steps.index(earning(less).outcome) <= steps.index(earning(more).outcome)
