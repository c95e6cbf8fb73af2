"""The sentences that explain an assessment, in plain Chinese and in English."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

_FEN_PER_YUAN = 100


@dataclass(frozen=True, slots=True)
class ExplanationLine:
    """One step: `rule` is its code, `input` and `result` are yuan, `source` says who fixed it."""

    rule: str
    input: str
    result: str
    source: str
    zh: str
    en: str


def round_half_up(amount: Fraction) -> int:
    """The nearest whole number, a half away from zero; for showing only, never for comparing."""
    rounded = (abs(amount) * 2 + 1) // 2
    return int(rounded if amount >= 0 else -rounded)


def round_up(amount: Fraction) -> int:
    """The next whole number that is not smaller."""
    return int(-(-amount // 1))


def yuan(fen: Fraction | int) -> str:
    """Fen as yuan with two digits and thousands commas, rounded half up: 178950 → 1,789.50."""
    whole = round_half_up(Fraction(fen))
    sign = "-" if whole < 0 else ""
    return f"{sign}{abs(whole) // _FEN_PER_YUAN:,}.{abs(whole) % _FEN_PER_YUAN:02d}"


def explain(rule: str, given: str, result: str, source: str, **words: Any) -> ExplanationLine:
    """The line of a rule with its sentences filled in; KeyError where the rule has none."""
    zh, en = _SENTENCES[rule]
    return ExplanationLine(
        rule,
        given,
        result,
        source,
        zh.format(given=given, result=result, **words),
        en.format(given=given, result=result, **words),
    )


_SENTENCES: dict[str, tuple[str, str]] = {
    "income_counted": (
        "{who.zh}：{kind.zh}，{amount_zh}，算作收入。",
        "{who.en}: {kind.en}, {amount_en}, counts as income.",
    ),
    "income_exempt": (
        "{who.zh}：{kind.zh}，{amount_zh}，按规定不算收入。",
        "{who.en}: {kind.en}, {amount_en}, does not count by the rules.",
    ),
    "loss_counts_as_zero": (
        "{who.zh}：{kind.zh}亏了{amount_zh}，按 0 元算，不从别的收入里减。",
        "{who.en}: {kind.en}, a loss of {amount_en}, counts as zero.",
    ),
    "loss_offsets": (
        "{who.zh}：{kind.zh}亏了{amount_zh}，从别的收入里减去。",
        "{who.en}: {kind.en}, a loss of {amount_en}, is taken off the other income.",
    ),
    "expense_deducted": (
        "{who.zh}：{kind.zh}，{amount_zh}，从收入里减去。",
        "{who.en}: {kind.en}, {amount_en}, is taken off the income.",
    ),
    "expense_not_deductible": (
        "{who.zh}：{kind.zh}，{amount_zh}，当地规定不能减。",
        "{who.en}: {kind.en}, {amount_en}, cannot be taken off here.",
    ),
    "net_below_zero": (
        "要减的钱比收入还多，全家收入按 0 元算。",
        "More is taken off than comes in, so the household's income counts as zero.",
    ),
    "per_head": (
        "全家每月收入 {given} 元，{heads} 个人平分，每人每月{about_zh} {result} 元。",
        "The household has {given} yuan a month; for each of {heads} that is{about_en} {result}.",
    ),
    "standard_monthly": (
        "您那里的{area_zh}低保标准是每人每月 {result} 元（从 {since} 起）。",
        "The {area_en} dibao standard there is {result} yuan a person a month (since {since}).",
    ),
    "standard_yearly": (
        "您那里的{area_zh}低保标准是每人每年 {given} 元，"
        "合每月{about_zh} {result} 元（从 {since} 起）。",
        "The {area_en} dibao standard there is {given} yuan a person a year,"
        " that is{about_en} {result} a month (since {since}).",
    ),
    "assets_not_given": (
        "您没有填家里的存款。存款每人超过 {result} 元，就不能享受。",
        "The savings were not given; above {result} yuan a person nothing is granted.",
    ),
    "assets_within": (
        "家里的存款每人{about_zh} {given} 元，没有超过每人 {result} 元的上限。",
        "The savings are{about_en} {given} yuan a person, not above the limit of {result}.",
    ),
    "assets_over": (
        "家里的存款每人{about_zh} {given} 元，超过了每人 {result} 元的上限。",
        "The savings are{about_en} {given} yuan a person, above the limit of {result}.",
    ),
    "outcome_dibao": (
        "每人每月{about_zh} {given} 元，比标准 {result} 元少：可以申请低保。",
        "{given} yuan a person is below the standard of {result}: you can apply for dibao.",
    ),
    "amount": (
        "每月大约能领：标准减去每人收入，再乘 {heads} 个人，得 {result} 元。",
        "The allowance is about the standard less the income per person, times {heads}:"
        " {result} yuan a month.",
    ),
    "outcome_edge": (
        "每人每月{about_zh} {given} 元，不比低保标准少，"
        "但比标准的 {multiplier} 倍（{result} 元）少："
        "可以申请低保边缘家庭。",
        "{given} yuan a person is not below the standard, but below {multiplier} times the standard"
        " ({result}): you can apply as a household at the edge of dibao.",
    ),
    "outcome_none": (
        "每人每月{about_zh} {given} 元，不比标准的 {multiplier} 倍（{result} 元）少："
        "不在低保和低保边缘的范围里。遇到急事、大病，还可以申请别的救助。",
        "{given} yuan a person is not below {multiplier} times the standard ({result}):"
        " neither dibao nor its edge. In an emergency or serious illness other help is open.",
    ),
    "single_disabled": (
        "{who.zh}残疾重，可以一个人单独申请低保（单人户），每月大约能领 {result} 元。",
        "{who.en} is gravely disabled and may enter dibao alone: about {result} yuan a month.",
    ),
    "single_ill": (
        "{who.zh}得了重病，可以一个人单独申请低保（单人户），每月大约能领 {result} 元。",
        "{who.en} is seriously ill and may enter dibao alone: about {result} yuan a month.",
    ),
    "rigid_not_known": (
        "看病、上学花钱太多的家庭，还可以申请认定“刚性支出困难家庭”。"
        "您那里的标准系统里还没有，请问镇里（街道）。",
        "A household that illness or school costs too much may be recognised for that."
        " The place's figures are not on record here: ask the township.",
    ),
    "rigid_income_over": (
        "每人每月 {given} 元，不比当地上年人均可支配收入（每月 {result} 元）少："
        "不算刚性支出困难家庭。",
        "{given} yuan a person is not below last year's average disposable income there"
        " ({result} a month): no hardship by rigid expenses.",
    ),
    "rigid_ratio_met": (
        "看病、上学等必须花的钱每月 {given} 元，到了收入 {result} 元的 {percent}%："
        "可以申请认定刚性支出困难家庭。",
        "Rigid expenses of {given} yuan a month reach {percent} % of the income of {result}:"
        " you can apply as a household with rigid expenses.",
    ),
    "rigid_ratio_below": (
        "看病、上学等必须花的钱每月 {given} 元，不到收入 {result} 元的 {percent}%："
        "不算刚性支出困难家庭。",
        "Rigid expenses of {given} yuan a month stay below {percent} % of the income of {result}:"
        " no hardship by rigid expenses.",
    ),
    "outcome_assets": (
        "存款超过上限，不在低保和低保边缘的范围里。遇到急事、大病，还可以申请别的救助。",
        "The savings are above the limit: neither dibao nor its edge."
        " In an emergency or serious illness other help is open.",
    ),
    "estimate": (
        "这是按您填的数字算的，只供参考。最后以政府核对后的决定为准。",
        "This is computed from your figures, for orientation."
        " What counts is the decision after the check.",
    ),
}
