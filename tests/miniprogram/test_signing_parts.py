"""The signing page's plain parts: the link, what is told, pad, pictures, where one goes on."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from backend.consent.ports import MAX_FRAME_BYTES, MAX_FRAMES, MIN_FRAMES
from backend.consent.rules.face import CHALLENGE_ACTIONS
from backend.consent.rules.statements import face_statement, statement_for, ways
from backend.consent.rules.strokes import strokes_fault
from backend.consent.service.identify import MAX_CARD_BYTES
from tests.miniprogram.parts import answer
from tests.miniprogram.source import ROOT

TOKEN = "abcDEF_-0123456789abcdef01234567"
PLACE = "610303001001"


def _asked(**changes: object) -> dict[str, object]:
    """What the API answers, made of the same texts."""
    found = statement_for(["dibao", "dibao-edge", "review_while_aid_lasts"], PLACE)

    def words(some: object) -> dict[str, str]:
        return {"code": some.code, "zh": some.zh, "en": some.en}  # type: ignore[attr-defined]

    return {
        "applicantName": "王*",
        "signerName": "赵*",
        "authority": {"code": "610303", "zh": "宝鸡市金台区民政部门", "en": ""},
        "purposes": [words(one) for one in found.purposes],
        "dataClasses": [words(one) for one in found.data_classes],
        "sources": [words(one) for one in found.sources],
        "statement": {
            "version": found.text.version,
            "hash": found.text.hash,
            "title": words(found.text.title),
            "zh": found.text.zh,
        },
        "ways": [{"code": one.code, "name": words(one.name)} for one in ways()],
        **changes,
    }


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ({"t": TOKEN}, TOKEN),
        ({"scene": TOKEN}, TOKEN),
        ({"q": f"https%3A%2F%2Fzhangban.example%2Fmini%2Fsign%3Ft%3D{TOKEN}"}, TOKEN),
        ({}, ""),
        ({"t": "../../me"}, ""),
        ({"scene": "%E0%A4%A"}, ""),
    ],
)
def test_a_link_is_read_whatever_way_it_came(query: dict[str, str], token: str) -> None:
    assert answer('return part("sign_link").tokenOf(given)', query) == token


def test_all_that_the_law_wants_told_is_on_the_first_screen_short_and_whole_by_a_tap() -> None:
    asked = _asked()
    rows = answer('return part("sign_told").rows(given)', asked)
    headings = "谁在问您 为什么问 查什么 到哪里查 谁能看到 管多久 不同意会怎样 怎么收回"
    assert [row["heading"] for row in rows] == headings.split()
    statement = str(asked["statement"]["zh"])  # type: ignore[index]
    for row in rows:
        assert row["gist"]
        assert len(row["gist"]) <= 48, row
        assert f"{row['heading']}：{row['text']}" in statement, "a tap opens the county's own words"
    by_heading = {row["heading"]: row["gist"] for row in rows}
    assert "可能办不下去" in by_heading["不同意会怎样"], "the effect of refusing is not folded away"
    assert by_heading["查什么"] == "户口、工资、银行存款、房子、开公司等"


def test_a_prepared_person_reads_no_more_than_fits_into_their_attention() -> None:
    """At 8 characters a second, slow for a grown-up reader, the first screen takes under 40 s."""
    assert answer('return part("sign_told").toRead(given)', _asked()) <= 320
    assert len(face_statement(PLACE).zh) <= 200


def test_a_statement_of_another_form_is_shown_as_it_stands() -> None:
    other = _asked(statement={"version": "x", "hash": "0" * 64, "zh": "只有一段话。没有小标题。"})
    (row,) = answer('return part("sign_told").rows(given)', other)
    assert row == {"heading": "", "gist": "只有一段话。", "text": "只有一段话。没有小标题。"}


def test_reading_aloud_says_the_whole_text_in_pieces_that_the_plugin_takes() -> None:
    script = 'const all = part("sign_told").aloud(given); return [all, part("speech").pieces(all)]'
    aloud, pieces = answer(script, _asked())
    assert "".join(pieces) == aloud
    assert str(_asked()["statement"]["zh"]) in aloud  # type: ignore[index]
    assert max(map(len, pieces)) <= 300
    assert answer('return part("speech").able()') is False, "no voice: pages show no button"


PAD = """
const { empty, resize, begin, move, lift, undo, isWritten } = part("sign_pad");
const pad = empty();
resize(pad, 350, 240);
"""


def test_a_written_name_is_whole_numbers_that_the_server_takes() -> None:
    strokes = answer(
        PAD
        + """
        begin(pad, 20.4, 30.2, 1000.5); move(pad, 80.7, 31.9, 1040.2);
        move(pad, 80.9, 32, 1041); lift(pad);
        begin(pad, 90, -40, 1500); move(pad, 900, 4000, 1700); lift(pad);
        return pad.strokes;
        """
    )
    assert strokes_fault(strokes) is None
    assert strokes[0][0] == [58, 86, 0]
    assert len(strokes[0]) == 2, "what is nearer than a hair is no new point"
    assert strokes[1][0][1] == 0, "beside the pad is its edge"


def test_a_dot_is_no_name_and_a_stroke_can_be_taken_back() -> None:
    script = PAD + "begin(pad, 20, 30, 0); lift(pad); const dot = isWritten(pad);"
    script += "begin(pad, 20, 30, 5); move(pad, 60, 60, 9); lift(pad); const line = isWritten(pad);"
    assert answer(script + "undo(pad); return [dot, line, isWritten(pad)]") == [False, True, False]


def test_a_turned_phone_keeps_what_is_written() -> None:
    before, after, wide = answer(
        PAD
        + """
        begin(pad, 35, 24, 0); move(pad, 315, 216, 50); lift(pad);
        const before = JSON.parse(JSON.stringify(pad.strokes));
        resize(pad, 740, 240);
        begin(pad, 0, 0, 90); move(pad, 740, 200, 99); lift(pad);
        return [before, pad.strokes, pad.down * pad.scale];
        """
    )
    assert after[0] == before[0]
    assert wide <= 240.5, "all of it is still within the frame"
    assert strokes_fault(after) is None


def test_a_scribble_without_end_stays_within_what_the_server_takes() -> None:
    strokes = answer(
        PAD
        + """
        for (let s = 0; s < 300; s += 1) {
          begin(pad, 1, 1, s);
          for (let p = 0; p < 60; p += 1) move(pad, p * 5, s % 200, s);
          lift(pad);
        }
        return pad.strokes;
        """
    )
    assert strokes_fault(strokes) is None


@pytest.mark.parametrize("actions", [["turn_left", "open_mouth"], ["turn_right", "turn_left"]])
def test_the_pictures_of_a_face_check_are_as_many_as_the_server_takes(actions: list[str]) -> None:
    moves, slow = answer(
        'const { plan } = part("sign_frames"); return [plan(given, 1), plan(given, 1.5)]', actions
    )
    assert [move["action"] for move in moves] == ["front", *actions]
    assert MIN_FRAMES <= sum(len(move["waits"]) for move in moves) <= MAX_FRAMES
    total = sum(sum(move["waits"]) for move in moves)
    assert total <= 8000, "seven seconds before the camera"
    assert sum(sum(move["waits"]) for move in slow) == pytest.approx(total * 1.5)


def test_every_action_that_the_server_may_ask_for_has_words() -> None:
    moves = answer('return part("sign_frames").plan(given, 1)', list(CHALLENGE_ACTIONS))
    assert all(move["hint"] != move["action"] and move["arrow"] for move in moves)
    assert sum(len(move["waits"]) for move in moves) <= MAX_FRAMES


def test_pictures_are_made_as_small_as_the_server_takes_them() -> None:
    found = answer(
        """
        const { FACE, CARD, fit, encoded, bytesOf } = part("sign_frames");
        const tried = [];
        const some = (quality) => {
          tried.push(quality);
          return "A".repeat(Math.round(quality * 400000));
        };
        return { FACE, CARD, fits: [fit(4032, 3024, 640), fit(480, 640, 640), fit(30, 10, 640)],
                 bytes: bytesOf(encoded(some, FACE.bytes)), tried };
        """
    )
    assert found["FACE"] == {"edge": 640, "bytes": MAX_FRAME_BYTES}
    assert found["CARD"]["bytes"] == MAX_CARD_BYTES
    assert found["fits"] == [
        {"width": 640, "height": 480}, {"width": 480, "height": 640}, {"width": 30, "height": 10},
    ]  # fmt: skip
    assert found["bytes"] <= MAX_FRAME_BYTES
    assert len(found["tried"]) == 3


STEPS = {"", "told", "ways", "who", "card", "face", "pad", "no", "done", "expired", "over"}


def _codes(room: str) -> list[str]:
    path = ROOT / "backend" / "core" / "catalogue" / f"{room}.toml"
    return list(tomllib.loads(Path(path).read_text()))


def test_whatever_the_server_says_there_is_a_step_to_go_on() -> None:
    calls = [
        "open",
        "renew",
        "identify",
        "challenge",
        "check",
        "sign",
        "refuse",
        "wish",
        "withdraw",
        "evidence",
    ]
    codes = _codes("consent") + _codes("face") + _codes("core") + ["offline", "no_answer"]
    found = answer(
        """
        const { next } = part("sign_next");
        return given.calls.flatMap((call) =>
          given.codes.map((code) => next(call, { status: 422, code, errors: [] }).step));
        """,
        {"calls": calls, "codes": codes},
    )
    assert set(found) <= STEPS


@pytest.mark.parametrize(
    ("call", "status", "code", "step"),
    [
        ("identify", 422, "identity_not_matching", "who"),
        ("identify", 422, "no_face", "card"),
        ("identify", 422, "two_faces", "card"),
        ("check", 422, "two_faces", "face"),
        ("check", 422, "wrong_turn", "face"),
        ("check", 422, "face_not_matching", "face"),
        ("check", 409, "face_needs_person", "ways"),
        ("challenge", 409, "face_needs_person", "ways"),
        ("check", 422, "reference_broken", "card"),
        ("check", 0, "offline", "face"),
        ("sign", 0, "offline", "pad"),
        ("sign", 401, "not_logged_in", "card"),
        ("sign", 409, "statement_changed", "told"),
        ("sign", 409, "consent_already_given", "over"),
        *((call, 409, "invitation_expired", "expired") for call in ("open", "identify", "sign")),
        *(("open", 409, f"invitation_{end}", "over") for end in ("given", "refused", "withdrawn")),
        ("open", 409, "invitation_replaced", "over"),
        ("open", 404, "invitation_not_found", "over"),
        ("renew", 409, "invitation_still_good", "told"),
        ("renew", 0, "offline", "expired"),
        ("refuse", 0, "offline", "no"),
        ("wish", 429, "too_many_attempts", ""),
    ],
)
def test_a_problem_leads_to_the_step_that_mends_it(
    call: str, status: int, code: str, step: str
) -> None:
    problem = {"status": status, "code": code, "errors": []}
    given = {"call": call, "problem": problem}
    assert answer('return part("sign_next").next(given.call, given.problem).step', given) == step


def test_a_wrong_field_is_told_at_the_field() -> None:
    problem = {"status": 422, "code": "invalid", "errors": [{"path": "/idNumber"}]}
    found = answer('return part("sign_next").next("identify", given)', problem)
    assert found == {"step": "who", "fields": ["idNumber"]}
