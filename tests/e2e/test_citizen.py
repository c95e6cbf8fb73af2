"""The citizen's walk: from the first page to the receipt with thumbs and eyes alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from playwright.sync_api import Page, expect

from miniprogram_mock.demo.people import invent
from tests.e2e.conftest import Phone
from tests.e2e.hands import (
    add_person,
    choose,
    choose_place,
    fill,
    paper,
    photograph,
    pick,
    say_who,
    shoot,
    tap,
    title,
)


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
    pick(page, "哪一种收入", "种地、养殖、做生意的净收入")
    fill(page, "多少钱，元", "1800")
    choose(page, "有残疾")
    choose(page, "肢体")
    tap(page, "存好")
    title(page, "请照残疾证选一个")
    choose(page, "二级")
    shoot(page, "mini-person-money")
    tap(page, "存好")
    title(page, "家里有谁")
    as_it_was_stored(page, household.husband.name)
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


def as_it_was_stored(page: Page, name: str) -> None:
    """Whoever opens a person again finds what was said, not the first of each list."""
    tap(page, name)
    expect(page.get_by_role("button", name="哪一种收入：种地").last).to_be_visible()
    expect(page.get_by_role("radio", name="二级").last).to_be_checked()
    tap(page, "返回")
    title(page, "家里有谁")
