"""A township officer with sixty cases before noon: by keys, by due date, beside a colleague, and
nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from miniprogram_mock.demo.server import Server, started
from tests.e2e.conftest import Desk
from tests.e2e.desk_hands import (
    Fingers,
    fill_in,
    look,
    sit_down,
    until_there,
)
from tests.e2e.planted import VILLAGES, plant

CASES, PAGE = 60, 50
MOST_CLICKS = 12
LOST = "打过电话，户口簿还差一页，请补拍。"


@dataclass(frozen=True)
class Morning:
    """A served township, and its cases in the order in which they are due."""

    server: Server
    cases: list[str]

    def path(self, n: int) -> str:
        return f"/desk/cases/{UUID(self.cases[n])}"

    def url(self, n: int) -> str:
        return f"{self.server.url}{self.path(n)}"


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    home = tmp_path_factory.mktemp("home")
    cases = plant(home, CASES, with_photos=6)
    with started(home) as server:
        yield Morning(server, cases)


@pytest.fixture(scope="module")
def served(morning: Morning) -> Server:
    return morning.server


def told(page: Page, total: int, here: int) -> None:
    expect(page.locator("#told")).to_have_text(f"共 {total} 件，这一页 {here} 件。")


def rows(page: Page) -> int:
    return page.locator("tr[data-row]").count()


def clean_one(page: Page) -> int:
    """From the list to the acceptance by keys alone, every photo looked at; how many it took."""
    hands = Fingers(page)
    hands.press("j")
    hands.press("Enter")
    expect(page.get_by_text("材料齐全，都已授权")).to_be_visible()
    hands.press("p")
    photos = page.locator("a[data-photo]").count()
    for n in range(1, photos):
        hands.press("ArrowRight")
        expect(page.locator("#viewer-title")).to_contain_text(f"第 {n + 1} 张")
    hands.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    hands.press("a")
    hands.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已受理")
    return hands.count


def test_sixty_cases_before_noon(desk: Desk, morning: Morning) -> None:
    page = sit_down(desk("/desk/"), morning.server, "chencang")
    told(page, CASES, PAGE)
    expect(page.locator("tr[data-row]").first).to_contain_text("超期")
    expect(page.locator("tr[data-row]").first.locator("a")).to_have_attribute(
        "href", morning.path(0)
    )
    look(page, "desk-sixty")
    pressed = clean_one(page)
    assert pressed <= MOST_CLICKS, pressed

    page.keyboard.press("n")  # the next by due date, without the list between
    expect(page).to_have_url(morning.url(1))
    asks_for_a_correction(page)
    page.keyboard.press("n")
    expect(page).to_have_url(morning.url(2))
    a_double_click_accepts_once(page)
    page.keyboard.press("n")
    expect(page).to_have_url(morning.url(3))
    a_colleague_is_faster(page, morning, desk)

    page.keyboard.press("l")
    told(page, CASES - 4, PAGE)
    look(page, "desk-sixty-later")
    finds_his_way_in_the_list(page)
    what_was_accepted_waits_in_the_back_office(desk, morning)


def asks_for_a_correction(page: Page) -> None:
    page.keyboard.press("c")
    first = page.get_by_role("group", name="第 1 条")
    first.get_by_label("哪里").select_option(label="家庭成员")
    first.get_by_label("常用的话").select_option(label="家里人没写全")
    expect(first.get_by_label("请对方怎么做")).to_have_value(re.compile("都要写上"))
    page.get_by_role("button", name="发出一次性告知书").click()
    expect(page.get_by_role("status")).to_contain_text("已发出一次性告知书")
    expect(page.get_by_role("link", name="打印一次性告知书")).to_be_visible()


def a_double_click_accepts_once(page: Page) -> None:
    page.keyboard.press("a")
    page.locator("form[action$='/acceptance'] button").dblclick()
    expect(page.get_by_role("status")).to_contain_text("已受理")
    where = page.url
    page.go_back()  # what lay there is asked for anew: no form of yesterday
    page.goto(where)
    expect(page.locator("#steps li").filter(has_text="受理")).to_have_count(1)
    expect(page.locator("form[action$='/acceptance']")).to_have_count(0)


def a_colleague_is_faster(page: Page, morning: Morning, desk: Desk) -> None:
    page.keyboard.press("c")
    first = page.get_by_role("group", name="第 1 条")
    first.get_by_label("哪里").select_option(label="家庭成员")
    first.get_by_label("请对方怎么做").fill(LOST)
    colleague = sit_down(desk("/desk/"), morning.server, "chencang2")
    colleague.goto(morning.url(3))
    colleague.keyboard.press("a")
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_role("status")).to_contain_text("已受理")
    page.get_by_role("button", name="发出一次性告知书").click()
    expect(page.get_by_role("alert")).to_contain_text("同事比您先动了这一件")
    expect(page.locator("main")).to_contain_text(LOST)
    look(page, "desk-colleague-faster")


def finds_his_way_in_the_list(page: Page) -> None:
    """Filters and pages change the list in place: page and focus stay, back leads back."""
    page.evaluate("window.sameDocument = true")
    page.keyboard.press("n")
    told(page, CASES - 4, CASES - 4 - PAGE)
    expect(page).to_have_url(re.compile("cursor="))
    expect(page.get_by_role("region", name="清单")).to_be_focused()
    page.get_by_role("link", name="回到开头").click()
    told(page, CASES - 4, PAGE)
    village = page.get_by_label("地方")
    village.focus()
    village.select_option(index=1)
    told(page, CASES // VILLAGES - 1, CASES // VILLAGES - 1)
    expect(page).to_have_url(re.compile("village=610303100001"))
    expect(page.get_by_label("地方")).to_be_focused()
    expect(page.get_by_label("地方")).to_have_value("610303100001")
    expect(page).to_have_title(re.compile("清单"))
    page.get_by_label("只看超期的").check()
    expect(page).to_have_url(re.compile("overdue=1"))
    expect(page.get_by_label("只看超期的")).to_be_focused()
    assert 0 < rows(page) < CASES // VILLAGES
    assert page.locator("tr[data-row] .tag.bad").count() == rows(page)
    assert page.evaluate("window.sameDocument") is True
    look(page, "desk-sixty-filtered")
    page.go_back()
    expect(page).not_to_have_url(re.compile("overdue=1"))
    told(page, CASES // VILLAGES - 1, CASES // VILLAGES - 1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("最低生活保障")
    page.go_back()
    expect(page.get_by_label("地方")).to_have_value("610303100001")


def what_was_accepted_waits_in_the_back_office(desk: Desk, morning: Morning) -> None:
    """Who verifies there finds the task on the desk's list, and the link leads to the case."""
    page = sit_down(desk("/desk/"), morning.server, "jintai")
    page.goto(f"{morning.server.url}/desk/worklist?kind=task")
    task = page.locator("tr[data-row] a").first
    until_there(page, task)
    where = f"{morning.server.url}{task.get_attribute('href')}"
    task.click()
    fill_in(page, "用户名", "verifier", morning.server.credentials["backofficeSeats"]["verifier"])
    expect(page).to_have_url(where)
    expect(page.locator("#diagram .djs-shape.now")).to_have_count(1)
