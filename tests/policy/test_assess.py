"""The oracles and boundaries of the domain notes, and what holds for every household."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.policy.rules.assess import Assessment, assess
from backend.policy.rules.choice import choose_standard, merge_rules
from backend.policy.rules.explain import round_half_up, round_up, yuan
from backend.policy.rules.files import read_folder
from backend.policy.rules.income import MAX_FEN, Household, Item, Member, household_faults
from backend.policy.rules.values import (
    Area,
    BusinessLoss,
    CashCap,
    Outcome,
    Period,
    RegionRules,
    Standard,
)
from tests.policy.conftest import shipped_files

POLICY = read_folder(shipped_files())
TODAY = date(2026, 11, 22)


def standard_of(prefix: str, area: Area) -> Standard:
    mine = [s for s in POLICY.standards if s.prefix == prefix and s.area is area]
    found = choose_standard(mine, TODAY)
    assert found is not None
    return found


def rules_of(prefix: str) -> RegionRules:
    found = merge_rules([e for e in POLICY.regions if e.prefix in ("", prefix)], TODAY)
    assert found is not None
    return found


URBAN = standard_of("6103", Area.URBAN)
RURAL = standard_of("6103", Area.RURAL)
RULES = rules_of("6103")


def wages(yuan_amount: str, period: Period = Period.MONTH) -> Item:
    return Item("wages", int(Fraction(yuan_amount) * 100), period)


def household(*incomes: Item, heads: int = 1, deductions: tuple[Item, ...] = ()) -> Household:
    others = tuple(Member() for _ in range(heads - 1))
    return Household((Member(incomes, deductions), *others))


def judge(home: Household, standard: Standard = URBAN, rules: RegionRules = RULES) -> Assessment:
    assert household_faults(home, POLICY.vocabulary) == []
    return assess(home, standard, rules, POLICY.vocabulary)


def test_three_people_in_baoji_get_186_yuan() -> None:
    found = judge(household(wages("1800"), heads=3))
    assert found.outcome is Outcome.DIBAO
    assert (found.per_head_fen, found.standard_fen) == (60000, 66200)
    assert found.amount_fen_per_month == 18600
    assert [line.rule for line in found.lines] == [
        "income_counted",
        "per_head",
        "standard_monthly",
        "outcome_dibao",
        "amount",
        "estimate",
    ]
    per_head = found.lines[1]
    assert per_head.zh == "全家每月收入 1,800.00 元，3 个人平分，每人每月 600.00 元。"
    assert "186.00 元" in found.lines[4].zh
    assert found.lines[2].source.startswith("宝鸡市城市低保标准")


@pytest.mark.parametrize(  # edge case 23
    ("per_head", "outcome", "amount"),
    [
        ("0", Outcome.DIBAO, 66200),
        ("661.99", Outcome.DIBAO, 1),
        ("662.00", Outcome.EDGE, 0),
        ("992.99", Outcome.EDGE, 0),
        ("993.00", Outcome.NONE, 0),
    ],
)
def test_the_boundaries_of_the_urban_standard(per_head: str, outcome: Outcome, amount: int) -> None:
    found = judge(household(wages(per_head)))
    assert (found.outcome, found.amount_fen_per_month) == (outcome, amount)


@pytest.mark.parametrize(
    ("a_year", "outcome", "amount"),
    [
        ("5963.99", Outcome.DIBAO, 1),  # one fen a year below: entitled, and never to 0.00
        ("5964.00", Outcome.EDGE, 0),
        ("8945.99", Outcome.EDGE, 0),
        ("8946.00", Outcome.NONE, 0),
    ],
)
def test_the_rural_yearly_standard_compares_exactly(
    a_year: str, outcome: Outcome, amount: int
) -> None:
    found = judge(household(wages(a_year, Period.YEAR)), RURAL)
    assert (found.outcome, found.amount_fen_per_month) == (outcome, amount)
    assert found.standard_fen == 49700


def test_a_rural_month_at_the_edge_limit() -> None:
    assert judge(household(wages("745.49")), RURAL).outcome is Outcome.EDGE
    assert judge(household(wages("745.50")), RURAL).outcome is Outcome.NONE


def test_a_third_of_a_fen_decides_and_the_sentence_says_about() -> None:
    # 1,985.99 / 3 = 661.99666…, shown as 662.00
    found = judge(household(wages("1985.99"), heads=3))
    assert found.outcome is Outcome.DIBAO
    assert found.per_head_fen == 66200
    assert found.amount_fen_per_month == 1
    assert "约 662.00" in found.lines[1].zh
    assert "about 662.00" in found.lines[1].en


def test_exempt_kinds_do_not_count() -> None:
    items = tuple(Item(kind, 500_00, Period.MONTH) for kind in sorted(RULES.exempt_incomes))
    found = judge(household(*items))
    assert (found.outcome, found.per_head_fen) == (Outcome.DIBAO, 0)
    assert [line.rule for line in found.lines[: len(items)]] == ["income_exempt"] * len(items)
    assert len(items) == 6


def test_rigid_expenses_are_taken_off_down_to_zero() -> None:
    illness = Item("illness", 3000_00, Period.MONTH)
    found = judge(household(wages("1000"), deductions=(illness,)))
    assert (found.per_head_fen, found.amount_fen_per_month) == (0, 66200)
    assert "net_below_zero" in [line.rule for line in found.lines]
    school = Item("education", 900_00, Period.MONTH)
    other = judge(household(wages("1000"), deductions=(school,)))
    assert other.per_head_fen == 100000
    assert other.lines[1].rule == "expense_not_deductible"


def test_a_business_loss_counts_as_zero_unless_the_region_says_otherwise() -> None:
    """Edge case 24."""
    home = household(Item("business", -1200_00, Period.YEAR), wages("600"))
    found = judge(home)
    assert found.per_head_fen == 60000
    assert found.lines[0].rule == "loss_counts_as_zero"
    assert "亏了每年 1,200.00 元" in found.lines[0].zh
    offsets = judge(home, rules=replace(RULES, business_loss=BusinessLoss.OFFSETS))
    assert offsets.per_head_fen == 50000
    assert offsets.lines[0].rule == "loss_offsets"


@pytest.mark.parametrize(
    ("cap", "cash", "outcome", "rule"),
    [
        (CashCap(fen_per_head=20000_00), 40000_00, Outcome.DIBAO, "assets_within"),
        (CashCap(fen_per_head=20000_00), 40000_01, Outcome.NONE, "assets_over"),
        (CashCap(months_of_standard=24), 31776_00, Outcome.DIBAO, "assets_within"),
        (CashCap(months_of_standard=24), 31776_01, Outcome.NONE, "assets_over"),
        (CashCap(fen_per_head=0), 0, Outcome.DIBAO, "assets_within"),
        (CashCap(fen_per_head=20000_00), None, Outcome.DIBAO, "assets_not_given"),
    ],
)
def test_a_cap_on_cash_where_the_region_has_one(
    cap: CashCap, cash: int | None, outcome: Outcome, rule: str
) -> None:
    sources = {**RULES.sources, "cash_assets_cap": "某县规定"}
    rules = replace(RULES, cash_assets_cap=cap, sources=sources)
    found = judge(replace(household(wages("0"), heads=2), cash_assets_fen=cash), rules=rules)
    assert found.outcome is outcome
    line = next(line for line in found.lines if line.rule == rule)
    assert line.source == "某县规定"
    assert found.amount_fen_per_month == (0 if outcome is Outcome.NONE else 132400)


def test_without_a_cap_savings_do_not_matter_and_are_not_mentioned() -> None:
    found = judge(replace(household(wages("0")), cash_assets_fen=MAX_FEN))
    assert found.outcome is Outcome.DIBAO
    assert not [line for line in found.lines if line.rule.startswith("assets")]


def test_dezhou_has_its_own_figures() -> None:
    found = judge(household(wages("700")), standard_of("3714", Area.URBAN), rules_of("3714"))
    assert (found.outcome, found.amount_fen_per_month) == (Outcome.DIBAO, 5500)
    assert not rules_of("3714").obligor_consent
    assert rules_of("6103").obligor_consent


def test_labels_are_shown_as_typed() -> None:
    home = Household((Member((wages("1"),), label="{who} 爸爸"), Member((wages("2"),))))
    found = judge(home)
    assert found.lines[0].zh.startswith("{who} 爸爸：工资")
    assert found.lines[1].zh.startswith("第2个人：工资")


def test_each_wrong_figure_is_named_with_its_place() -> None:
    home = Household(
        (
            Member((Item("lottery", 1, Period.MONTH), Item("wages", -1, Period.MONTH))),
            Member(
                (), (Item("illness", MAX_FEN + 1, Period.YEAR), Item("business", 1, Period.YEAR))
            ),
            Member(tuple(wages("1") for _ in range(21))),
        ),
        cash_assets_fen=-1,
    )
    faults = household_faults(home, POLICY.vocabulary)
    assert [(f.path, f.code) for f in faults] == [
        ("/members/0/incomes/0/kind", "kind_unknown"),
        ("/members/0/incomes/1/amountFen", "amount_negative"),
        ("/members/1/deductions/0/amountFen", "amount_out_of_range"),
        ("/members/1/deductions/1/kind", "kind_unknown"),
        ("/members/2/incomes", "count_out_of_range"),
        ("/cashAssetsFen", "amount_out_of_range"),
    ]
    assert [f.code for f in household_faults(Household(()), POLICY.vocabulary)] == [
        "count_out_of_range"
    ]


@pytest.mark.parametrize(
    ("exact", "half_up", "up", "shown"),
    [
        (Fraction(0), 0, 0, "0.00"),
        (Fraction(1, 2), 1, 1, "0.01"),
        (Fraction(1, 3), 0, 1, "0.00"),
        (Fraction(-1, 2), -1, 0, "-0.01"),
        (Fraction(123456789), 123456789, 123456789, "1,234,567.89"),
    ],
)
def test_rounding(exact: Fraction, half_up: int, up: int, shown: str) -> None:
    assert (round_half_up(exact), round_up(exact), yuan(exact)) == (half_up, up, shown)


# What holds for every household.

INCOME = st.builds(
    Item,
    st.sampled_from(sorted(POLICY.vocabulary.incomes)),
    st.integers(0, 3_000_000),
    st.sampled_from(Period),
) | st.builds(Item, st.just("business"), st.integers(-500_000, 500_000), st.sampled_from(Period))
EXPENSE = st.builds(
    Item,
    st.sampled_from(sorted(POLICY.vocabulary.expenses)),
    st.integers(0, 300_000),
    st.sampled_from(Period),
)
MEMBER = st.builds(
    Member, st.lists(INCOME, max_size=4).map(tuple), st.lists(EXPENSE, max_size=2).map(tuple)
)
HOUSEHOLD = st.builds(Household, st.lists(MEMBER, min_size=1, max_size=5).map(tuple))
STANDARD = st.sampled_from([URBAN, RURAL, *POLICY.standards])
ANY_RULES = st.sampled_from([RULES, replace(RULES, business_loss=BusinessLoss.OFFSETS)])


@given(HOUSEHOLD, STANDARD, ANY_RULES)
def test_amounts_are_whole_fen_never_negative_and_only_for_dibao(
    home: Household, standard: Standard, rules: RegionRules
) -> None:
    found = judge(home, standard, rules)
    assert isinstance(found.amount_fen_per_month, int)
    assert 0 <= found.amount_fen_per_month <= round_up(standard.monthly_fen * len(home.members))
    assert (found.amount_fen_per_month > 0) == (found.outcome is Outcome.DIBAO)
    assert all(line.zh and line.en and "{" not in line.zh + line.en for line in found.lines)


@given(HOUSEHOLD, STANDARD, ANY_RULES, st.data())
def test_the_amount_never_falls_when_income_falls(
    home: Household, standard: Standard, rules: RegionRules, data: st.DataObject
) -> None:
    first, *others = home.members
    extra = data.draw(INCOME)
    less = data.draw(st.integers(-500_000 if extra.kind == "business" else 0, extra.amount_fen))
    richer = Household((replace(first, incomes=(*first.incomes, extra)), *others))
    lower = replace(extra, amount_fen=less)
    poorer = Household((replace(first, incomes=(*first.incomes, lower)), *others))
    before, after = judge(richer, standard, rules), judge(poorer, standard, rules)
    assert after.amount_fen_per_month >= before.amount_fen_per_month
    ranks = [Outcome.NONE, Outcome.EDGE, Outcome.DIBAO]
    assert ranks.index(after.outcome) >= ranks.index(before.outcome)


@settings(max_examples=40)
@given(st.lists(MEMBER, min_size=2, max_size=4), STANDARD)
def test_the_order_of_members_does_not_matter(members: list[Member], standard: Standard) -> None:
    results = set()
    for order in permutations(Member(m.incomes, m.deductions, "某人") for m in members):
        found = judge(Household(order), standard)
        lines = tuple(sorted(line.zh for line in found.lines))
        results.add((found.outcome, found.per_head_fen, found.amount_fen_per_month, lines))
    assert len(results) == 1


@given(HOUSEHOLD, STANDARD)
def test_a_year_and_twelve_months_are_the_same(home: Household, standard: Standard) -> None:
    def yearly(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(
            Item(i.kind, i.amount_fen * 12, Period.YEAR) if i.period is Period.MONTH else i
            for i in items
        )

    twin = Household(tuple(Member(yearly(m.incomes), yearly(m.deductions)) for m in home.members))
    one, other = judge(home, standard), judge(twin, standard)
    assert (one.outcome, one.per_head_fen, one.amount_fen_per_month) == (
        other.outcome,
        other.per_head_fen,
        other.amount_fen_per_month,
    )
