"""The interfaces behind the access token over real HTTP: numbers, messages, codes, texts."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image
from structlog.testing import capture_logs

from backend.adapters.wechat.api import WechatApi
from backend.adapters.wechat.client import PlatformDown, WechatHttp
from backend.adapters.wechat.content import HttpTextCheck
from backend.adapters.wechat.messages import HttpMessageSender
from backend.adapters.wechat.minicodes import HttpMiniCode
from backend.adapters.wechat.phone import HttpWechatPhone
from backend.consent.ports import MiniCodeUnavailable
from backend.core.errors import AppError
from backend.core.ids import new_token
from backend.core.settings import MessageTemplate
from backend.identity.errors import PhoneForeign, WechatCodeInvalid, WechatUnavailable
from backend.notifications.ports import MessageNotSent, Outcome
from backend.wishes.ports import Verdict
from miniprogram_mock.wechat_platform.errcodes import MESSAGES
from miniprogram_mock.wechat_platform.people import phone_of
from tests.factories.platform import APPID, SECRET, TEMPLATE, Platform, running_platform

TEXT = "您申请的事项有新进展，请进入小程序查看"
AT = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
PAGE = "pages/case/index?id=7"
TOKEN_CODES = {40001, 42001}


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as running:
        yield running


@pytest.fixture
def api(platform: Platform) -> Iterator[WechatApi]:
    found = WechatApi(WechatHttp(platform.url), APPID, SECRET, clock=lambda: platform.now)
    with capture_logs():
        yield found
    found.close()


def sender_of(api: WechatApi, template: str = TEMPLATE) -> HttpMessageSender:
    return HttpMessageSender(api, MessageTemplate(template))


# The token.


def test_a_token_is_fetched_once_and_renewed_early(platform: Platform, api: WechatApi) -> None:
    texts, openid = HttpTextCheck(api), platform.openid("li")
    assert texts.verdict(openid, "一") == Verdict.PASS
    first = platform.token()["access_token"]
    platform.now += 6900
    openid = platform.openid("li")
    assert texts.verdict(openid, "二") == Verdict.PASS
    assert api._token == first, "not sooner than the platform would renew it"
    platform.now += 61
    assert texts.verdict(openid, "三") == Verdict.PASS
    assert api._token != first


def test_many_threads_fetch_one_token() -> None:
    asked: list[str] = []
    lock = threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        with lock:
            asked.append(request.url.path)
        if request.url.path.endswith("stable_token"):
            return httpx.Response(200, json={"access_token": "t" * 40, "expires_in": 7200})
        return httpx.Response(200, json={"errcode": 0})

    wire = httpx.MockTransport(answer)
    api = WechatApi(WechatHttp("https://wechat.test", transport=wire), APPID, SECRET)
    threads = [threading.Thread(target=api.call, args=("/x", {"a": 1})) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked.count("/cgi-bin/stable_token") == 1
    assert asked.count("/x") == 8


@pytest.mark.parametrize("errcode", sorted(TOKEN_CODES))
def test_a_token_that_wechat_no_longer_takes_is_asked_for_anew(
    platform: Platform, api: WechatApi, errcode: int
) -> None:
    texts, openid = HttpTextCheck(api), platform.openid("li")
    assert texts.verdict(openid, "一") == Verdict.PASS
    before = api._token
    platform.provoke(errcode=errcode, interface="msg_sec_check")
    assert texts.verdict(openid, "二") == Verdict.PASS
    assert api._token != before, "the old one was called bad, so a new one was forced"


def test_a_token_that_another_process_forced_out_is_replaced_without_force(
    platform: Platform, api: WechatApi
) -> None:
    texts, openid = HttpTextCheck(api), platform.openid("li")
    texts.verdict(openid, "一")
    other = platform.token(force=True)["access_token"]
    assert texts.verdict(openid, "二") == Verdict.PASS
    assert api._token == other


def test_a_bad_token_is_forced_rarely(platform: Platform, api: WechatApi) -> None:
    texts, openid = HttpTextCheck(api), platform.openid("li")
    for _ in range(5):
        texts.verdict(openid, "一")
        platform.provoke(errcode=40001, interface="msg_sec_check")
        texts.verdict(openid, "二")
    assert len({api._token, platform.token()["access_token"]}) == 1


@pytest.mark.parametrize("errcode", [40002, 40013, 40125, 45009, 45011, -1])
def test_no_token_is_no_answer(platform: Platform, api: WechatApi, errcode: int) -> None:
    platform.provoke(errcode=errcode, interface="stable_token")
    with pytest.raises(PlatformDown, match=f"no_token_{errcode}"):
        api.call("/wxa/msg_sec_check", {})


# Phone numbers.


def number(platform: Platform, api: WechatApi, **given: Any) -> str:
    code = str(platform.mock("phone-code", user="li", **given)["code"])
    return HttpWechatPhone(api).number_of(code)


def test_a_button_gives_the_holders_number_once(platform: Platform, api: WechatApi) -> None:
    code = str(platform.mock("phone-code", user="li")["code"])
    phone = HttpWechatPhone(api)
    assert phone.number_of(code) == phone_of("li")
    with pytest.raises(WechatCodeInvalid):
        phone.number_of(code)


@pytest.mark.parametrize("code", ["never", "", "x" * 129, "a b", "码"])
def test_other_codes_are_invalid(api: WechatApi, code: str) -> None:
    with pytest.raises(WechatCodeInvalid):
        HttpWechatPhone(api).number_of(code)


def test_a_number_that_cannot_be_called_is_foreign(platform: Platform, api: WechatApi) -> None:
    with pytest.raises(PhoneForeign):
        number(platform, api, phone="61234567")


@pytest.mark.parametrize("errcode", sorted(set(MESSAGES) - TOKEN_CODES))
def test_every_refusal_of_a_number_has_its_problem(
    platform: Platform, api: WechatApi, errcode: int
) -> None:
    platform.provoke(errcode=errcode, interface="getuserphonenumber")
    with pytest.raises(AppError) as caught:
        number(platform, api)
    kind = WechatCodeInvalid if errcode in {40029, 40163} else WechatUnavailable
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    "info",
    [
        None,
        {},
        {"purePhoneNumber": "13900000000", "countryCode": "86"},
        {
            "purePhoneNumber": "13900000000",
            "countryCode": "86",
            "watermark": {"appid": "wxother"},
        },
        {"purePhoneNumber": 13900000000, "countryCode": "86", "watermark": {"appid": APPID}},
    ],
    ids=str,
)
def test_an_answer_for_another_mini_program_is_none(info: object) -> None:
    with capture_logs(), pytest.raises(WechatUnavailable):
        HttpWechatPhone(answering({"errcode": 0, "phone_info": info})).number_of("abc")


def answering(body: object) -> WechatApi:
    """An API whose every call is answered with this."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("stable_token"):
            return httpx.Response(200, json={"access_token": "t" * 40, "expires_in": 7200})
        if isinstance(body, bytes):
            return httpx.Response(200, content=body)
        return httpx.Response(200, json=body)

    wire = httpx.MockTransport(answer)
    return WechatApi(WechatHttp("https://wechat.test", transport=wire), APPID, SECRET)


