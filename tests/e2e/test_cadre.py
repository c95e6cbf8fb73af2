"""The village cadre's walk: one who asks for help, and five old people kept apart on one phone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from miniprogram_mock import client
from miniprogram_mock.demo import people, pictures
from miniprogram_mock.demo.people import Person
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Desk, Phone
from tests.e2e.desk_hands import look, sit_down
from tests.e2e.hands import (
    add_person,
    choose,
    choose_place,
    fill,
    from_album,
    paper,
    photograph,
    say_who,
    shoot,
    tap,
    title,
)
from tests.e2e.staff import at_desk

VILLAGE, VILLAGE_NAME = "610303100001", "金陵东路社区居委会"
ELDERS = ("李桂兰", "张福贵", "王德顺", "张福贵", "陈玉珍")  # two of them share a name
PAPER = {"file": ("1.jpg", pictures.register_page(), "image/jpeg")}
SEEN = """page => [page.innerText, ...[...page.querySelectorAll('input, textarea')]
  .map((one) => one.value)].join('\\n')"""


def person(name: str, year: int) -> Person:
    number = people.id_number("610303", date(year, 1 + secrets.randbelow(12), 9), year % 500)
    return Person(name, number, None, {})


@dataclass
class Cadre:
    """One phone with its WeChat user, the same user's calls, and the five."""

    page: Page
    calls: client.Phone
    elders: list[Person]

    def alone(self, mine: Person) -> None:
        """The page before the eyes says whose it is, and nothing of the other four."""
        before = self.page.locator("wx-page").last
        expect(before.get_by_text(f"替{mine.name}办").first).to_be_visible()
        shown = str(before.evaluate(SEEN))
        for other in self.elders:
            assert other.id_number == mine.id_number or other.id_number not in shown
            assert other.name == mine.name or other.name not in shown


@pytest.fixture
def cadre(phone: Phone, served: Server) -> Iterator[Cadre]:
    user = f"cadre-{secrets.token_hex(4)}"
    elders = [person(name, 1938 + n) for n, name in enumerate(ELDERS)]
    while len({old.id_number[-2:] for old in elders}) < len(elders):
        elders = [person(name, 1938 + n) for n, name in enumerate(ELDERS)]
    with client.Phone(served.url, served.wechat_url) as calls:
        calls.log_in(user)
        yield Cadre(phone(user), calls, elders)


def test_the_village_hears_who_asks_for_help(phone: Phone, desk: Desk, served: Server) -> None:
    asking = phone(f"asks-{secrets.token_hex(4)}")
    tap(asking, "请人来帮我办")
    fill(asking, "您的电话", "13800138000")
    fill(asking, "想说什么", "眼睛看不清，想申请低保")
    choose_place(asking)
    tap(asking, "叫人来帮我")
    title(asking, "等人来接")

    cadre = sit_down(desk("/desk/"), served, "cunwei")
    cadre.get_by_role("link", name=re.compile("请人帮忙")).first.click()
    cadre.locator("table a").first.click()
    expect(cadre.get_by_text("眼睛看不清，想申请低保")).to_be_visible()
    assert "13800138000" not in cadre.content(), "the number shows to whoever takes it up"
    cadre.get_by_role("button", name="我去帮").click()
    expect(cadre.get_by_text("13800138000")).to_be_visible()
    look(cadre, "desk-help-cadre")

    asking.reload()
    title(asking, "已经有人接了，会跟您联系")
    tap(asking, "请人来帮我办")
    title(asking, "村（社区）里的工作人员会找您")


def test_five_old_people_on_one_phone_stay_five(
    cadre: Cadre, phone: Phone, served: Server, tmp_path: Path
) -> None:
    page, elders = cadre.page, cadre.elders
    tap(page, "替家里老人办")
    say_who(page, person("周会计", 1975))
    title(page, "替别人办")
    old = elders[0]
    by_pages(page, old, paper(tmp_path), first=True)
    by_pages(page, elders[1], paper(tmp_path), first=False)
    for other in elders[2:]:
        by_calls(cadre.calls, other)
    township_checks(served, cadre)
    again(page, "mandates")
    title(page, "您在替 5 个人办。5 个人等您办")
    assert cards(page) == [("可以替他办", "替他申请")] * 5
    assert_namesakes_differ(page, elders)
    shoot(page, "mini-mandates-five")

    apply_for(cadre, old, tmp_path)
    switch_between_drafts(cadre, tmp_path)

    again(page, "mandates")
    title(page, "5 个人等您办")
    assert sorted(cards(page), reverse=True) == [
        *[("还没有交", "接着填申请")] * 4,
        ("已交，等家人签字", "请家人签字"),
    ]
    shoot(page, "mini-mandates-where-five-stand")
    again(page, "cases")
    for other in elders:
        title(page, f"替{other.name}办")
    shoot(page, "mini-cases-five")
    is_told(phone, served, old)
    gives_back(page, elders[4])


