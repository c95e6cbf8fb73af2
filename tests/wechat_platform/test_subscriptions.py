"""Subscribe messages: what is checked, what is counted, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.platform import PHONE, TEMPLATE, Platform

SEND = "/cgi-bin/message/subscribe/send"
TEXT = "您申请的事项有新进展，请进入小程序查看"
DATA = {"thing1": {"value": TEXT}, "time2": {"value": "2026年3月2日 09:00"}}


def body(platform: Platform, **change: Any) -> dict[str, Any]:
    return {
        "touser": platform.openid("李梅"),
        "template_id": TEMPLATE,
        "page": "pages/case/index?id=7",
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "data": DATA,
        **change,
    }


def test_one_acceptance_is_one_message(platform: Platform) -> None:
    assert platform.call(SEND, body(platform))["errcode"] == 43101
    assert platform.accept("李梅") == {TEMPLATE: "accept"}
    assert platform.call(SEND, body(platform))["errcode"] == 0
    assert platform.call(SEND, body(platform))["errcode"] == 43101
    platform.accept("李梅")
    platform.accept("李梅")
    assert [platform.call(SEND, body(platform))["errcode"] for _ in range(3)] == [0, 0, 43101]


def test_an_acceptance_is_one_persons(platform: Platform) -> None:
    platform.accept("王强")
    assert platform.call(SEND, body(platform))["errcode"] == 43101


def test_a_message_is_shown_to_its_person_newest_first(platform: Platform) -> None:
    platform.accept("李梅")
    platform.accept("李梅")
    platform.call(SEND, body(platform))
    platform.call(SEND, body(platform, page="pages/messages/index"))
    shown = platform.messages("李梅")
    assert [one["page"] for one in shown] == ["pages/messages/index", "pages/case/index?id=7"]
    assert shown[0]["title"] == "事项进展通知"
    assert shown[0]["rows"] == [["温馨提示", TEXT], ["时间", "2026年3月2日 09:00"]]
    assert platform.messages("王强") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"touser": "o" + "x" * 27}, 40003),
        ({"touser": 7}, 40003),
        ({"template_id": "another"}, 40037),
        ({"template_id": ""}, 40037),
        ({"page": "/pages/case/index"}, 41030),
        ({"page": "pages/nowhere/index"}, 41030),
        ({"page": 7}, 41030),
        ({"data": None}, 47003),
        ({"data": {"thing1": {"value": TEXT}}}, 47003),
        ({"data": {**DATA, "thing3": {"value": "x"}}}, 47003),
        ({"data": {**DATA, "thing1": {"value": ""}}}, 47003),
        ({"data": {**DATA, "thing1": {"value": "字" * 21}}}, 47003),
        ({"data": {**DATA, "thing1": "a text"}}, 47003),
        ({"data": {**DATA, "time2": {"value": "tomorrow"}}}, 47003),
        ({"miniprogram_state": "production"}, 47003),
        ({"lang": "fr_FR"}, 47003),
    ],
    ids=str,
)
def test_every_argument_is_checked_and_costs_no_acceptance(
    platform: Platform, change: dict[str, Any], code: int
) -> None:
    platform.accept("李梅")
    assert platform.call(SEND, body(platform, **change))["errcode"] == code
    assert platform.call(SEND, body(platform))["errcode"] == 0


def test_a_message_without_a_page_opens_nothing(platform: Platform) -> None:
    platform.accept("李梅")
    sent = body(platform)
    del sent["page"]
    assert platform.call(SEND, sent)["errcode"] == 0
    assert platform.messages("李梅")[0]["page"] == ""


def test_an_unknown_template_is_filtered(platform: Platform) -> None:
    assert platform.accept("李梅", "another", TEMPLATE) == {
        "another": "filter",
        TEMPLATE: "accept",
    }


@pytest.mark.parametrize("sent", ["", "[1]", "{"])
def test_what_is_no_object_is_refused(platform: Platform, sent: str) -> None:
    token = platform.token()["access_token"]
    answer = PHONE.post(f"{platform.url}{SEND}?access_token={token}", content=sent)
    assert answer.json()["errcode"] == (44002 if sent == "" else 47001)