# Messages.


def test_a_message_arrives_with_text_time_and_page(platform: Platform, api: WechatApi) -> None:
    openid = platform.openid("李梅")
    platform.accept("李梅")
    assert sender_of(api).send(openid, TEXT, AT, PAGE) == Outcome.SENT
    (message,) = platform.messages("李梅")
    assert message["rows"] == [["温馨提示", TEXT], ["时间", "2026年3月2日 09:05"]]
    assert message["page"] == PAGE


def test_one_acceptance_is_one_message(platform: Platform, api: WechatApi) -> None:
    openid = platform.openid("li")
    platform.accept("li")
    sender = sender_of(api)
    ends = [sender.send(openid, TEXT, AT, PAGE) for _ in range(2)]
    assert ends == [Outcome.SENT, Outcome.REFUSED]


def test_somebody_whom_wechat_does_not_know(platform: Platform, api: WechatApi) -> None:
    assert sender_of(api).send("nobody-here", TEXT, AT, PAGE) == Outcome.UNKNOWN_PERSON


@pytest.mark.parametrize("errcode", sorted(set(MESSAGES) - TOKEN_CODES))
def test_every_refusal_of_a_message_is_an_outcome_or_a_fault(
    platform: Platform, api: WechatApi, errcode: int
) -> None:
    openid = platform.openid("li")
    platform.accept("li")
    platform.provoke(errcode=errcode, interface="subscribe")
    sender = sender_of(api)
    if errcode in {43101, 40003}:
        end = Outcome.REFUSED if errcode == 43101 else Outcome.UNKNOWN_PERSON
        assert sender.send(openid, TEXT, AT, PAGE) == end
        return
    busy = errcode in {-1, 45009, 45011}
    with pytest.raises(MessageNotSent, match=f"{'busy' if busy else 'refused'}_{errcode}"):
        sender.send(openid, TEXT, AT, PAGE)


