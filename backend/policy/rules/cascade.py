"""What is open above the 低保 standard: one of the household alone (单人户), or 刚性支出困难."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from backend.policy.rules.explain import ExplanationLine, explain, round_up, yuan
from backend.policy.rules.income import Household, Item, Member, net_income, numbered
from backend.policy.rules.values import (
    RegionRules,
    SingleAmount,
    Standard,
    Vocabulary,
)

_PERCENT = 100


@dataclass(frozen=True, slots=True)
class SinglePerson:
    """One of a household at the edge who may enter 低保 alone; `number` counts from 1."""

    number: int
    amount_fen_per_month: int


def single_persons(
    household: Household, standard: Standard, rules: RegionRules, vocabulary: Vocabulary
) -> tuple[tuple[SinglePerson, ...], list[ExplanationLine]]:
    """The gravely disabled and seriously ill of a 边缘 household (单人户, 民发〔2021〕57号 Art. 8),
    each with the monthly amount, rounded up to the fen.
    """
    found: list[SinglePerson] = []
    lines: list[ExplanationLine] = []
    for who, member in numbered(household):
        why = _why_alone(member, rules)
        amount = _alone(member, standard, rules, vocabulary) if why else 0
        if why and amount > 0:
            sentence, source = why
            found.append(SinglePerson(who.number, amount))
            lines.append(explain(sentence, "", yuan(amount), source, who=who))
    return tuple(found), lines


def _why_alone(member: Member, rules: RegionRules) -> tuple[str, str] | None:
    """The sentence that says why, and who fixed it."""
    if member.disability and member.disability.is_among(rules.single_person_disabilities):
        return "single_disabled", rules.sources["single_person_disabilities"]
    if member.seriously_ill and rules.single_person_serious_illness:
        return "single_ill", rules.sources["single_person_serious_illness"]
    return None


def _alone(member: Member, standard: Standard, rules: RegionRules, vocabulary: Vocabulary) -> int:
    full = standard.monthly_fen
    if rules.single_person_amount is SingleAmount.FULL:
        return round_up(full)
    own = net_income(Household((member,)), rules, vocabulary).monthly_fen
    return max(0, round_up(full - own))


@dataclass(frozen=True, slots=True)
class Rigid:
    """Whether a household counts as 刚性支出困难, and the lines that say why."""

    is_met: bool
    lines: tuple[ExplanationLine, ...]


def rigid_expense(
    household: Household,
    disposable: Standard | None,
    rules: RegionRules,
    vocabulary: Vocabulary,
) -> Rigid:
    """Whether income a head stays below last year's average disposable income of the place
    (`disposable`, 人均可支配收入) while rigid expenses take the share of it that the place fixed
    (刚性支出困难家庭认定, 2024-10-24).

    Income here is before rigid expenses. Where there is no income at all, any such expense is too
    much. Where the place has published no figure or ratio, nobody can tell: not met, and said.
    """
    ratio = rules.rigid_expense_ratio
    if disposable is None or ratio is None:
        return Rigid(is_met=False, lines=(explain("rigid_not_known", "", "", ""),))
    income, spent = _before_rigid(household, rules, vocabulary), _rigid(household, rules)
    per_head = income / len(household.members)
    if per_head >= disposable.monthly_fen:
        line = explain(
            "rigid_income_over",
            yuan(per_head),
            yuan(disposable.monthly_fen),
            disposable.dated.source,
        )
        return Rigid(is_met=False, lines=(line,))
    met = spent > 0 and spent >= income * ratio
    line = explain(
        "rigid_ratio_met" if met else "rigid_ratio_below",
        yuan(spent),
        yuan(income),
        rules.sources["rigid_expense_ratio"],
        percent=_percent(ratio),
    )
    return Rigid(is_met=met, lines=(line,))


def _before_rigid(household: Household, rules: RegionRules, vocabulary: Vocabulary) -> Fraction:
    """Counted income a month, with only those expenses taken off that are no rigid ones."""
    members = tuple(
        Member(m.incomes, tuple(i for i in m.deductions if i.kind not in rules.rigid_expenses))
        for m in household.members
    )
    return net_income(Household(members), rules, vocabulary).monthly_fen


def _rigid(household: Household, rules: RegionRules) -> Fraction:
    return sum((i.monthly_fen for i in _spent(household, rules)), Fraction(0))


def _spent(household: Household, rules: RegionRules) -> Iterator[Item]:
    for member in household.members:
        yield from (item for item in member.deductions if item.kind in rules.rigid_expenses)


def _percent(ratio: Fraction) -> str:
    return f"{float(ratio * _PERCENT):g}"
