"""What the demonstration offers to who holds no papers: a made-up person, photos, log-ins."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e import hands

OFFER = "演示：编一个人和照片"


def person(page: Page) -> str:
    """Let the phone's menu make somebody up, with the face before the camera; her name."""
    _open(page)
    hands.tap(page, "编一个人，给我拍张脸")
    hands.tap(page, "拍下来")
    told = page.get_by_role("dialog", name=OFFER)
    name = told.locator(".demo-person").inner_text().splitlines()[0]
    hands.tap(page, "好了，照着屏幕办")
    return name


def fill(page: Page) -> None:
    """Name and number on this page, by the menu."""
    _open(page)
    hands.tap(page, "把姓名和号码填进这一页")


def choose_photo(page: Page, name: str) -> None:
    page.get_by_role("dialog", name="手机相册").get_by_role("button", name=name).click()


def photograph(page: Page) -> None:
    """A made-up picture for every paper; the phone asks once for the album."""
    places = page.get_by_role("button", name="拍照或选照片")
    expect(places.first).to_be_visible()
    for n, left in enumerate(range(places.count(), 0, -1)):
        places.first.click()
        page.get_by_role("dialog").get_by_text("从手机相册选（里面有演示照片）").click()
        if n == 0:
            hands.tap(page, "允许")
        choose_photo(page, "户口簿" if n else "身份证")
        expect(places).to_have_count(left - 1)


def sit_down(page: Page, name: str) -> Page:
    """The box of the log-in page."""
    page.get_by_role("button", name=f"用{name}登录").click()
    return page


def _open(page: Page) -> None:
    hands.tap(page, "小程序菜单")
    page.get_by_role("dialog").get_by_role("button", name=OFFER).click()
