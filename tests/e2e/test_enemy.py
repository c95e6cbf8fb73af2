"""What a hurried thumb, a bad network, a full phone and a mistyped link may not do on the phone."""

from __future__ import annotations

import re
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

STRANGE = {  # and what is said of it
    "empty": (b"", "请重新选一张"),
    "words": (b"%PDF-1.7 no photo at all", "直接上传原来的照片"),
    "cut": (b"\xff\xd8\xff\xe0" + bytes(2000), "请重新"),
    "large": (b"\xff\xd8\xff\xe0" + bytes(10 * 1024 * 1024), "请重新拍一张，或者选小一点的"),
}
# Whatever is left of what a browser keeps for a site, down to the last sign.
FULL = """() => {
  for (let size = 2 ** 22, n = 0; size >= 1; n += 1) {
    try {
      localStorage.setItem(`full.${n}`, "x".repeat(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
}"""


def anew(page: Page, at: str) -> None:
    """The app is opened at one of its pages."""
    there = f"{page.url.partition('#')[0]}#{at}"
    page.goto("about:blank")
    page.goto(there)


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

        def opened(at: str) -> Somebody:
            known = kept(user, "session", session) + kept(user, "place", VILLAGE)
            # a blank page between two openings has nothing to keep in
            return Somebody(phone(user, at, script=f"try {{ {known} }} catch {{}}"), calls)

        yield opened


def knows_the_village(page: Page) -> None:
    """The places of five levels have come, one after another."""
    expect(page.get_by_role("button", name=re.compile("村、社区：.")).last).to_be_visible()


def test_whatever_the_network_answers_nothing_is_lost_and_nothing_done_twice(
    somebody: Callable[..., Somebody],
) -> None:
    me = somebody("/pages/start/index?programme=dibao")
    knows_the_village(me.page)
    choose(me.page, "农村")
    for what, answer in ANSWERS.items():
        me.page.route("**/api/v1/applications", answer)
        tap(me.page, "开始填")
        title(me.page, "您填的都还在手机上，不会丢")
        expect(me.page.get_by_role("radio", name="农村").last).to_be_checked()
        shoot(me.page, f"mini-answered-by-{what.replace(' ', '-')}")
        me.page.unroute("**/api/v1/applications")
        me.page.reload()
        knows_the_village(me.page)
        expect(me.page.get_by_role("radio", name="农村").last).to_be_checked()
    tap(me.page, "开始填")
    title(me.page, "全部步骤")
    assert len(me.calls.get("/applications")["items"]) == 1


def test_a_second_tap_does_nothing_twice(somebody: Callable[..., Somebody]) -> None:
    me = somebody("/pages/helpme/index")
    knows_the_village(me.page)
    fill(me.page, "想说什么", "门口有棵槐树")
    me.page.get_by_role("button", name="叫人来帮我").dblclick()
    title(me.page, "等人来接")
    assert len(me.calls.get("/help-requests/mine")["items"]) == 1
    anew(me.page, "/pages/start/index?programme=dibao")
    knows_the_village(me.page)
    choose(me.page, "农村")
    me.page.get_by_role("button", name="开始填").dblclick()
    title(me.page, "全部步骤")
    assert len(me.calls.get("/applications")["items"]) == 1


def test_a_link_that_leads_nowhere_says_so_in_words(somebody: Callable[..., Somebody]) -> None:
    me = somebody("/pages/home/index")
    for value in ("nonsense", "01a20e30-88fd-7289-83cc-91fbf329a9fd", "..%2F..%2Fme"):
        for name in ("case", "draft", "family", "check", "person", "wish", "mandate", "consent"):
            anew(me.page, f"/pages/{name}/index?id={value}&member=x")
            shown = me.page.locator(f'wx-page[is="pages/{name}/index"]')
            expect(shown, f"{name} {value}").to_contain_text("没有找到")
        anew(me.page, f"/pages/sign/index?t={value}")
        expect(me.page.locator('wx-page[is="pages/sign/index"]')).to_contain_text("链接")
    shoot(me.page, "mini-link-to-nowhere")


def test_a_photo_that_is_none_is_told_at_its_place(
    somebody: Callable[..., Somebody], tmp_path: Path
) -> None:
    me = somebody("/pages/home/index")
    start: dict[str, Any] = {"programme": "dibao", "division": PLACE, "area": "rural"}
    case = me.calls.post("/applications", start)["id"]
    for n, (name, (content, said)) in enumerate(STRANGE.items()):
        (tmp_path / f"{name}.jpg").write_bytes(content)
        anew(me.page, f"/pages/photos/index?id={case}")
        me.page.get_by_role("button", name="拍照或选照片").last.click()
        from_album(me.page, tmp_path / f"{name}.jpg", first=n == 0)
        expect(me.page.get_by_text(said).last, name).to_be_visible()
        shoot(me.page, f"mini-photo-{name}")
    assert me.calls.get(f"/applications/{case}/documents")["items"] == []


def test_a_phone_without_room_goes_on(somebody: Callable[..., Somebody]) -> None:
    me = somebody("/pages/helpme/index")
    knows_the_village(me.page)
    me.page.evaluate(FULL)
    fill(me.page, "想说什么", "电话丢了，门口有棵槐树，院子在桥头第二家")
    me.page.route("**/api/v1/help-requests", ANSWERS["no answer"])
    tap(me.page, "叫人来帮我")
    title(me.page, "您填的都还在手机上，不会丢")
    me.page.unroute("**/api/v1/help-requests")
    tap(me.page, "叫人来帮我")
    title(me.page, "等人来接")
    (asked,) = me.calls.get("/help-requests/mine")["items"]
    assert asked["state"] == "open"
