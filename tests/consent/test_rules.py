"""Scope, statements, strokes and client families as plain rules."""

from __future__ import annotations

from uuid import UUID

import pytest

from backend.consent.errors import StatementMissing
from backend.consent.rules.scope import About, Signer, about, client_family, covers
from backend.consent.rules.statements import (
    face_statement,
    statement_for,
    statement_hash,
    ways,
)
from backend.consent.rules.strokes import MOST_POINTS, strokes_fault, strokes_hash

PLACE = "610302001001"


def test_the_statement_tells_what_the_law_wants_told() -> None:
    found = statement_for(("dibao", "review_while_aid_lasts"), PLACE)
    for told in (
        "谁在问您",
        "为什么问",
        "查什么",
        "到哪里查",
        "谁能看到",
        "管多久",
        "不同意会怎样",
        "怎么收回",
    ):
        assert told in found.text.zh
    assert "最低生活保障（低保）、领取救助期间的定期复核" in found.text.zh
    assert "subsistence allowance (dibao), regular reviews while aid is paid" in found.text.en
    assert "{" not in found.text.zh + found.text.en
    assert found.text.hash == statement_hash(found.text.version, found.text.zh, found.text.en)


def test_other_purposes_are_another_text() -> None:
    narrow = statement_for(("dibao",), PLACE).text
    wide = statement_for(("dibao", "review_while_aid_lasts"), PLACE).text
    assert narrow.version == wide.version
    assert narrow.hash != wide.hash


@pytest.mark.parametrize(
    ("whose", "words"),
    [
        (About.SELF, "需要核对您本人的收入"),
        (About.WARDS, "需要核对您监护的人"),
        (About.SELF_AND_WARDS, "需要核对您本人和您监护的人"),
    ],
)
def test_a_guardian_reads_whose_data_are_meant(whose: About, words: str) -> None:
    assert words in statement_for(("dibao",), PLACE, whose=whose).text.zh


@pytest.mark.parametrize("purposes", [(), ("lottery",), ("dibao", "lottery")])
def test_what_no_text_covers_is_named(purposes: tuple[str, ...]) -> None:
    with pytest.raises(StatementMissing):
        statement_for(purposes, PLACE)


def test_a_version_that_never_was_is_named() -> None:
    with pytest.raises(StatementMissing):
        statement_for(("dibao",), PLACE, "cn-check-0")


def test_the_face_is_apart_and_optional() -> None:
    face = face_statement(PLACE)
    assert "可以不选" in face.title.zh
    assert face.hash != statement_for(("dibao",), PLACE).text.hash
    assert "脸" not in statement_for(("dibao",), PLACE).text.zh.replace("不想刷脸", "")


def test_the_ways_without_a_face_stand_beside_it() -> None:
    assert [w.code for w in ways()] == [
        "face", "counter", "home_visit", "video", "network_identity",
    ]  # fmt: skip
    assert all(w.next.zh and w.next.en for w in ways())


def test_a_wider_scope_asks_again() -> None:
    assert covers(("dibao", "review_while_aid_lasts"), ("dibao",))
    assert not covers(("dibao",), ("dibao", "dibao-edge"))


def test_wards_are_counted_once() -> None:
    ward, other = UUID(int=1), UUID(int=2)
    signer = Signer(UUID(int=9), "张三", "x", "adult_member", ward, (ward, other))
    assert signer.wards == (ward, other)
    assert about("adult_member", signer.wards) is About.SELF_AND_WARDS
    assert about("guardian", signer.wards) is About.WARDS
    assert about("legal_supporter", ()) is About.SELF


@pytest.mark.parametrize(
    ("strokes", "fault"),
    [
        ([[[1, 1, 0], [2, 2, 9]]], None),
        ([], "signature_empty"),
        ([[]], "signature_empty"),
        ([[[1, 1, 0]]], "signature_empty"),
        ([[[1, 1, 0], [1, 1, 50]]], "signature_empty"),
        ([[[1, 1, 0], [2, 2]]], "signature_broken"),
        ([[[1, 1, 0], [-2, 2, 4]]], "signature_broken"),
        ([[[1, 1, 0], [2, 10_001, 4]]], "signature_broken"),
        ([[[1, 1, 0], [2, 2, 3_600_001]]], "signature_broken"),
        ([[[1, 1, 0], [2, 2, 9]]] * 201, "signature_too_long"),
        ([[[1, 1, 0]] * (MOST_POINTS + 1)], "signature_too_long"),
    ],
)
def test_strokes(strokes: list[list[list[int]]], fault: str | None) -> None:
    assert strokes_fault(strokes) == fault


def test_strokes_hash_is_that_of_the_canonical_json() -> None:
    # sha256 of the text [[[1,1,0],[2,2,9]]]
    assert strokes_hash([[(1, 1, 0), (2, 2, 9)]]) == strokes_hash([[[1, 1, 0], [2, 2, 9]]])
    assert strokes_hash([[[1, 1, 0], [2, 2, 9]]]) != strokes_hash([[[1, 1, 0], [2, 2, 8]]])


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (iPhone) AppleWebKit/605 MicroMessenger/8.0.50", "wechat"),
        ("Mozilla/5.0 Chrome/130 Safari/537 Edg/130", "edge"),
        ("Mozilla/5.0 Chrome/130 Safari/537", "chrome"),
        ("Mozilla/5.0 Version/17 Safari/605", "safari"),
        ("Mozilla/5.0 Firefox/130", "firefox"),
        ("", "other"),
    ],
)
def test_client_family(agent: str, family: str) -> None:
    assert client_family(agent) == family
