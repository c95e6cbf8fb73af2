"""Phone numbers, mini-program codes, content safety, the face service; refusals on order."""

from __future__ import annotations

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from miniprogram_mock.wechat_platform.errcodes import MESSAGES
from miniprogram_mock.wechat_platform.faces import cert_hash
from miniprogram_mock.wechat_platform.faults import INTERFACES
from tests.factories.platform import APPID, PHONE, SECRET, TEMPLATE, Platform

NUMBER = "/wxa/business/getuserphonenumber"
MINICODE = "/wxa/getwxacodeunlimit"
CHECK = "/wxa/msg_sec_check"
OPEN = "/cityservice/face/identify/getverifyid"
QUERY = "/cityservice/face/identify/queryverifyinfo"
CERT = {"cert_type": "IDENTITY_CARD", "cert_name": "张三", "cert_no": "310101199801011234"}
# WeChat's own example of the three values above.
HASH = "3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b"
TOKEN = "aB3-_" * 6 + "xy"


def phone_code(platform: Platform, user: str = "李梅") -> str:
    return str(platform.mock("phone-code", user=user)["code"])


def test_a_phone_code_gives_the_same_number_once(platform: Platform) -> None:
    code = phone_code(platform)
    first = platform.call(NUMBER, {"code": code})["phone_info"]
    assert first["purePhoneNumber"][:3] == "139"
    assert len(first["purePhoneNumber"]) == 11
    assert (first["countryCode"], first["watermark"]["appid"]) == ("86", APPID)
    assert platform.call(NUMBER, {"code": code})["errcode"] == 40029
    again = platform.call(NUMBER, {"code": phone_code(platform)})["phone_info"]
    other = platform.call(NUMBER, {"code": phone_code(platform, "王强")})["phone_info"]
    assert again["purePhoneNumber"] == first["purePhoneNumber"] != other["purePhoneNumber"]


def test_a_phone_code_lives_five_minutes(platform: Platform) -> None:
    code = phone_code(platform)
    platform.now += 300
    assert platform.call(NUMBER, {"code": code})["errcode"] == 40029


def picture(platform: Platform, **body: Any) -> Image.Image:
    token = platform.token()["access_token"]
    answer = PHONE.post(f"{platform.url}{MINICODE}?access_token={token}", json=body)
    assert answer.headers["content-type"] == "image/png"
    return Image.open(io.BytesIO(answer.content))


def test_a_mini_code_is_a_picture_that_opens_its_page(platform: Platform) -> None:
    drawn = picture(platform, scene=TOKEN, page="pages/sign/index", width=600)
    assert drawn.size == (600, 600)
    read = zxingcpp.read_barcodes(drawn)[0].text
    assert read == f"http://127.0.0.1:8000/mini/#/pages/sign/index?scene={TOKEN}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"page": "pages/sign/index"}, 40169),
        ({"scene": ""}, 40169),
        ({"scene": "x" * 33}, 40169),
        ({"scene": "a b"}, 40169),
        ({"scene": "百分号"}, 40169),
        ({"scene": "a%20b"}, 40169),
        ({"scene": "a", "page": "/pages/sign/index"}, 41030),
        ({"scene": "a", "page": "pages/sign/index?t=1"}, 41030),
        ({"scene": "a", "page": "pages/nowhere/index"}, 41030),
        ({"scene": "a", "width": 100}, 40097),
        ({"scene": "a", "env_version": "production"}, 40097),
        ({"scene": "a", "check_path": "no"}, 47001),
    ],
    ids=str,
)
def test_a_mini_codes_arguments_are_checked(
    platform: Platform, body: dict[str, Any], code: int
) -> None:
    assert platform.call(MINICODE, body)["errcode"] == code


def test_an_unpublished_page_is_drawn_where_nobody_looks(platform: Platform) -> None:
    picture(platform, scene="a", page="pages/later/index", check_path=False)


@pytest.mark.parametrize(
    ("text", "suggest", "label"),
    [
        ("一床厚被子", "pass", 100),
        ("这里有违规内容", "risky", 20006),
        ("这个待人工看", "review", 21000),
    ],
)
def test_a_texts_words_decide(platform: Platform, text: str, suggest: str, label: int) -> None:
    body = {"version": 2, "scene": 3, "openid": platform.openid("li"), "content": text}
    assert platform.call(CHECK, body)["result"] == {"suggest": suggest, "label": label}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 1}, 40097),
        ({"scene": 5}, 40129),
        ({"scene": "3"}, 40129),
        ({"content": ""}, 47001),
        ({"content": "字" * 2501}, 40097),
        ({"openid": "nobody"}, 40003),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_texts_arguments_are_checked(
    platform: Platform, change: dict[str, Any], code: int
) -> None:
    body = {"version": 2, "scene": 3, "openid": platform.openid("li"), "content": "a", **change}
    assert platform.call(CHECK, body)["errcode"] == code


def test_a_text_of_somebody_who_has_not_been_here_for_two_hours(platform: Platform) -> None:
    body = {"version": 2, "scene": 3, "openid": platform.openid("li"), "content": "a"}
    platform.now += 7201
    assert platform.call(CHECK, body)["errcode"] == 61010


def test_the_hash_of_a_card_is_the_documented_one() -> None:
    assert cert_hash(CERT) == HASH


