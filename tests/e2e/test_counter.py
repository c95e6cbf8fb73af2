"""An officer files for an old couple without a phone (edge case 5), by keys where there are keys:
every page is looked at and measured, the papers that are printed too.
"""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import invent
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Desk
from tests.e2e.desk_hands import look, print_out, sit_down


def scan(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": pictures.register_page()}


def told(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def test_a_case_for_somebody_without_a_phone(desk: Desk, served: Server) -> None:
    family = invent()
    page = sit_down(desk("/desk/"), served, "chencang")
    page.keyboard.press("w")
    expect(page).to_have_title(re.compile("窗口代录"))
    page.get_by_label("申请人姓名").fill(family.applicant.name)
    page.get_by_label("身份证号").fill(family.applicant.id_number[:-1])
    page.get_by_label("申请什么").select_option("dibao")
    page.get_by_label("户口", exact=True).select_option("urban")
    page.get_by_label("户口在哪个村（社区）").select_option(index=1)
    page.get_by_label("这家人是您的近亲属吗").select_option("no")
    page.get_by_role("button", name="开始录").click()
    expect(page.get_by_label("身份证号")).to_be_focused()
    look(page, "counter-start-wrong")
    page.get_by_label("身份证号").fill(family.applicant.id_number)
    page.get_by_role("button", name="开始录").click()
    told(page, "接着录家里人")

    page.get_by_label("姓名").fill(family.husband.name)
    page.get_by_label("身份证号").fill(family.husband.id_number)
    page.get_by_label("是申请人的什么人").select_option("11")
    page.get_by_role("button", name="存好").click()
    told(page, "存好了")
    look(page, "counter-people")

    page.locator("h1").click()  # the focus leaves the form: keys are keys again
    page.keyboard.press("2")
    expect(page.get_by_role("group", name=family.husband.name)).to_be_visible()
    page.get_by_label("收入不清楚，请帮忙查").first.check()
    page.get_by_role("group", name=family.husband.name).get_by_label("收入 1").select_option(
        "wages"
    )
    page.get_by_role("group", name=family.husband.name).get_by_label("多少元").first.fill("八百")
    page.get_by_role("button", name="存好，下一步").click()
    expect(page.locator("[aria-invalid=true]").first).to_have_value("八百")
    look(page, "counter-money-wrong")
    page.locator("[aria-invalid=true]").first.fill("800")
    page.get_by_label("一共多少元").fill("0")
    page.get_by_role("button", name="存好，下一步").click()

    expect(page.get_by_text("近亲属备案")).to_be_visible()
    look(page, "counter-promise")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="诚信承诺书")).to_be_visible()
    look(page, "counter-sheet")
    print_out(page, "counter-sheet")
    page.keyboard.press("n")
    page.get_by_label("本人听了、看了承诺书").check()
    page.get_by_label("有没有亲戚").select_option("none")
    page.get_by_role("button", name="存好，下一步").click()

    places = page.locator("input[type=file]")
    wanted = page.get_by_role("row").filter(has_text="还差").locator("input[type=file]")
    expect(wanted).to_have_count(4)
    look(page, "counter-papers")
    for place in wanted.all():
        place.set_input_files([scan("正面.jpg"), scan("反面.jpg")])
    places.last.set_input_files({"name": "坏的.jpg", "mimeType": "image/jpeg", "buffer": b"no"})
    page.get_by_role("button", name="上传选好的").click()
    expect(page.get_by_role("alert")).to_contain_text("有的文件没有收下")
    expect(page.get_by_text("有 2 件")).to_have_count(4)
    look(page, "counter-papers-refused")

    page.locator("h1").click()
    page.keyboard.press("5")
    expect(page.get_by_role("heading", name="都齐了")).to_be_visible()
    look(page, "counter-check")
    page.keyboard.press("a")
    expect(page.get_by_role("link", name="打印收件回执")).to_be_visible()
    look(page, "counter-receipt")
    expect(page.get_by_text("窗口代录：")).to_be_visible()
    page.locator("summary", has_text="在窗口授权").first.click()
    look(page, "counter-case")
    page.get_by_label("为什么用这个办法").first.fill("没有手机，本人到窗口。")
    page.get_by_role("button", name="我见证了").first.click()
    told(page, "")
    page.keyboard.press("w")
    expect(page.get_by_text("还没交的")).to_be_visible()
    look(page, "counter-start")