def by_pages(page: Page, old: Person, photo: Path, *, first: bool) -> None:
    """The mandate of one, as the screen says; the place is asked for once only."""
    tap(page, "替一个人办")
    fill(page, "他的姓名", old.name)
    fill(page, "他的身份证号", old.id_number)
    if first:
        choose_place(page)
    knows_the_village(page)
    tap(page, "下一步：委托书")
    title(page, f"委托人：{old.name}")
    title(page, "我委托周会计替我申请")
    tap(page, "拍委托书")
    from_album(page, photo, first=first)
    title(page, "委托书交上去了")
    tap(page, "好了")
    title(page, "等镇里核对委托书")


def knows_the_village(page: Page) -> None:
    expect(page.get_by_role("button", name=f"村、社区：{VILLAGE_NAME}").last).to_be_visible()


def by_calls(calls: client.Phone, old: Person) -> None:
    body = {"principalName": old.name, "principalIdNumber": old.id_number, "division": VILLAGE}
    mandate = calls.post("/mandates", body)
    calls.post("/documents", {"caseId": mandate["id"], "slot": "mandate_paper"}, files=PAPER)


def township_checks(served: Server, cadre: Cadre) -> None:
    with at_desk(served) as desk:
        waiting = desk.get("/staff/mandates")["items"]
        assert sorted(one["principalName"] for one in waiting) == sorted(ELDERS)
        for one in waiting:
            sure = {"reason": "委托书清楚，双方认识。"}
            path = f"/staff/mandates/{one['id']}/acceptance"
            desk.post(path, sure, if_match=f'"{one["version"]}"')


def again(page: Page, name: str) -> None:
    """The app is opened anew, at one of its pages."""
    at = f"{page.url.partition('#')[0]}#/pages/{name}/index"
    page.goto("about:blank")
    page.goto(at)
    page.locator(f'wx-page[is="pages/{name}/index"]').wait_for()
    page.wait_for_load_state("networkidle")


def cards(page: Page) -> list[tuple[str, str]]:
    """What stands on each of the five: where it is, and what its main button does."""
    found = page.locator(".mandate-card")
    expect(found).to_have_count(5)
    return [
        (one.locator(".tag").last.inner_text(), one.locator(".button-main").last.inner_text())
        for one in found.all()
    ]


def assert_namesakes_differ(page: Page, elders: list[Person]) -> None:
    """Two have one name: each card shows the ends of the number."""
    for old in elders:
        expect(card(page, old)).to_have_count(1)


def card(page: Page, old: Person) -> Locator:
    named = page.locator(".mandate-card").filter(has_text=old.name)
    return named.filter(has_text=re.compile(rf"\*{old.id_number[-2:]}"))


def begin(page: Page, nth: int, old: Person) -> None:
    """From the cards to the steps of this one's application; the village is known already."""
    card(page, old).get_by_role("button", name="替他申请").click()
    title(page, f"替{old.name}办")
    page.get_by_role("button", name="申请这个").first.click()
    title(page, f"{old.name}的户口在哪里")
    if nth == 0:
        shoot(page, "mini-start-for")
    knows_the_village(page)
    choose(page, "农村")
    tap(page, "开始填")
    title(page, "全部步骤")


