"""What a household earns in a month by the rules of its place, exact to the fraction of a fen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from backend.core.errors import FieldError
from backend.policy.rules.explain import ExplanationLine, explain, yuan
from backend.policy.rules.values import (
    BusinessLoss,
    Disability,
    Kind,
    Period,
    RegionRules,
    Vocabulary,
)

MAX_MEMBERS = 30
MAX_ITEMS = 20
MAX_FEN = 10**10
MAX_LABEL = 20


@dataclass(frozen=True, slots=True)
class Item:
    """An income or an expense of a kind; negative fen only for kinds that allow it."""

    kind: str
    amount_fen: int
    period: Period

    @property
    def monthly_fen(self) -> Fraction:
        return Fraction(self.amount_fen, self.period.months)


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the household; the label is what the person is called in the explanation."""

    incomes: tuple[Item, ...] = ()
    deductions: tuple[Item, ...] = ()
    label: str = ""
    disability: Disability | None = None
    seriously_ill: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    """The people living together, without names, and the cash of all (None: not asked)."""

    members: tuple[Member, ...]
    cash_assets_fen: int | None = None


@dataclass(slots=True)
class Sum:
    """Fen a month so far, and how they came together."""

    monthly_fen: Fraction = Fraction(0)
    lines: list[ExplanationLine] = field(default_factory=list)

    def add(self, counted: Fraction, line: ExplanationLine) -> None:
        self.monthly_fen += counted
        self.lines.append(line)


def household_faults(household: Household, vocabulary: Vocabulary) -> list[FieldError]:
    """What is wrong with the figures, each with its JSON pointer; empty when they can be used."""
    faults = list(_count_fault("/members", len(household.members), 1, MAX_MEMBERS))
    for n, member in enumerate(household.members):
        for name, items, kinds in (
            ("incomes", member.incomes, vocabulary.incomes),
            ("deductions", member.deductions, vocabulary.expenses),
        ):
            path = f"/members/{n}/{name}"
            faults += _count_fault(path, len(items), 0, MAX_ITEMS)
            for m, item in enumerate(items):
                faults += _item_faults(f"{path}/{m}", item, kinds.get(item.kind))
    cash = household.cash_assets_fen
    if cash is not None and not 0 <= cash <= MAX_FEN:
        faults.append(FieldError("/cashAssetsFen", "amount_out_of_range"))
    return faults


def net_income(household: Household, rules: RegionRules, vocabulary: Vocabulary) -> Sum:
    """Counted incomes less deductible expenses, in fen a month, never below zero.

    Wages, net business, property and transfers count; exempt kinds do not (民发〔2021〕57号).
    """
    total = Sum()
    for who, member in numbered(household):
        for item in member.incomes:
            _add_income(total, who, item, vocabulary.incomes[item.kind], rules, vocabulary.source)
        for item in member.deductions:
            _add_expense(total, who, item, vocabulary.expenses[item.kind], rules)
    if total.monthly_fen < 0:
        line = explain("net_below_zero", yuan(total.monthly_fen), "0.00", "")
        total.add(-total.monthly_fen, line)
    return total


@dataclass(frozen=True, slots=True)
class Who:
    """How one of the household is called: by label, or by the place in the list (from 1)."""

    label: str
    number: int

    @property
    def zh(self) -> str:
        return self.label or f"第{self.number}个人"

    @property
    def en(self) -> str:
        return self.label or f"person {self.number}"


def numbered(household: Household) -> Iterator[tuple[Who, Member]]:
    """Everybody of the household with the name that the explanation calls them by."""
    for number, member in enumerate(household.members, start=1):
        yield Who(member.label, number), member


def _count_fault(path: str, count: int, low: int, high: int) -> Iterator[FieldError]:
    if not low <= count <= high:
        yield FieldError(path, "count_out_of_range", {"low": low, "high": high})


def _item_faults(path: str, item: Item, kind: Kind | None) -> Iterator[FieldError]:
    if kind is None:
        yield FieldError(f"{path}/kind", "kind_unknown")
        return
    if abs(item.amount_fen) > MAX_FEN:
        yield FieldError(f"{path}/amountFen", "amount_out_of_range")
    elif item.amount_fen < 0 and not kind.may_be_negative:
        yield FieldError(f"{path}/amountFen", "amount_negative")


def _add_income(
    total: Sum, who: Who, item: Item, kind: Kind, rules: RegionRules, source: str
) -> None:
    if kind.code in rules.exempt_incomes:
        rule, counted, source = "income_exempt", Fraction(0), rules.sources["exempt_incomes"]
    elif item.amount_fen < 0 and rules.business_loss is BusinessLoss.COUNTS_AS_ZERO:
        rule, counted, source = "loss_counts_as_zero", Fraction(0), rules.sources["business_loss"]
    elif item.amount_fen < 0:
        rule, counted, source = "loss_offsets", item.monthly_fen, rules.sources["business_loss"]
    else:
        rule, counted = "income_counted", item.monthly_fen
    total.add(counted, _item_line(rule, who, item, kind, counted, source))


def _add_expense(total: Sum, who: Who, item: Item, kind: Kind, rules: RegionRules) -> None:
    deductible = kind.code in rules.deductible_expenses
    rule = "expense_deducted" if deductible else "expense_not_deductible"
    counted = -item.monthly_fen if deductible else Fraction(0)
    source = rules.sources["deductible_expenses"]
    total.add(counted, _item_line(rule, who, item, kind, counted, source))


def _item_line(
    rule: str, who: Who, item: Item, kind: Kind, counted: Fraction, source: str
) -> ExplanationLine:
    amount = yuan(Fraction(abs(item.amount_fen)))
    monthly = yuan(abs(item.monthly_fen))
    yearly = item.period is Period.YEAR
    return explain(
        rule,
        yuan(Fraction(item.amount_fen)) + ("/year" if yearly else "/month"),
        yuan(counted),
        source,
        who=who,
        kind=kind.words,
        amount_zh=f"每年 {amount} 元，合每月 {monthly} 元" if yearly else f"每月 {amount} 元",
        amount_en=f"{amount} yuan a year, {monthly} a month"
        if yearly
        else f"{amount} yuan a month",
    )
