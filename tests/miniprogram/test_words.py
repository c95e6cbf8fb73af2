"""Each Chinese text of the mini-program has its English beside it, and no English is left over."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

from tests.miniprogram.source import ROOT, SOURCE, copy_of
from tests.miniprogram.words import HAN, HOLE, SHARED, texts_of

CATALOGUE = ROOT / "miniprogram_mock" / "words.en.toml"


def test_every_text_of_every_page_has_its_english_and_none_is_stale() -> None:
    said = {place: sorted(texts) for place, texts in texts_of(SOURCE).items()}
    known = {place: sorted(words) for place, words in english().items()}
    assert known == said


def test_the_english_is_english_and_has_the_same_holes() -> None:
    for place, words in english().items():
        for chinese, text in words.items():
            assert text, (place, chinese)
            assert not HAN.search(text), (place, text)
            assert text.count(HOLE) == chinese.count(HOLE), (place, chinese)


def test_no_phone_is_sent_the_catalogue() -> None:
    assert SOURCE not in CATALOGUE.parents


def test_texts_are_found_wherever_a_page_may_hold_them(tmp_path: Path) -> None:
    """A planted page: in views, attributes and their expressions, in strings, templates, settings;
    never in comments.
    """
    page = copy_of(tmp_path)
    shutil.rmtree(page)
    page /= "pages/planted"
    page.mkdir(parents=True)
    (page / "index.wxml").write_text(
        """<!-- 注释 --><view aria-label="甲"><text wx:if="{{a < 1}}">乙{{n}}个</text>"""
        """<b hint="{{n > 0 ? '丙' : "丁"}}" /></view>"""
    )
    (page / "index.js").write_text(
        "// 注释\nconst a = '戊';\nconst b = `己${a}庚`;\nconst c = /辛/;\nconst d = `壬`;\n"
    )
    (page / "index.json").write_text('{"navigationBarTitleText": "癸"}')
    found = {"pages/planted": {"甲", "乙{}个", "丙", "丁", "戊", "己{}庚", "壬", "癸"}}
    assert texts_of(page.parents[1]) == found
    (page.parent / "other").mkdir()
    (page.parent / "other" / "index.json").write_text('{"navigationBarTitleText": "癸"}')
    assert texts_of(page.parents[1])[SHARED] == {"癸"}


def english() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads(CATALOGUE.read_text())
    return found
