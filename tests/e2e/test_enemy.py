"""What a bad network may not do on the phone's pages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect

from miniprogram_mock.client import Phone as Calls
from miniprogram_mock.demo.people import invent
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Phone
from tests.e2e.family import PLACE
from tests.e2e.hands import choose, shoot, tap, title
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