@pytest.mark.parametrize(
    ("template", "text", "page", "errcode"),
    [
        ("another-template", TEXT, PAGE, 40037),
        (TEMPLATE, "字" * 21, PAGE, 47003),
        (TEMPLATE, TEXT, "/pages/case/index", 41030),
    ],
)
def test_our_own_mistakes_are_faults_that_an_operator_can_mend(
    platform: Platform, api: WechatApi, template: str, text: str, page: str, errcode: int
) -> None:
    openid = platform.openid("li")
    platform.accept("li")
    with pytest.raises(MessageNotSent, match=f"refused_{errcode}"):
        sender_of(api, template).send(openid, text, AT, page)


def test_a_platform_that_is_down_is_a_fault() -> None:
    api = WechatApi(WechatHttp("http://127.0.0.1:1"), APPID, SECRET)
    with capture_logs(), pytest.raises(MessageNotSent, match="ConnectError"):
        sender_of(api).send("openid", TEXT, AT, PAGE)
    api.close()


# Codes.


def test_the_code_opens_the_signing_page_with_the_token(platform: Platform, api: WechatApi) -> None:
    token = new_token()
    drawn = Image.open(io.BytesIO(HttpMiniCode(api).picture(token)))
    read = zxingcpp.read_barcodes(drawn)[0].text
    assert read.endswith(f"/mini/#/pages/sign/index?scene={token}")


@pytest.mark.parametrize("errcode", sorted(set(MESSAGES) - TOKEN_CODES))
def test_every_refusal_of_a_code_is_one_fault(
    platform: Platform, api: WechatApi, errcode: int
) -> None:
    platform.provoke(errcode=errcode, interface="getwxacodeunlimit")
    with pytest.raises(MiniCodeUnavailable, match=f"refused_{errcode}"):
        HttpMiniCode(api).picture(new_token())


def test_a_jpeg_becomes_the_png_that_the_door_promises() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 300)).save(out, "JPEG")
    found = HttpMiniCode(answering(out.getvalue())).picture(new_token())
    assert Image.open(io.BytesIO(found)).format == "PNG"


@pytest.mark.parametrize(
    "body", [{"errcode": 0}, b"<html>", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", []], ids=str
)
def test_what_is_no_picture_is_a_fault(body: object) -> None:
    with capture_logs(), pytest.raises(MiniCodeUnavailable):
        HttpMiniCode(answering(body)).picture(new_token())


# Texts.


@pytest.mark.parametrize(
    ("text", "said"),
    [("一床被子", "pass"), ("待人工看", "review"), ("违规内容", "risky")],
)
def test_a_text_is_said_to_be(platform: Platform, api: WechatApi, text: str, said: str) -> None:
    assert HttpTextCheck(api).verdict(platform.openid("li"), text) == said


@pytest.mark.parametrize("errcode", sorted(set(MESSAGES) - TOKEN_CODES))
def test_every_refusal_of_a_text_is_no_verdict(
    platform: Platform, api: WechatApi, errcode: int
) -> None:
    platform.provoke(errcode=errcode, interface="msg_sec_check")
    assert HttpTextCheck(api).verdict(platform.openid("li"), "一") is None


@pytest.mark.parametrize(
    "body", [{}, {"result": 7}, {"result": {"suggest": "maybe"}}, {"errcode": "0"}, []], ids=str
)
def test_what_is_no_verdict_is_none(body: object) -> None:
    with capture_logs():
        assert HttpTextCheck(answering(body)).verdict("openid", "一") is None


def test_nothing_secret_is_logged(platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    api = WechatApi(WechatHttp(platform.url), APPID, SECRET, clock=lambda: platform.now)
    with capture_logs() as logs:
        openid = platform.openid("li")
        sender_of(api).send(openid, TEXT, AT, PAGE)
        found = number(platform, api)
        HttpTextCheck(api).verdict(openid, "秘密的话")
        platform.provoke(errcode=40037, interface="subscribe")
        with pytest.raises(MessageNotSent):
            sender_of(api).send(openid, TEXT, AT, PAGE)
    written = caplog.text + str(logs)
    api.close()
    for hidden in (SECRET, api._token, openid, found, "秘密的话", "access_token"):
        assert hidden not in written