def apply_for(cadre: Cadre, old: Person, folder: Path) -> None:
    """One of the five by pages to the receipt; every page says whose it is."""
    page = cadre.page
    begin(page, 0, old)
    cadre.alone(old)
    shoot(page, "mini-draft-for")
    tap(page, "接着办：家里人和收入")
    title(page, "家里有谁")
    cadre.alone(old)
    tap(page, "先填本人")
    expect(page.get_by_label("姓名").last).to_have_value(old.name)
    add_person(page, old, "本人")
    choose(page, "没有收入")
    cadre.alone(old)
    tap(page, "存好")
    title(page, "家里有谁")
    tap(page, "人都填好了")
    tap(page, "存款")
    choose(page, "有，我来填")
    fill(page, "大约多少", "4321")
    cadre.alone(old)
    tap(page, "存好")
    title(page, "全部步骤")
    tap(page, "承诺说的都是真话")
    page.get_by_role("checkbox", name="我说的都是真话").click()
    choose(page, "没有")
    cadre.alone(old)
    tap(page, "存好")
    title(page, "全部步骤")
    tap(page, "拍照交材料")
    title(page, "把纸放平")
    photograph(page, paper(folder), allowed=True)
    cadre.alone(old)
    tap(page, "都拍好了")
    title(page, "全部步骤")
    tap(page, "看一遍，交上去")
    title(page, "都齐了")
    cadre.alone(old)
    shoot(page, "mini-check-for")
    tap(page, "交申请")
    title(page, "交好了")
    tap(page, "看办到哪一步")
    title(page, "都办了什么")
    cadre.alone(old)


def switch_between_drafts(cadre: Cadre, folder: Path) -> None:
    """Four more are begun, each left half typed; what was typed comes back to its own."""
    page, others = cadre.page, cadre.elders[1:]
    for n, old in enumerate(others, 1):
        again(page, "mandates")
        begin(page, n, old)
        tap(page, "接着办：家里人和收入")
        tap(page, "先填本人")
        expect(page.get_by_label("姓名").last).to_have_value(old.name)
        expect(page.get_by_label("身份证号").last).to_have_value("")
        fill(page, "身份证号", old.id_number)
        choose(page, "有大病" if n % 2 else "身体好")
        cadre.alone(old)
    for n, old in enumerate(others, 1):  # the app was closed in the middle of the last
        again(page, "mandates")
        card(page, old).get_by_role("button", name="接着填申请").click()
        title(page, "全部步骤")
        cadre.alone(old)
        tap(page, "接着办：家里人和收入")
        tap(page, "先填本人")
        expect(page.get_by_label("身份证号").last).to_have_value(old.id_number)
        health = "有大病" if n % 2 else "身体好"
        expect(page.get_by_role("radio", name=health).last).to_be_checked()
        cadre.alone(old)
    tap(page, "返回")
    title(page, "家里有谁")
    tap(page, "返回")
    title(page, "全部步骤")
    tap(page, "存款")
    expect(page.get_by_role("radio", name="没有存款").last).to_be_visible()
    assert page.get_by_role("radio", checked=True).count() == 0, "no figure of another's"
    tap(page, "返回")
    title(page, "全部步骤")
    tap(page, "拍照交材料")
    title(page, "还没拍")
    assert page.get_by_text("张，好了").count() == 0, "no photo of another's"


def gives_back(page: Page, old: Person) -> None:
    """Whoever cannot go on for one of them says so himself."""
    again(page, "mandates")
    tap(page, f"不替他办了：{old.name}")
    tap(page, "接着办")
    title(page, "您在替 5 个人办")
    tap(page, f"不替他办了：{old.name}")
    shoot(page, "mini-mandate-give-back")
    tap(page, "不办了")
    title(page, "您在替 4 个人办")
    title(page, "已收回")


def is_told(phone: Phone, served: Server, old: Person) -> None:
    """The first of the five has a phone too: once he was seen at the counter, he reads it all."""
    user = f"old-{secrets.token_hex(4)}"
    with client.Phone(served.url, served.wechat_url) as calls, at_desk(served) as desk:
        calls.log_in(user)
        me: Any = calls.put("/me/identity", {"name": old.name, "idNumber": old.id_number})
        seen = {"idNumber": old.id_number, "papersSeen": "身份证原件"}
        desk.post(f"/staff/accounts/{me['accountId']}/proof", seen)
    page = phone(user, at="/pages/messages/index")
    tap(page, "登录") if page.get_by_role("button", name="登录").count() else None
    title(page, "有人交来您签字的委托书")
    title(page, "镇上核对了您的委托书")
    page = phone(user, at="/pages/mandates/index")
    title(page, "谁在替您办")
    shoot(page, "mini-mandates-given")
