"""What letters say, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from backend.core.paper import Paragraph, Table
from backend.letters.rules import compose
from backend.letters.rules.compose import CaseSaid, Item
from backend.letters.rules.kinds import Kind, month_after, number, office_code, office_name
from backend.policy.rules.values import DocumentSlot, Words
from backend.regions.rules import Level

CASE = CaseSaid(
    "王秀英", "最低生活保障（低保）", "7K3M-9QXA-2BFD-W", date(2026, 3, 2), 3,
    accepted_on=date(2026, 3, 4), due_on=date(2027, 1, 6), due_provisional=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("place", "level", "office"),
    [
        ("陈仓区", Level.COUNTY, "陈仓区民政局"),
        ("陈仓区虢镇街道", Level.TOWNSHIP, "陈仓区虢镇街道办事处"),
        ("陈仓区县功镇", Level.TOWNSHIP, "陈仓区县功镇人民政府"),
        ("某旗某苏木", Level.TOWNSHIP, "某旗某苏木人民政府"),
        ("陈仓区科技工业园区", Level.TOWNSHIP, "陈仓区科技工业园区"),
    ],
)
def test_an_office_has_its_own_name(place: str, level: Level, office: str) -> None:
    assert office_name(place, level) == office


def test_a_number_names_office_year_and_kind() -> None:
    township, county = (office_code("610304001001", one) for one in (Level.TOWNSHIP, Level.COUNTY))
    assert (township, county) == ("610304001000", "610304000000")
    assert number(Kind.NOTICE, township, 2026, 7) == "社救告〔2026〕610304001-00007号"
    assert number(Kind.DENIAL, county, 2026, 123456) == "社救不确〔2026〕610304-123456号"


def test_payment_begins_with_the_next_month() -> None:
    assert month_after(date(2026, 3, 31)) == "2026年4月"
    assert month_after(date(2026, 12, 1)) == "2027年1月"


def test_papers_about_health_are_counted_and_not_named() -> None:
    known = [
        DocumentSlot("id_card", Words("身份证", "ID"), "adult_member", "always"),
        DocumentSlot("illness", Words("诊断书", "diagnosis"), "household", "if_claimed", "illness"),
        DocumentSlot("disability", Words("残疾证", "card"), "disabled_member", "always"),
    ]
    slots = ["id_card", "illness", "id_card", "disability", "other"]
    assert compose.papers(slots, known) == (("身份证", 2), ("其他证明材料", 3))


def test_a_provisional_day_says_that_it_is_one() -> None:
    told = compose.acceptance(CASE)
    assert isinstance(told[1], Table)
    assert ("最迟办结", "2027年1月6日（暂定）") in told[1].rows
    assert isinstance(told[2], Paragraph)
    assert "暂定" in told[2].text


def test_a_case_without_its_dates_has_no_acceptance() -> None:
    with pytest.raises(ValueError, match="dates"):
        compose.acceptance(CaseSaid("王", "低保", "c", date(2026, 3, 2), 1))


def test_an_approval_without_an_amount_names_none() -> None:
    """A county's own system may keep the amount to itself."""
    told = compose.approval(CASE, {"pays": True, "amount_fen": None}, date(2026, 3, 30))
    assert isinstance(told[1], Table)
    assert [row[0] for row in told[1].rows] == ["一起生活的人", "决定日期"]


def test_a_notice_numbers_what_is_missing() -> None:
    told = compose.notice(
        CASE, [Item("户口簿照片", "过期了", "请拍新的。"), Item("收入", "写错了", "改")]
    )
    assert isinstance(told[1], Table)
    assert told[1].rows[1:] == (
        ("1. 户口簿照片", "过期了", "请拍新的。"),
        ("2. 收入", "写错了", "改"),
    )


def test_the_foots_address_names_a_receipt_or_nothing() -> None:
    foot = compose.foot("https://a.example", "C", "7K3M-9QXA-2BFD-W")
    assert foot.address == "https://a.example/mini/lookup?r=7K3M-9QXA-2BFD-W"
    assert "核验码：C" in foot.lines
    assert compose.foot("https://a.example", "C", None).address == "https://a.example/mini/lookup"
