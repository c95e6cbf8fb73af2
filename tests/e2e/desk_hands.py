"""What staff do at a desk: sit down, look at a page, press keys and buttons that are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyotp
from playwright.sync_api import Locator, Page, ViewportSize, expect

from miniprogram_mock.demo.server import Server
from tests.e2e import browsers, looking

SHEET: ViewportSize = {"width": 643, "height": 972}  # A4 within margins of 20 mm


def sit_down(page: Page, served: Server, username: str) -> Page:
    """One of the desk's staff logs in with password and one-time code."""
    fill_in(page, "工号", username, served.staff(username))
    expect(page).to_have_title(re.compile("清单"))
    return page


def sit_at_office(page: Page, served: Server, label: str) -> Page:
    """The same for one of the back office's."""
    fill_in(page, "用户名", label, served.credentials["backofficeSeats"][label])
    expect(page.get_by_role("heading", name="我的待办")).to_be_visible()
    return page


def fill_in(page: Page, name: str, who: str, known: dict[str, str]) -> None:
    """The log-in form of the page, whose first field has this name."""
    page.get_by_label(name).fill(who)
    page.get_by_label("密码").fill(known["password"])
    page.get_by_label("动态码").fill(pyotp.TOTP(known["totpSecret"]).now())
    page.get_by_role("button", name="登录", exact=True).click()


def look(page: Page, name: str) -> None:
    """A picture for people, and what can be measured of it."""
    browsers.shoot(page, name)
    assert looking.faults(page, phone=False) == [], name


def print_out(page: Page, name: str) -> None:
    """The page as a printer gets it."""
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    browsers.shoot(page, f"{name}-print")
    page.set_viewport_size(browsers.DESK)
    page.emulate_media(media="screen")


def until_there(page: Page, link: Locator) -> Locator:
    """Ask for the list again until the worker has done what puts a link on it."""
    for _ in range(60):
        if link.count():
            return link
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{link} did not come")


@dataclass
class Fingers:
    """Presses keys and clicks, and counts them: a drawer, a box, a button, a key are one each."""

    page: Page
    count: int = 0

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def click(self, what: Locator) -> None:
        self.count += 1
        what.click()
