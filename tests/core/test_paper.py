"""The press: signs, lines, pages, bytes."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.paper import Foot, Handwriting, Paragraph, Sheet, Table, press, sheet_of
from backend.core.paper.fonts import faces, missing
from backend.core.paper.layout import BOTTOM, LEFT, RIGHT, Rule, Stroke, Words, lay_out
from backend.core.paper.setting import clean, set_lines
from tests.letters.looking import codes_of, pages_of, text_of

FOOT = Foot("http://127.0.0.1:8000/mini/lookup?r=7K3M-9QXA-2BFD-W", ("核验码：7K3M-9QXA-2BFD-W",))
LONG_NAME = "阿卜杜热合曼·麦麦提吐尔逊江·艾力瓦尔迪江热合曼"
TABLE = Table((("哪里", "怎样"), ("收入", "请写清楚")), (1, 2), headed=True)


def sheet(*blocks: Paragraph | Table | Handwriting, to: str = "王秀英") -> Sheet:
    return Sheet("收件回执", "社救收〔2026〕1号", to, blocks, "虢镇街道办事处", "2026年3月2日")


def printed(*blocks: Paragraph | Table | Handwriting, to: str = "王秀英") -> bytes:
    return press([(sheet(*blocks, to=to), FOOT)], title="收件回执").pdf


def test_a_letter_reads_back_as_it_was_meant() -> None:
    pdf = printed(Paragraph("您的申请收到了。"), TABLE)
    assert text_of(pdf) == (
        "收件回执社救收〔2026〕1号王秀英：您的申请收到了。哪里 怎样收入 请写清楚"
        "虢镇街道办事处2026年3月2日核验码：7K3M-9QXA-2BFD-W"
    )
    assert codes_of(pdf) == [FOOT.address]
    assert len(pdf) < 200_000


@pytest.mark.parametrize("name", ["㐂𬭎〇", LONG_NAME, "䶮喆", "𫖯", "鿭𠅤"])  # 38 of the domain
def test_rare_names_are_printed(name: str) -> None:
    assert missing(name) == []
    assert f"{name}：" in text_of(printed(to=name))


def test_every_sign_of_the_standard_table_is_there() -> None:
    """CJK Unified Ideographs and Extension A whole: what GB 18030-2022 asks of every system."""
    whole = "".join(map(chr, [*range(0x4E00, 0xA000), *range(0x3400, 0x4DC0)]))
    assert missing(whole) == []


def test_a_sign_that_no_font_has_is_told_and_never_an_empty_box() -> None:
    assert missing("王𪚥𪚥") == ["𪚥"]
    read = text_of(printed(to="王𪚥"))
    assert "王〓：" in read
    assert "U+2A6A5" in read
    assert "请经办人手写补上" in read
    assert "手写补上" not in text_of(printed())


def test_the_second_font_helps_out() -> None:
    serif, sans = faces()
    only_sans = next(c for c in sans.advances if c > 0x3400 and c not in serif.advances)
    assert missing(chr(only_sans)) == []
    assert f"字{chr(only_sans)}字" in text_of(printed(Paragraph(f"字{chr(only_sans)}字")))


def test_the_same_letter_is_the_same_bytes() -> None:
    assert printed(TABLE) == printed(TABLE)
    assert printed(TABLE) != printed(TABLE, to="李建国")


def test_signs_that_are_not_seen_leave_no_trace() -> None:
    assert clean("王\u202e秀\ufe00英\u200b\tA\r\nB\x00") == "王秀英 A\nB"
    assert text_of(printed(to="王\u202e秀\U000e0100英")) == text_of(printed(to="王秀英"))


def ones(text: str) -> float:
    return float(len(text))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四五六", ["一二三四五", "六"]),
        ("一二三四五。六", ["一二三四", "五。六"]),  # no line begins with a full stop
        ("一二三四（五）", ["一二三四", "（五）"]),  # none ends with an opening bracket
        ("一二三2026年", ["一二三", "2026年"]),  # a number stays whole
        ("ABCDEFGH", ["ABCDE", "FGH"]),  # but for one that is wider than a line
        ("", [""]),
        ("一\n二", ["一", "二"]),
    ],
)
def test_lines_are_broken_as_chinese_is(text: str, lines: list[str]) -> None:
    assert set_lines(text, 5, ones) == lines


def test_the_first_line_is_shorter_where_it_is_indented() -> None:
    assert set_lines("一二三四五六七", 5, ones, indent=2) == ["一二三", "四五六七"]


@given(st.text(alphabet="一二三，。（）“”、·2026AB ", max_size=80), st.integers(4, 20))
def test_no_sign_is_lost_or_doubled_and_no_line_runs_over(text: str, width: int) -> None:
    lines = set_lines(text, width, ones)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= width for line in lines)


def test_a_long_letter_goes_on_over_pages_that_say_which_they_are() -> None:
    table = Table(tuple((str(n), "请补上这一样。" * 6) for n in range(40)), (1, 4))
    pages = lay_out(sheet(table, Paragraph("长" * 900)), FOOT)
    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        shown = [mark for mark in page if isinstance(mark, Words)]
        assert any(mark.text == f"第 {number} 页，共 {len(pages)} 页" for mark in shown)
        assert all(mark.y <= BOTTOM for mark in shown[:-1] if page is not pages[-1])
    pdf = printed(table, Paragraph("长" * 900))
    assert len(pages_of(pdf)) == len(pages)
    assert len(pdf) < 200_000


def test_a_row_that_is_higher_than_a_page_loses_nothing() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 700)))
    read = text_of(printed(Table((("甲", text),), (1, 3))))
    assert set(text) <= set(read)


def test_a_signature_is_drawn_within_its_box() -> None:
    strokes = (((0, 0), (4000, 100)), ((2000, 900), (2100, 0)))
    marks = lay_out(sheet(Handwriting("手写签名：", strokes)), FOOT)[0]
    drawn = [mark for mark in marks if isinstance(mark, Stroke)]
    assert len(drawn) == 2
    assert all(LEFT < x < RIGHT and y < BOTTOM for s in drawn for x, y in s.points)
    assert any(isinstance(mark, Rule) for mark in marks)


def test_a_sheet_is_kept_as_json_and_comes_back() -> None:
    whole = sheet(Paragraph("您好。"), TABLE, Handwriting("签名：", (((1, 2), (3, 4)),)))
    assert sheet_of(json.loads(json.dumps(asdict(whole)))) == whole


def test_many_letters_make_one_file() -> None:
    found = press([(sheet(to=name), FOOT) for name in ("王秀英", "李建国")], title="文书")
    assert found.pages == 2
    assert codes_of(found.pdf) == [FOOT.address] * 2
