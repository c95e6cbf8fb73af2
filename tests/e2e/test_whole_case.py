"""One case by pages alone, from the first page to the approval: two phones, the desk, the back
office, and the applicant called to the news by WeChat.
"""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from miniprogram_mock.demo.people import Person, invent
from miniprogram_mock.demo.server import Server
from tests.e2e import browsers, family, hands, made_up, offices
from tests.e2e.conftest import Desk, Phone
from tests.e2e.desk_hands import look

CARD, FACE = "obama", browsers.PORTRAITS / "obama2.jpg"
AMOUNT = "1,324.00"  # two people without an income, each up to 662 yuan


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


def apply_for_two(page: Page, husband: Person) -> None:
    """From the first page to the receipt, with the person and the papers that the demo made up."""
    name = made_up.person(page)
    hands.tap(page, "看看都能申请什么")
    page.get_by_role("button", name="申请这个").first.click()
    hands.title(page, "您是谁")
    made_up.fill(page)
    expect(page.get_by_label("姓名")).to_have_value(name)
    hands.choose(page, "我自己的手机")
    hands.tap(page, "下一步")
    hands.title(page, "户口在哪里")
    hands.choose_place(page)
    hands.choose(page, "城里")
    hands.tap(page, "开始填")
    hands.tap(page, "接着办：家里人和收入")
    hands.tap(page, "先填本人")
    hands.title(page, "照身份证、户口簿上的填")
    made_up.fill(page)
    for answer in ("没有工作", "身体好", "没有收入"):
        hands.choose(page, answer)
    hands.tap(page, "存好")
    hands.tap(page, "再加一个一起住的人")
    hands.add_person(page, husband, "配偶")
    hands.choose(page, "没有收入")
    hands.tap(page, "存好")
    hands.tap(page, "人都填好了")
    hands.tap(page, "存款")
    hands.choose(page, "没有存款")
    hands.tap(page, "存好")
    hands.tap(page, "承诺说的都是真话")
    page.get_by_role("checkbox", name="我说的都是真话").click()
    hands.choose(page, "没有")
    hands.tap(page, "存好")
    hands.tap(page, "拍照交材料")
    hands.title(page, "把纸放平")
    made_up.photograph(page)
    hands.tap(page, "都拍好了")
    hands.tap(page, "看一遍，交上去")
    hands.title(page, "都齐了")
    hands.tap(page, "交申请")
    hands.title(page, "交好了")


def sign_here(page: Page) -> None:
    """The applicant on her own phone, by her made-up card."""
    page.clock.install()
    hands.tap(page, "我来签字")
    at_once, face = (page.get_by_role("button", name=n, exact=True) for n in ("我现在就签", "刷脸"))
    at_once.or_(face).first.wait_for()
    if at_once.count():
        at_once.click()
    face.click()
    made_up.fill(page)
    page.get_by_role("radio", name="我自己的手机").click()
    hands.tap(page, "下一步")
    hands.tap(page, "允许")
    hands.tap(page, "从相册里选")
    made_up.choose_photo(page, "身份证")
    hands.tap(page, "用这张")
    family.film(page)
    family.agree(page)
    expect(page.get_by_text("您的同意已经收到，算数了").first).to_be_visible()


def sign_by_code(page: Page, other: Page, husband: Person, folder: Path) -> None:
    """Her husband's phone reads the code from her screen."""
    card = page.locator(".family-card").filter(has_text=husband.name)
    card.get_by_role("button", name="请他签字").click()
    card.get_by_role("button", name="在旁边：扫二维码").click()
    family.open_link(other, family.read_qr_on(page))
    hands.tap(page, "扫好了，回去")
    other.get_by_role("button", name="刷脸", exact=True).click()
    family.say_who(other, husband)
    family.show_card(other, family.card_of(CARD, folder))
    family.film(other)
    family.agree(other)
    expect(other.get_by_text("您的同意已经收到，算数了").first).to_be_visible()


def test_a_case_from_the_first_page_to_the_approval(
    phone: Phone, desk: Desk, served: Server, tmp_path: Path
) -> None:
    user, husband = f"phone-{secrets.token_hex(4)}", invent().husband
    page = phone(user, face=FACE)
    page.goto(served.url)
    browsers.shoot(page, "first-page")
    page.get_by_role("link", name="打开申请人的手机").click()
    apply_for_two(page, husband)
    hands.tap(page, "请家人签字")
    sign_by_code(page, phone(f"phone-{secrets.token_hex(4)}", face=FACE), husband, tmp_path)
    sign_here(page)

    a_minute_later(served, page)
    page.goto(f"{served.url}/mini/")
    hands.tap(page, "看办到哪一步")
    hands.tap(page, "有新进展，微信告诉我")
    hands.tap(page, "允许", exact=True)
    hands.title(page, "有了新进展，微信会告诉您")
    hands.shoot(page, "mini-case-tell")

    officer = made_up.sit_down(desk("/desk/"), "演示员甲")
    expect(officer.get_by_role("heading", name="等您办的事")).to_be_visible()
    look(officer, "desk-worklist")
    officer.get_by_role("link", name="最低生活保障").click()
    expect(officer.get_by_text("材料齐全，都已授权")).to_be_visible()
    look(officer, "desk-case")
    offices.ask_for_more(officer)

    page.goto(f"{served.wechat_url}/mock/messages?user={user}")
    expect(page.get_by_role("heading", name="事项进展通知")).to_have_count(1)
    browsers.shoot(page, "wechat-message")
    page.get_by_role("link", name="进入小程序查看").click()
    hands.tap(page, "按镇里说的改一改")
    hands.title(page, "户口簿要拍首页")
    hands.shoot(page, "mini-correction")
    hands.tap(page, "拍照交材料")
    page.get_by_role("button", name="再拍一张：户口簿照片").click()
    page.get_by_role("dialog").get_by_text("从手机相册选").click()
    made_up.choose_photo(page, "户口簿")
    expect(page.get_by_text("2 张，好了")).to_be_visible()
    hands.tap(page, "都拍好了")
    hands.tap(page, "看一遍，交上去")
    hands.tap(page, "交申请")
    hands.title(page, "交好了")

    officer.reload()
    offices.accept(officer)
    look(officer, "desk-accepted")
    officer.get_by_role("link", name="到业务系统接着办").click()
    look(officer, "office-login-demo")
    offices.decide(made_up.sit_down(officer, "核对员演示"))

    page.goto(f"{served.url}/mini/")  # this window was opened at the case, by the message
    hands.title(page, f"每月 {AMOUNT} 元")
    hands.shoot(page, "mini-case-approved")
