"""The page of the messages, and who may ask the phone's side."""

from __future__ import annotations

import html

import httpx
import pytest

from tests.factories.platform import PHONE, TEMPLATE, Platform

SEND = "/cgi-bin/message/subscribe/send"


def page(platform: Platform, query: str = "") -> httpx.Response:
    return PHONE.get(f"{platform.url}/{query}")


def send(platform: Platform, user: str, text: str) -> None:
    platform.accept(user)
    data = {"thing1": {"value": text}, "time2": {"value": "2026年3月2日"}}
    body = {
        "touser": platform.openid(user),
        "template_id": TEMPLATE,
        "page": "pages/case/index?id=7",
        "data": data,
    }
    assert platform.call(SEND, body)["errcode"] == 0


def test_the_page_says_that_it_is_a_mock_and_shows_each_persons_messages(
    platform: Platform,
) -> None:
    assert "还没有人登录" in page(platform).text
    send(platform, "李梅", "先来的")
    send(platform, "王强", "给王强的")
    send(platform, "李梅", "后来的")
    shown = html.unescape(page(platform).text)
    assert "模拟微信，不是真的微信" in shown
    assert shown.index("后来的") < shown.index("先来的")
    assert "/mini/?user=%E7%8E%8B%E5%BC%BA#/pages/case/index?id=7" in shown
    one = page(platform, "mock/messages?user=王强").text
    assert "给王强的" in one
    assert "后来的" not in one


def test_a_phone_without_messages_is_shown_as_logged_in(platform: Platform) -> None:
    platform.code("赵六")
    shown = page(platform).text
    assert "赵六的手机" in shown
    assert "登录过小程序" in shown
    assert "还没有消息" in shown


def test_a_name_is_no_markup_and_the_page_runs_no_script(platform: Platform) -> None:
    platform.code("<script>alert(1)</script>")
    answer = page(platform)
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert page(platform, "messages.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:9000", True),
        ("https://example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("null", False),
    ],
)
def test_only_pages_of_this_machine_may_ask(platform: Platform, origin: str, allowed: bool) -> None:
    for path in ("login", "phone-code", "subscriptions", "facial-verify", "messages"):
        asked = PHONE.options(
            f"{platform.url}/mock/{path}",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
        )
        said = asked.headers.get("access-control-allow-origin")
        assert said == (origin if allowed else None)


def test_a_foreign_name_that_leads_here_is_refused(platform: Platform) -> None:
    answer = PHONE.get(f"{platform.url}/", headers={"Host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("phone-code", {"user": "li", "phone": ""}),
        ("subscriptions", {"user": "li", "template_ids": []}),
        ("subscriptions", {"user": "li", "template_ids": ["a", "b", "c", "d"]}),
        ("subscriptions", {"user": "li", "template_ids": "a"}),
        ("facial-verify", {"user": "li", "verify_id": "a", "passed": "yes"}),
        ("facial-verify", {"user": "li", "verify_id": "a", "passed": False, "verify_ret": 1}),
        ("facial-verify", {"user": "li", "verify_id": "a", "passed": False, "verify_ret": 10000}),
        ("provoke", {"interface": "another", "errcode": -1}),
        ("provoke", {"errcode": -1}),
        ("messages", {}),
    ],
    ids=str,
)
def test_the_phones_side_takes_only_what_it_documents(
    platform: Platform, path: str, body: dict[str, object]
) -> None:
    assert PHONE.post(f"{platform.url}/mock/{path}", json=body).status_code == 422


def test_memory_has_an_end(platform: Platform) -> None:
    for _ in range(120):
        platform.accept("李梅")
    path = SEND
    token = platform.token()["access_token"]
    data = {"thing1": {"value": "一"}, "time2": {"value": "2026年3月2日"}}
    body = {"touser": platform.openid("李梅"), "template_id": TEMPLATE, "data": data}
    sent = [platform.call(path, body, token)["errcode"] for _ in range(101)]
    assert sent == [0] * 100 + [43101]
