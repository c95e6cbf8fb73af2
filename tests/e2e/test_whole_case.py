"""One case by pages alone: applied for and signed on a phone, accepted at the desk, and the
applicant called to the news by WeChat.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from miniprogram_mock.demo.people import invent
from miniprogram_mock.demo.server import Server
from tests.e2e import browsers, family, hands
from tests.e2e.conftest import Desk, Phone
from tests.e2e.desk_hands import look, sit_down

CARD, FACE = "obama", browsers.PORTRAITS / "obama2.jpg"


def a_minute_later(served: Server, page: Page) -> None:
    """WeChat was asked to tell of the signature and the person had not allowed it; a person is
    called once a minute at most, and that minute is over.
    """
    for _ in range(60):
        with closing(sqlite3.connect(served.home / "zhangban.db", timeout=10)) as db, db:
            passed = db.execute(
                "UPDATE notices SET begun_at = datetime(begun_at, '-2 minutes')"
                " WHERE handled = told AND inbox_only > 0"
            )
            if passed.rowcount:
                return
        page.wait_for_timeout(500)
    raise AssertionError("nobody was called")


def test_a_case_from_the_phone_to_its_acceptance(
    phone: Phone, desk: Desk, served: Server, tmp_path: Path
) -> None:
    me = invent().applicant
    user = f"phone-{secrets.token_hex(4)}"
    page = phone(user, face=FACE)
    code = hands.apply_alone(page, me, tmp_path)
    hands.tap(page, "请家人签字")
    page.clock.install()
    hands.tap(page, "我来签字")
    at_once, face = (page.get_by_role("button", name=n, exact=True) for n in ("我现在就签", "刷脸"))
    at_once.or_(face).first.wait_for()
    if at_once.count():
        at_once.click()
    face.click()
    family.say_who(page, me)
    family.show_card(page, family.card_of(CARD, tmp_path))
    family.film(page)
    family.agree(page)
    expect(page.get_by_text("您的同意已经收到，算数了").first).to_be_visible()

    officer = sit_down(desk(), served, "chencang")
    look(officer, "desk-worklist")
    officer.get_by_label("按回执编号找").fill(code)
    officer.get_by_role("button", name="找", exact=True).click()
    expect(officer.get_by_text("材料齐全，都已授权")).to_be_visible()
    look(officer, "desk-case")
    a_minute_later(served, page)
    page.goto(f"{served.url}/mini/")
    hands.tap(page, "看办到哪一步")
    hands.tap(page, "有新进展，微信告诉我")
    hands.tap(page, "允许", exact=True)
    hands.title(page, "有了新进展，微信会告诉您")
    hands.shoot(page, "mini-case-tell")
    officer.locator("summary").filter(has_text=re.compile("^受理")).click()
    officer.get_by_label("我确认这些人就是本人").check()
    officer.get_by_role("button", name="受理", exact=True).click()
    expect(officer.get_by_text("已受理").first).to_be_visible()
    look(officer, "desk-accepted")

    page.goto(f"{served.wechat_url}/mock/messages?user={user}")
    expect(page.get_by_role("heading", name="事项进展通知")).to_have_count(1)
    browsers.shoot(page, "wechat-message")
    page.get_by_role("link", name="进入小程序查看").click()
    hands.title(page, "受理了申请")
    hands.shoot(page, "mini-case-accepted")
