"""低保, 低保边缘, 刚性支出困难 or none: one cascade over a household's money, explained."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from backend.policy.rules.cascade import SinglePerson, rigid_expense, single_persons
from backend.policy.rules.explain import (
    ExplanationLine,
    explain,
    round_half_up,
    round_up,
    yuan,
)
from backend.policy.rules.income import Household, net_income
from backend.policy.rules.values import (
    Area,
    Outcome,
    Period,
    RegionRules,
    Standard,
    Vocabulary,
)

_AREAS = {Area.URBAN: ("城市", "urban"), Area.RURAL: ("农村", "rural")}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What came out: per-head income and standard as shown (fen a month), the household's amount,
    who of it may enter 低保 alone, and why.
    """

    outcome: Outcome
    per_head_fen: int
    standard_fen: int
    amount_fen_per_month: int
    lines: tuple[ExplanationLine, ...]
    single_persons: tuple[SinglePerson, ...] = ()


def assess(
    household: Household,
    standard: Standard,
    rules: RegionRules,
    vocabulary: Vocabulary,
    disposable: Standard | None = None,
) -> Assessment:
    """Classify a household whose figures were checked with `household_faults`.

    Compared is exactly, in fractions of a fen: 低保 below the standard, 低保边缘 from the standard
    to below its multiple (民发〔2021〕57号 Art. 8); above it 刚性支出困难, measured by last year's
    `disposable` income of the place, if it published one. Whoever holds more savings than the
    place allows is none of them. Shown is half up to the fen; the amount, standard less income
    times heads, is rounded up to the fen, so that the entitled get something.
    """
    net = net_income(household, rules, vocabulary)
    heads = len(household.members)
    figures = _Figures(
        heads=heads,
        net=net.monthly_fen,
        per_head=net.monthly_fen / heads,
        line=standard.monthly_fen,
        edge=standard.monthly_fen * rules.edge_multiplier,
        multiplier=_plain(rules.edge_multiplier),
    )
    over, assets = _assets(household, standard, rules)
    outcome = Outcome.NONE if over else _classify(figures)
    amount = _amount_fen(figures) if outcome is Outcome.DIBAO else 0
    lines = [*net.lines, _per_head_line(figures), _standard_line(standard), *assets]
    lines += _outcome_lines(figures, outcome, over, amount, standard, rules)
    alone: tuple[SinglePerson, ...] = ()
    if outcome is Outcome.EDGE:
        alone, why = single_persons(household, standard, rules, vocabulary)
        lines += why
    elif outcome is Outcome.NONE and not over:
        rigid = rigid_expense(household, disposable, rules, vocabulary)
        outcome = Outcome.RIGID if rigid.is_met else Outcome.NONE
        lines += rigid.lines
    return Assessment(
        outcome,
        round_half_up(figures.per_head),
        round_half_up(figures.line),
        amount,
        (*lines, explain("estimate", "", "", "")),
        alone,
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    """Exact fen a month."""

    heads: int
    net: Fraction
    per_head: Fraction
    line: Fraction
    edge: Fraction
    multiplier: str


def _classify(figures: _Figures) -> Outcome:
    if figures.per_head < figures.line:
        return Outcome.DIBAO
    return Outcome.EDGE if figures.per_head < figures.edge else Outcome.NONE


def _amount_fen(figures: _Figures) -> int:
    return round_up(figures.line * figures.heads - figures.net)


def _assets(
    household: Household, standard: Standard, rules: RegionRules
) -> tuple[bool, list[ExplanationLine]]:
    """Whether the cash is above the region's cap, and the line that says so; no cap, no line."""
    if rules.cash_assets_cap is None:
        return False, []
    cap = rules.cash_assets_cap.fen(standard)
    source = rules.sources["cash_assets_cap"]
    if household.cash_assets_fen is None:
        return False, [explain("assets_not_given", "", yuan(cap), source)]
    per_head = Fraction(household.cash_assets_fen, len(household.members))
    over = per_head > cap
    rule = "assets_over" if over else "assets_within"
    return over, [explain(rule, yuan(per_head), yuan(cap), source, **_about(per_head))]


def _per_head_line(figures: _Figures) -> ExplanationLine:
    return explain(
        "per_head",
        yuan(figures.net),
        yuan(figures.per_head),
        "",
        heads=figures.heads,
        **_about(figures.per_head),
    )


def _standard_line(standard: Standard) -> ExplanationLine:
    area_zh, area_en = _AREAS[standard.area]
    return explain(
        "standard_yearly" if standard.per is Period.YEAR else "standard_monthly",
        yuan(standard.amount_fen),
        yuan(standard.monthly_fen),
        standard.dated.source,
        area_zh=area_zh,
        area_en=area_en,
        since=standard.dated.valid_from,
        **_about(standard.monthly_fen),
    )


def _outcome_lines(
    figures: _Figures,
    outcome: Outcome,
    over: bool,
    amount: int,
    standard: Standard,
    rules: RegionRules,
) -> list[ExplanationLine]:
    shown = yuan(figures.per_head)
    about = _about(figures.per_head)
    edge_source = rules.sources["edge_multiplier"]
    if over:
        return [explain("outcome_assets", shown, "", rules.sources["cash_assets_cap"])]
    if outcome is Outcome.DIBAO:
        source = standard.dated.source
        line = explain("outcome_dibao", shown, yuan(figures.line), source, **about)
        return [line, explain("amount", shown, yuan(amount), source, heads=figures.heads)]
    rule = "outcome_edge" if outcome is Outcome.EDGE else "outcome_none"
    multiplier = figures.multiplier
    return [explain(rule, shown, yuan(figures.edge), edge_source, multiplier=multiplier, **about)]


def _plain(multiplier: Fraction) -> str:
    return f"{Decimal(multiplier.numerator) / multiplier.denominator:f}"


def _about(exact: Fraction) -> dict[str, str]:
    """The word 'about' where the shown figure was rounded."""
    rounded = exact.denominator != 1
    return {"about_zh": "约" if rounded else "", "about_en": " about" if rounded else ""}
