"""The citizen's walk: from the first page to the receipt with thumbs and eyes alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from playwright.sync_api import Page, expect

from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person, invent
from tests.e2e import browsers, looking
from tests.e2e.conftest import Phone


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


def photograph(page: Page, photo: Path) -> None:
    """A picture from the album for every paper; the phone asks once for the album."""
    places = page.get_by_role("button", name="拍照或选照片")
    expect(places.first).to_be_visible()
    for n, left in enumerate(range(places.count(), 0, -1)):
        places.first.click()
        with page.expect_file_chooser() as chooser:
            page.get_by_role("dialog").get_by_text("从手机相册选").click()
            if n == 0:
                tap(page, "允许")
        chooser.value.set_files(photo)
        expect(places).to_have_count(left - 1)


def test_a_citizen_applies_by_what_the_screen_says(phone: Phone, tmp_path: Path) -> None:
    household = invent()
    page = phone(f"phone-{secrets.token_hex(4)}")
    shoot(page, "mini-home")
    tap(page, "我有困难，想申请")
    page.get_by_role("checkbox", name="钱").click()
    fill(page, "自己写几句", "老伴没活干，家里快揭不开锅了")
    tap(page, "看看能申请什么")
    title(page, "您可以申请")
    shoot(page, "mini-need")
    tap(page, "不用帮我选，我自己选")
    title(page, "选一个最像您家情况的")
    shoot(page, "mini-programmes")
    tap(page, "返回")
    page.get_by_role("button", name="申请这个：最低生活保障").click()
    title(page, "您是谁")
    shoot(page, "mini-who")
    say_who(page, household.applicant)
    title(page, "户口在哪里")
    choose_place(page)
    choose(page, "城里")
    shoot(page, "mini-start")
    tap(page, "开始填")
    title(page, "全部步骤")
    shoot(page, "mini-draft")

    tap(page, "接着办：家里人和收入")
    tap(page, "先填本人")
    add_person(page, household.applicant, "本人")
    choose(page, "没有收入")
    shoot(page, "mini-person")
    tap(page, "存好")
    title(page, "家里有谁")
    tap(page, "再加一个一起住的人")
    add_person(page, household.husband, "丈夫")
    choose(page, "有收入，我来填")
    tap(page, "加一样收入")
    fill(page, "多少钱，元", "1800")
    shoot(page, "mini-person-money")
    tap(page, "存好")
    title(page, "家里有谁")
    shoot(page, "mini-people")
    tap(page, "人都填好了")

    tap(page, "存款")
    choose(page, "不清楚，请帮我查")
    shoot(page, "mini-assets")
    tap(page, "存好")
    title(page, "全部步骤")
    tap(page, "承诺说的都是真话")
    page.get_by_role("checkbox", name="我说的都是真话").click()
    choose(page, "没有")
    shoot(page, "mini-promise")
    tap(page, "存好")
    title(page, "全部步骤")
    tap(page, "拍照交材料")
    title(page, "把纸放平")
    photograph(page, paper(tmp_path))
    shoot(page, "mini-photos")
    tap(page, "都拍好了")
    title(page, "全部步骤")
    tap(page, "看一遍，交上去")
    title(page, "都齐了")
    shoot(page, "mini-check")
    tap(page, "交申请")
    title(page, "交好了")
    shoot(page, "mini-receipt")
    tap(page, "看办到哪一步")
    title(page, "都办了什么")
    shoot(page, "mini-case")


def test_somebody_who_does_not_get_on_calls_for_help(phone: Phone) -> None:
    page = phone(f"phone-{secrets.token_hex(4)}")
    tap(page, "请人来帮我办")
    title(page, "不会用手机")
    tap(page, "叫人来帮我")
    title(page, "请选到村或社区")
    fill(page, "您的电话", "13800138000")
    fill(page, "想说什么", "下午都在家")
    choose_place(page)
    shoot(page, "mini-help")
    tap(page, "叫人来帮我")
    title(page, "等人来接")
    shoot(page, "mini-help-asked")
    tap(page, "不用帮了")
    title(page, "以前叫过的")
