"""What thumbs and eyes do on a phone: tap, type, choose, photograph; and look at each page."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person
from tests.e2e import browsers, looking


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page, and measure what can be measured of it in both views."""
    browsers.shoot(page, name)
    broken = looking.faults(page)
    page.evaluate("document.querySelectorAll('.page').forEach((one) => one.classList.add('elder'))")
    browsers.shoot(page, f"{name}-elder")
    broken += [f"elder view: {fault}" for fault in looking.faults(page, elder=True)]
    page.evaluate(
        "document.querySelectorAll('.page').forEach((one) => one.classList.remove('elder'))"
    )
    assert broken == [], name


PLACES = (
    ("省", "陕西省"),
    ("市", "宝鸡市"),
    ("县、区", "金台区"),
    ("镇、街道", "陈仓镇"),
)


def tap(page: Page, name: str, *, exact: bool = False) -> None:
    page.get_by_role("button", name=name, exact=exact).last.click()


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).last.fill(text)


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).last.click()


def pick(page: Page, picker: str, item: str) -> None:
    page.get_by_role("button", name=f"{picker}：").last.click()
    page.get_by_role("dialog").get_by_text(item, exact=True).click()


def title(page: Page, text: str) -> None:
    expect(page.locator("wx-page").last.get_by_text(text).first).to_be_visible()


def paper(folder: Path) -> Path:
    path = folder / "paper.jpg"
    path.write_bytes(pictures.register_page())
    return path


def say_who(page: Page, person: Person) -> None:
    fill(page, "姓名", person.name)
    fill(page, "身份证号", person.id_number)
    choose(page, "我自己的手机")
    tap(page, "下一步")


def choose_place(page: Page) -> None:
    for level, name in PLACES:
        pick(page, level, name)
    page.get_by_role("button", name="村、社区：").last.click()
    page.get_by_role("dialog").get_by_role("button").first.click()


def add_person(page: Page, person: Person, relation: str) -> None:
    title(page, "照身份证、户口簿上的填")
    if relation != "本人":
        pick(page, "是您的什么人", relation)
    fill(page, "姓名", person.name)
    fill(page, "身份证号", person.id_number)
    choose(page, "没有工作")
    choose(page, "身体好")


def from_album(page: Page, photo: Path, *, first: bool = True) -> None:
    """After a button that takes photos; the phone asks once for the album."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("dialog").get_by_text("从手机相册选").click()
        if first:
            tap(page, "允许", exact=True)
    chooser.value.set_files(photo)


def photograph(page: Page, photo: Path, *, allowed: bool = False) -> None:
    """A picture from the album for every paper; the phone asks once for the album, unless it was
    `allowed` before.
    """
    places = page.get_by_role("button", name="拍照或选照片")
    expect(places.first).to_be_visible()
    for n, left in enumerate(range(places.count(), 0, -1)):
        places.first.click()
        from_album(page, photo, first=n == 0 and not allowed)
        expect(places).to_have_count(left - 1)


def apply_alone(page: Page, me: Person, folder: Path) -> str:
    """From the first page to the receipt, for somebody who lives alone; the receipt's code."""
    tap(page, "看看都能申请什么")
    page.get_by_role("button", name="申请这个").first.click()
    title(page, "您是谁")
    say_who(page, me)
    title(page, "户口在哪里")
    choose_place(page)
    choose(page, "城里")
    tap(page, "开始填")
    title(page, "全部步骤")
    tap(page, "接着办：家里人和收入")
    tap(page, "先填本人")
    add_person(page, me, "本人")
    choose(page, "没有收入")
    tap(page, "存好")
    title(page, "家里有谁")
    return to_the_receipt(page, folder)


def to_the_receipt(page: Page, folder: Path, *, allowed: bool = False) -> str:
    """From the list of people on; the receipt's code. `allowed`: the album was opened before."""
    tap(page, "人都填好了")
    tap(page, "存款")
    choose(page, "没有存款")
    tap(page, "存好")
    title(page, "全部步骤")
    tap(page, "承诺说的都是真话")
    page.get_by_role("checkbox", name="我说的都是真话").click()
    choose(page, "没有")
    tap(page, "存好")
    title(page, "全部步骤")
    tap(page, "拍照交材料")
    title(page, "把纸放平")
    photograph(page, paper(folder), allowed=allowed)
    tap(page, "都拍好了")
    title(page, "全部步骤")
    tap(page, "看一遍，交上去")
    title(page, "都齐了")
    tap(page, "交申请")
    title(page, "交好了")
    code = page.locator("wx-page").last.get_by_text(re.compile(r"^\w{4}-\w{4}-\w{4}-\w$"))
    return code.inner_text()
