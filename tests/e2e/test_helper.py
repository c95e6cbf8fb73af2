"""The walk of an old man with a neighbour's phone, in large type: his signed paper, checked by the
township, his application to its receipt, and where it stands without any log-in.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from miniprogram_mock.demo.people import Person, invent
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Phone
from tests.e2e.hands import (
    add_person,
    choose,
    choose_place,
    fill,
    from_album,
    paper,
    say_who,
    shoot,
    tap,
    title,
    to_the_receipt,
)
from tests.e2e.staff import at_desk


def township_accepts(served: Server, principal: Person) -> None:
    with at_desk(served) as desk:
        waiting = desk.get("/staff/mandates")["items"]
        (mandate,) = [one for one in waiting if one["principalName"] == principal.name]
        sure = {"reason": "委托书清楚，双方认识。"}
        version = f'"{mandate["version"]}"'
        desk.post(f"/staff/mandates/{mandate['id']}/acceptance", sure, if_match=version)


def receipt_of(served: Server, principal: Person) -> dict[str, Any]:
    """The letter as the desk lists it."""
    with at_desk(served) as desk:
        cases = desk.get("/staff/worklist?limit=100")["items"]
        (case,) = [one for one in cases if one["applicantName"] == principal.name]
        (letter,) = desk.get(f"/applications/{case['id']}/letters")["items"]
        return dict(letter)


def test_a_neighbour_applies_for_an_old_man(phone: Phone, served: Server, tmp_path: Path) -> None:
    household = invent()
    helper, old = household.stranger, household.husband
    page = phone(f"phone-{secrets.token_hex(4)}")
    page.get_by_role("switch", name="长辈版").click()  # he looks on
    expect(page.locator(".page.elder")).to_be_visible()
    tap(page, "替家里老人办")
    title(page, "您是谁")
    say_who(page, helper)
    title(page, "替别人办")
    shoot(page, "mini-mandates-none")
    tap(page, "替一个人办")
    fill(page, "他的姓名", old.name)
    fill(page, "他的身份证号", old.id_number)
    choose_place(page)
    shoot(page, "mini-mandate-new")
    tap(page, "下一步：委托书")
    title(page, "纸上这样写")
    shoot(page, "mini-mandate")
    tap(page, "拍委托书")
    from_album(page, paper(tmp_path))
    title(page, "委托书交上去了")
    township_accepts(served, old)
    tap(page, "好了")
    title(page, "可以替他办")
    shoot(page, "mini-mandates")
    tap(page, f"替他申请：{old.name}")
    page.get_by_role("button", name="申请这个").first.click()
    title(page, "户口在哪里")
    choose_place(page)
    choose(page, "农村")
    tap(page, "开始填")
    title(page, "全部步骤")
    tap(page, "接着办：家里人和收入")
    tap(page, "先填本人")
    expect(page.get_by_label("姓名").last).to_have_value(old.name)  # never the helper's own
    add_person(page, old, "本人")
    choose(page, "不清楚，请帮我查")
    tap(page, "存好")
    title(page, "请镇里帮着查")
    code = to_the_receipt(page, tmp_path, allowed=True)
    with page.expect_popup() as reader:
        tap(page, "看收件回执（可以打印）")
    reader.value.close()
    page.reload()  # the view that he chose stays
    page.goto(page.url.partition("#")[0])
    expect(page.locator(".page.elder")).to_be_visible()
    page.goto(f"{served.url}/mini/lookup?r={code}")  # the code on his receipt
    expect(page.get_by_label("回执号")).to_have_value(code)
    fill(page, "申请人身份证号的最后 4 位", old.id_number[-4:])
    tap(page, "查一查")
    title(page, "已经交了")
    shoot(page, "mini-lookup-found")
    letter = receipt_of(served, old)
    tap(page, "核对文书")
    fill(page, "核验码（在文书最下面）", letter["code"].lower())
    tap(page, "核对")
    expect(page.locator("wx-page").last).to_contain_text("是真的，还有效")
    expect(page.locator("wx-page").last).to_contain_text(letter["number"])
    shoot(page, "mini-letter-checked")
