"""What a hurried thumb, a bad network, a full phone and a mistyped link may not do on the pages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from miniprogram_mock.client import Phone as Calls
from miniprogram_mock.demo.people import invent
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Phone
from tests.e2e.family import PLACE
from tests.e2e.hands import choose, fill, from_album, shoot, tap, title
from tests.e2e.test_every_page import kept

VILLAGE = [PLACE[:digits].ljust(12, "0") for digits in (2, 4, 6, 9, 12)]
PORTAL = "<html><body>欢迎使用免费无线网络，请先登录</body></html>"
ANSWERS: dict[str, Callable[[Route], None]] = {
    "a fault": lambda route: route.fulfill(status=500, body="<h1>Internal Server Error</h1>"),
    "a gateway's words": lambda route: route.fulfill(status=502, body="upstream"),
    "a wireless network's own page": lambda route: route.fulfill(
        status=200, content_type="text/html", body=PORTAL
    ),
    "half of an answer": lambda route: route.fulfill(
        status=201, content_type="application/json", body='{"id": "01'
    ),
    "no answer": lambda route: route.abort(),
}
FULL = """
Storage.prototype.setItem = function () { throw new DOMException("full", "QuotaExceededError"); };
"""


@dataclass
class Somebody:
    """Who has said who they are and chosen their village before; and the calls of that log-in."""

    page: Page
    calls: Calls


@pytest.fixture
def somebody(phone: Phone, served: Server) -> Iterator[Callable[..., Somebody]]:
    me, user = invent().applicant, f"enemy-{secrets.token_hex(4)}"
    with Calls(served.url, served.wechat_url) as calls:
        session = calls.log_in(user).json
        calls.put("/me/identity", {"name": me.name, "idNumber": me.id_number})

        def opened(at: str, script: str = "") -> Somebody:
            known = kept(user, "session", session) + kept(user, "place", VILLAGE)
            return Somebody(phone(user, at, script=known + script), calls)

        yield opened


def test_a_second_tap_does_nothing_twice(somebody: Callable[..., Somebody]) -> None:
    me = somebody("/pages/helpme/index")
    fill(me.page, "想说什么", "门口有棵槐树")
    me.page.get_by_role("button", name="叫人来帮我").dblclick()
    title(me.page, "等人来接")
    assert len(me.calls.get("/help-requests")["items"]) == 1
    me.page.goto(f"{me.page.url.partition('#')[0]}#/pages/start/index?programme=dibao")
    me.page.reload()
    choose(me.page, "农村")
    me.page.get_by_role("button", name="开始填").dblclick()
    title(me.page, "全部步骤")
    assert len(me.calls.get("/applications")["items"]) == 1


def test_whatever_the_network_answers_nothing_is_lost_and_nothing_done_twice(
    somebody: Callable[..., Somebody],
) -> None:
    me = somebody("/pages/start/index?programme=dibao")
    choose(me.page, "农村")
    for what, answer in ANSWERS.items():
        me.page.route("**/api/v1/applications", answer)
        tap(me.page, "开始填")
        title(me.page, "您填的都还在手机上，不会丢")
        expect(me.page.get_by_role("radio", name="农村").last).to_be_checked()
        shoot(me.page, f"mini-answered-by-{what.replace(' ', '-')}")
        me.page.unroute("**/api/v1/applications")
        me.page.reload()
        expect(me.page.get_by_role("radio", name="农村").last).to_be_checked()
    tap(me.page, "开始填")
    title(me.page, "全部步骤")
    assert len(me.calls.get("/applications")["items"]) == 1


@pytest.mark.parametrize("value", ["nonsense", secrets.token_hex(16), "", "..%2F..%2Fme"])
def test_a_link_that_leads_nowhere_says_so_in_words(
    somebody: Callable[..., Somebody], value: str
) -> None:
    me = somebody("/pages/home/index")
    for page in ("case", "draft", "family", "check", "person", "wish", "mandate", "consent"):
        me.page.goto(f"{me.page.url.partition('#')[0]}#/pages/{page}/index?id={value}&member=x")
        me.page.reload()
        shown = me.page.locator(f'wx-page[is="pages/{page}/index"]')
        expect(shown).to_contain_text("没有找到")
    me.page.goto(f"{me.page.url.partition('#')[0]}#/pages/sign/index?t={value}")
    me.page.reload()
    expect(me.page.locator('wx-page[is="pages/sign/index"]')).to_contain_text("链接")


def test_a_photo_that_is_none_is_told_at_its_place(
    somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    me = somebody("/pages/home/index")
    start: dict[str, Any] = {"programme": "dibao", "division": PLACE, "area": "rural"}
    case = me.calls.post("/applications", start)["id"]
    me.page.goto(f"{me.page.url.partition('#')[0]}#/pages/photos/index?id={case}")
    me.page.reload()
    strange = {
        "empty.jpg": b"",
        "words.jpg": b"%PDF-1.7 no photo at all",
        "cut.jpg": b"\xff\xd8\xff\xe0" + bytes(2000),
        "large.jpg": b"\xff\xd8\xff\xe0" + bytes(10 * 1024 * 1024),
    }
    for first, (name, content) in enumerate(strange.items()):
        (tmp_path / name).write_bytes(content)
        me.page.get_by_role("button", name="拍照或选照片").last.click()
        from_album(me.page, tmp_path / name, first=first == 0)
        expect(me.page.get_by_text("请重新拍一张").last).to_be_visible()
        shoot(me.page, f"mini-photo-{name.partition('.')[0]}")
        me.page.reload()
    assert me.calls.get("/documents", caseId=case)["items"] == []


def test_a_phone_without_room_goes_on(somebody: Callable[..., Somebody]) -> None:
    me = somebody("/pages/helpme/index", script=FULL)
    fill(me.page, "想说什么", "门口有棵槐树")
    tap(me.page, "叫人来帮我")
    title(me.page, "等人来接")
    assert me.calls.get("/help-requests")["items"][0]["note"] == "门口有棵槐树"