def opened(platform: Platform, sequence: str = "case-0001") -> dict[str, str]:
    openid = platform.openid("张三")
    body = {"out_seq_no": sequence, "cert_info": CERT, "openid": openid}
    answer = platform.call(OPEN, body)
    assert answer["expires_in"] == 3600
    verify_id = answer["verify_id"]
    return {
        "verify_id": verify_id,
        "out_seq_no": sequence,
        "cert_hash": HASH,
        "openid": openid,
    }


def look(platform: Platform, verify_id: str, passed: bool, **more: Any) -> int:
    body = {"user": "张三", "verify_id": verify_id, "passed": passed, **more}
    return int(platform.mock("facial-verify", **body)["errcode"])


def test_a_face_passes_only_once_the_phone_said_so(platform: Platform) -> None:
    asked = opened(platform)
    assert platform.call(QUERY, asked)["verify_ret"] == 10300
    assert look(platform, asked["verify_id"], passed=True) == 0
    assert platform.call(QUERY, asked) == {"errcode": 0, "errmsg": "ok", "verify_ret": 10000}
    look(platform, asked["verify_id"], passed=False)
    assert platform.call(QUERY, asked)["verify_ret"] == 10000


@pytest.mark.parametrize("result", range(90002, 90007))
def test_a_cancel_is_told_to_both_sides(platform: Platform, result: int) -> None:
    asked = opened(platform)
    assert look(platform, asked["verify_id"], passed=False, verify_ret=result) == result
    assert platform.call(QUERY, asked)["verify_ret"] == result


def test_another_face_runs_to_its_end_and_fails(platform: Platform) -> None:
    asked = opened(platform)
    assert look(platform, asked["verify_id"], passed=False, verify_ret=10004) == 0
    assert platform.call(QUERY, asked)["verify_ret"] == 10004


def test_a_session_is_one_phones_and_one_hours(platform: Platform) -> None:
    asked = opened(platform)
    body = {"user": "别人", "verify_id": asked["verify_id"], "passed": True}
    assert platform.mock("facial-verify", **body)["errcode"] == 10001
    platform.now += 3600
    assert look(platform, asked["verify_id"], passed=True) == 90107
    assert platform.call(QUERY, asked)["verify_ret"] == 10300


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"verify_id": "none"}, 40097),
        ({"out_seq_no": "case-0002"}, 40097),
        ({"cert_hash": "0" * 64}, 40097),
        ({"openid": "nobody"}, 40003),
    ],
    ids=str,
)
def test_a_result_is_told_for_exactly_the_person_asked_about(
    platform: Platform, change: dict[str, str], code: int
) -> None:
    asked = opened(platform)
    look(platform, asked["verify_id"], passed=True)
    assert platform.call(QUERY, {**asked, **change})["errcode"] == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"out_seq_no": "abc"}, 40097),
        ({"out_seq_no": "x" * 33}, 40097),
        ({"out_seq_no": "a b c d"}, 40097),
        ({"cert_info": "张三"}, 40097),
        ({"cert_info": {**CERT, "cert_type": "PASSPORT"}}, 40097),
        ({"cert_info": {**CERT, "cert_no": ""}}, 40097),
        ({"openid": ""}, 40003),
    ],
    ids=str,
)
def test_a_sessions_arguments_are_checked(
    platform: Platform, change: dict[str, Any], code: int
) -> None:
    body = {"out_seq_no": "case-0001", "cert_info": CERT, "openid": platform.openid("张三")}
    assert platform.call(OPEN, {**body, **change})["errcode"] == code


def test_a_sequence_number_is_good_once(platform: Platform) -> None:
    opened(platform)
    body = {"out_seq_no": "case-0001", "cert_info": CERT, "openid": platform.openid("张三")}
    assert platform.call(OPEN, body)["errcode"] == 40097


def calls(platform: Platform) -> dict[str, tuple[str, dict[str, Any]]]:
    """A call of each interface that goes well."""
    openid = platform.openid("张三")
    asked = opened(platform)
    platform.accept("张三")
    data = {"thing1": {"value": "有新进展"}, "time2": {"value": "2026年3月2日"}}
    owner = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
    return {
        "stable_token": ("/cgi-bin/stable_token", owner),
        "getuserphonenumber": (NUMBER, {"code": phone_code(platform, "张三")}),
        "subscribe": (
            "/cgi-bin/message/subscribe/send",
            {"touser": openid, "template_id": TEMPLATE, "data": data},
        ),
        "getwxacodeunlimit": (MINICODE, {"scene": "a"}),
        "msg_sec_check": (CHECK, {"version": 2, "scene": 1, "openid": openid, "content": "a"}),
        "getverifyid": (OPEN, {"out_seq_no": "other", "cert_info": CERT, "openid": openid}),
        "queryverifyinfo": (QUERY, asked),
    }


def test_every_interface_refuses_on_order_once(platform: Platform) -> None:
    known = calls(platform)
    for name, (path, body) in known.items():
        token = platform.token()["access_token"]
        for errcode in MESSAGES:
            platform.provoke(errcode=errcode, interface=name)
            assert platform.call(path, body, token)["errcode"] == errcode, name
        answer = PHONE.post(f"{platform.url}{path}?access_token={token}", json=body)
        assert b'"errcode": 4' not in answer.content, name
    assert set(known) | {"code2session"} == INTERFACES


def test_a_refusal_waits_for_its_person(platform: Platform) -> None:
    path, body = calls(platform)["msg_sec_check"]
    platform.provoke("张三", -1, "msg_sec_check")
    other = {**body, "openid": platform.openid("li")}
    assert platform.call(path, other)["errcode"] == 0
    assert platform.call(path, body)["errcode"] == -1
    assert platform.call(path, body)["errcode"] == 0
