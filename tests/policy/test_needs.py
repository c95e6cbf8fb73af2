"""What people say is hard, and where it leads (一门受理)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.uow import Units, Work
from backend.policy import service
from backend.policy.errors import NeedMissing, NeedsWrong, PolicyDataError, PolicyMissing
from backend.policy.rules.files import read_folder
from backend.policy.rules.needs import from_json, heard, proposals, spoken, to_json
from backend.policy.rules.values import PolicySet
from backend.policy.service import NeedCheck, Told
from backend.regions.errors import DivisionUnknown
from tests.factories.house import VILLAGE
from tests.policy.conftest import shipped_files
from tests.policy.test_service import Seed

RUNNING = ("dibao", "dibao-edge")
SITUATIONS = ["accident", "elder", "money", "illness", "disability", "child"]


def told(shipped: PolicySet, text: str) -> list[str]:
    return [one.need.code for one in heard(shipped.needs, (), text)]


def ask(work: Work, *picked: str, words: str = "", division: str | None = None) -> NeedCheck:
    return service.check_needs(work, Told(picked, words, division))


def test_the_six_situations_ship_the_most_urgent_first(shipped: PolicySet) -> None:
    assert [need.code for need in shipped.needs.needs] == SITUATIONS
    assert from_json(to_json(shipped.needs)) == shipped.needs


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("老汉瘫到炕上咧,屋里么得钱抓药", ["money", "illness"]),
        ("娃 念书 交不起学费", ["money", "child"]),
        ("苦不着钱,克医院都克不起", ["money", "illness"]),
        ("俺家揭不开锅了", ["money"]),
        ("掌柜的让车撞了,腿摔断了", ["accident"]),
        ("屋塌咧，没处去", ["accident"]),
        ("我八十了，没儿没女，没人经管", ["elder"]),
        ("恓惶得很", ["money"]),
        ("瓜娃腿脚不得劲", ["disability"]),
        ("他妈跑了，碎娃没人管", ["elder", "child"]),
        ("ＴＡ得了尿毒症，天天透析", ["illness"]),
    ],
)
def test_people_are_understood_as_they_speak(
    shipped: PolicySet, text: str, needs: list[str]
) -> None:
    assert told(shipped, text) == needs


@pytest.mark.parametrize(
    "text",
    ["没病", "家里没有残疾", "不是残疾人", "今天天气很好", "hello", "。。。", "👵👴", "\u200b"],
)
def test_what_is_denied_or_says_nothing_tells_of_nothing(shipped: PolicySet, text: str) -> None:
    assert told(shipped, text) == []


def test_a_word_that_is_denied_once_counts_where_it_stands_again(shipped: PolicySet) -> None:
    assert told(shipped, "我没病，老伴有病") == ["illness"]


def test_more_needs_come_first_and_only_what_runs(shipped: PolicySet) -> None:
    both = heard(shipped.needs, ("money", "illness"), "")
    assert [(p.programme, len(p.why)) for p in proposals(both, RUNNING)] == [
        ("dibao", 2),
        ("dibao-edge", 2),
    ]
    assert [p.programme for p in proposals(both, ("dibao-edge",))] == ["dibao-edge"]
    first = replace(both[0], need=replace(both[0].need, programmes=both[0].need.programmes[:1]))
    swapped = [p.programme for p in proposals([first, both[1]], RUNNING)]
    assert swapped == ["dibao", "dibao-edge"]
    assert proposals(both, ()) == []


@given(st.text(max_size=300), st.sets(st.sampled_from(SITUATIONS)))
def test_any_words_are_answered_and_every_reason_stands_in_them(
    shipped: PolicySet, text: str, picked: set[str]
) -> None:
    needs = shipped.needs
    found = heard(needs, picked, text)
    assert picked <= {one.need.code for one in found}
    assert all(word in spoken(text) for one in found for word in one.because)
    assert [n.code for n in needs.needs if n.code in {o.need.code for o in found}] == [
        one.need.code for one in found
    ]


def test_picking_a_picture_answers_with_reasons_and_the_counter(units: Units, seed: Seed) -> None:
    with units.write() as work:
        seed(work)
    with units.read() as work:
        found = ask(work, "illness", words="老汉瘫在炕上", division=VILLAGE)
        assert [(p.programme.code, p.why[0].zh[:4]) for p in found.programmes] == [
            ("dibao", "看病自己"),
            ("dibao-edge", "收入比低"),
            ("rigid-expense", "收入再多"),
        ]
        assert [(o.picked, o.because) for o in found.understood] == [(True, ("瘫在",))]
        assert [a.need for a in found.advice] == ["illness"]
        assert found.counter is not None
        assert VILLAGE.startswith(found.counter.code.rstrip("0"))
        assert ask(work, "illness", division="610300000000").counter is None


def test_where_nothing_was_understood_the_counter_is_named(work: Work, seed: Seed) -> None:
    seed(work)
    found = ask(work, words="今天天气很好")
    assert (found.understood, found.programmes) == ([], [])
    assert [(a.need, "民政窗口" in a.words.zh) for a in found.advice] == [(None, True)]


def test_wrong_questions_are_named(work: Work, seed: Seed) -> None:
    with pytest.raises(PolicyMissing):
        ask(work, "money")
    seed(work)
    with pytest.raises(NeedMissing) as missing:
        ask(work)
    assert missing.value.path == "/needs"
    with pytest.raises(NeedsWrong) as wrong:
        ask(work, "money", "gold", "x" * 40)
    assert [e.path for e in wrong.value.errors] == ["/needs/1", "/needs/2"]
    with pytest.raises(DivisionUnknown):
        ask(work, "money", division="999999999999")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('programme = "dibao"', 'programme = "gold"', "is none of"),
        ('code = "elder"', 'code = "accident"', "is there twice"),
        ('"车祸", ', '"车祸", "车祸", ', "twice"),
        ('"车祸", ', '"ＡＢ", ', "must be written"),
        ('"车祸", ', '"", ', "texts of 1 to"),
        ('"车祸", ', "7, ", "texts of 1 to"),
        ('source = "社', 'sauce = "社', "no such field"),
    ],
)
def test_a_wrong_file_is_named(old: str, new: str, why: str) -> None:
    files = shipped_files()
    text = files["needs.toml"].decode()
    assert old in text
    with pytest.raises(PolicyDataError, match=why) as wrong:
        read_folder({**files, "needs.toml": text.replace(old, new, 1).encode()})
    assert all(problem.file == "needs.toml" for problem in wrong.value.problems)


def test_a_folder_without_the_file_is_refused() -> None:
    files = shipped_files()
    del files["needs.toml"]
    with pytest.raises(PolicyDataError, match=r"needs.toml:1: is missing"):
        read_folder(files)
