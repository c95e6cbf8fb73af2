"""What was typed and photographed survives a closed app and a dead network, and arrives once."""

from __future__ import annotations

import secrets
from pathlib import Path

from playwright.sync_api import Page, expect

from miniprogram_mock.demo.people import Person, invent
from tests.e2e.conftest import Phone
from tests.e2e.hands import (
    choose,
    choose_place,
    fill,
    paper,
    say_who,
    shoot,
    tap,
    title,
)


def a_draft(page: Page, me: Person) -> None:
    tap(page, "看看都能申请什么")
    page.get_by_role("button", name="申请这个").first.click()
    title(page, "您是谁")
    say_who(page, me)
    title(page, "户口在哪里")
    choose_place(page)
    choose(page, "城里")
    tap(page, "开始填")
    title(page, "全部步骤")


def test_a_closed_app_and_a_dead_network_lose_nothing(phone: Phone, tmp_path: Path) -> None:
    me = invent().applicant
    page = phone(f"phone-{secrets.token_hex(4)}")
    a_draft(page, me)
    tap(page, "接着办：家里人和收入")
    tap(page, "先填本人")
    fill(page, "姓名", me.name)
    fill(page, "身份证号", me.id_number)
    choose(page, "有大病")
    page.reload()  # the app was closed in the middle
    page.goto(page.url.partition("#")[0])
    tap(page, "接着填申请")
    tap(page, "接着办：家里人和收入")
    tap(page, "先填本人")
    expect(page.get_by_label("身份证号").last).to_have_value(me.id_number)
    expect(page.get_by_role("radio", name="有大病").last).to_be_checked()

    page.context.set_offline(True)
    choose(page, "没有收入")
    tap(page, "存好")
    title(page, "没有连上网")
    shoot(page, "mini-offline")
    page.context.set_offline(False)
    tap(page, "存好")
    title(page, "家里有谁")
    tap(page, "人都填好了")

    tap(page, "拍照交材料")
    title(page, "户口簿照片")
    page.route("**/api/v1/documents", lambda route: route.abort())  # the network ends in mid-upload
    page.get_by_role("button", name="拍照或选照片：户口簿照片").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("dialog").get_by_text("从手机相册选").click()
        tap(page, "允许")
    chooser.value.set_files(paper(tmp_path))
    title(page, "没有连上网")
    page.unroute("**/api/v1/documents")
    with page.expect_response(lambda answer: answer.url.endswith("/api/v1/documents")) as sent:
        page.reload()  # the app is opened anew, and sends by itself
    page.goto(page.url.partition("#")[0])
    assert sent.value.status == 201
    tap(page, "接着填申请")
    tap(page, "拍照交材料")
    title(page, "1 张，好了")
    shoot(page, "mini-sent-later")
