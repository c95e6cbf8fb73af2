"""A township officer at her desk, in a real browser: every page is looked at and measured, with the
keyboard alone where keys are offered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.consent.rules.verify import verify_evidence
from miniprogram_mock.client import Client
from miniprogram_mock.demo import citizen, pictures, signing
from miniprogram_mock.demo.play import Play
from miniprogram_mock.demo.server import Server
from miniprogram_mock.demo.story import Story
from tests.e2e.browsers import SCREENS, shoot
from tests.e2e.conftest import Desk
from tests.e2e.desk_hands import print_out, sit_down
from tests.e2e.looking import faults

Look = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def played(served: Server) -> Play:
    """A case whose signers have signed as far as they can, a wish, a call for help, a mandate."""
    play = Play(Story(), served)
    with play.phone:
        citizen.log_in(play)
        division = citizen.choose_place(play)
        citizen.check_eligibility(play, division)
        citizen.fill_in(play, division)
        citizen.photograph(play)
        citizen.submit(play)
        signing.guess_a_link(play)
        signing.husband_signs(play)
        signing.son_signs(play)
        signing.applicant_signs(play)
        wish = {"kind": "clothing", "text": "冬天冷，想要一床厚被子。", "valueFen": 20_000}
        play.phone.post("/wishes", {**wish, "division": division})
        asked = {"division": division, "phone": "13912345678", "note": "眼睛看不清，不会填。"}
        play.phone.post("/help-requests", asked)
        principal = play.people.stranger
        body = {"principalName": principal.name, "principalIdNumber": principal.id_number}
        mandate = play.phone.post("/mandates", {**body, "division": division})
        form = {"caseId": mandate["id"], "slot": "mandate_paper"}
        paper = {"file": ("1.jpg", pictures.register_page(), "image/jpeg")}
        play.phone.post("/documents", form, files=paper)
    return play


@pytest.fixture
def look() -> Iterator[Look]:
    """Write pictures of pages and hold all of them to the measures."""
    found: list[str] = []

    def at(page: Page, name: str) -> None:
        shoot(page, f"desk-{name}")
        page.screenshot(path=SCREENS / f"desk-{name}-whole.png", full_page=True)
        found.extend(f"{name}: {fault}" for fault in faults(page, phone=False))

    yield at
    assert not found, "\n".join(found)


def to_list(page: Page) -> None:
    page.keyboard.press("l")
    expect(page).to_have_title(re.compile("清单"))


def test_an_officers_morning(desk: Desk, served: Server, played: Play, look: Look) -> None:
    page = desk("/desk/")
    look(page, "login")
    page.get_by_label("工号").fill("chencang")
    page.get_by_label("密码").fill("wrong")
    page.get_by_label("动态码").fill("000000")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("用户名、密码或动态码不对")
    look(page, "login-wrong")
    sit_down(page, served, "chencang")
    look(page, "worklist")

    page.get_by_role("link", name="看照片").first.click()
    expect(page).to_have_title(re.compile("人脸复核"))
    look(page, "review")
    page.get_by_label("常用的话").first.select_option(label="是同一个人")
    page.get_by_role("button", name="是，授权算数").click()
    expect(page.get_by_role("status")).to_contain_text("照片已经删除")

    look(page, "case")
    page.locator("a[data-photo]").first.click()
    page.keyboard.press("+")
    page.keyboard.press("r")
    photo = page.locator("#viewer-photo")
    expect(photo).to_have_attribute("data-size", "1")
    expect(photo).to_have_attribute("data-turn", "90")
    look(page, "case-photo")
    page.keyboard.press("Escape")
    expect(page.locator("#viewer")).to_be_hidden()
    # until the next picture is drawn, the focus is still within the window that has closed
    page.locator("#viewer [data-do=close]").dispatch_event("keydown", {"key": "c"})
    expect(page.locator("details[data-key=c]")).to_have_attribute("open", "")
    look(page, "case-correction")
    page.get_by_role("button", name="发出一次性告知书").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有写要补什么")
    look(page, "case-correction-empty")

    page.keyboard.press("Escape")
    page.locator("summary", has_text="受理").first.click()
    page.get_by_label("我确认这些人就是本人").check()
    look(page, "case-acceptance")
    page.locator("form[action$='/acceptance'] button").click()
    expect(page.get_by_role("status")).to_contain_text("已受理")
    look(page, "case-accepted")
    expect(page.get_by_role("link", name="打印收件回执")).to_be_visible()
    page.get_by_role("link", name="文书", exact=True).click()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    look(page, "letters")


def test_papers_wishes_and_what_goes_wrong(
    desk: Desk, served: Server, played: Play, look: Look
) -> None:
    page = desk("/desk/worklist?kind=mandate")
    sit_down(page, served, "chencang2")
    page.get_by_role("link", name="看委托书").first.click()
    page.locator("summary", has_text="委托书可以").click()
    look(page, "mandate")
    page.get_by_label("常用的话").first.select_option(label="委托书齐全")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_role("status")).to_contain_text("双方都会收到消息")
    page.get_by_role("link", name="核实身份").click()
    look(page, "proof")
    to_list(page)
    page.get_by_role("link", name="替没有手机的人说一个心愿").click()
    look(page, "wish-new")
    to_list(page)
    page.get_by_role("link", name="看心愿").first.click()
    look(page, "wish")
    page.get_by_label("墙上的话").fill(f"{played.people.applicant.name}想要被子")
    page.get_by_role("button", name="上墙").click()
    expect(page.locator("[aria-invalid=true]")).to_be_focused()
    look(page, "wish-named")
    page.get_by_label("墙上的话").fill("一位大姐想要一床厚被子过冬。")
    page.get_by_role("button", name="上墙").click()
    expect(page.get_by_role("status")).to_contain_text("没有姓名")
    to_list(page)
    page.get_by_role("link", name="请人来帮忙").click()
    expect(page.locator("main")).to_contain_text("139******78")
    look(page, "help")
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("这件事您接下了")
    expect(page.locator("main")).to_contain_text("13912345678")
    look(page, "help-taken")
    page.goto(f"{served.url}/desk/cases/{secrets.token_hex(4)}")
    look(page, "nowhere")


def test_an_auditor_sees_all_and_changes_nothing(
    desk: Desk, served: Server, played: Play, look: Look
) -> None:
    before = case_of(served, played)
    page = sit_down(desk("/desk/"), served, "auditor")
    look(page, "auditor-worklist")
    page.get_by_label("申请的状态").select_option(label="全部状态")
    expect(page.locator("tr[data-row]").filter(has_text="最低生活保障")).not_to_have_count(0)
    assert played.people.applicant.name not in page.locator("main").inner_text()
    look(page, "auditor-worklist-all")
    page.get_by_label("按回执编号找").fill(before["receiptCode"])
    page.keyboard.press("Enter")
    expect(page.locator("#do-h")).to_be_visible()
    look(page, "auditor-case")
    print_out(page, "desk-auditor-case")
    assert page.locator("main form").count() == 0
    assert page.locator("#steps li").count() > 3
    consents = page.locator("#consents tbody tr")
    expect(consents.filter(has_text="A：本人刷脸")).not_to_have_count(0)
    holds_offline(page, served)
    page.locator("a[data-photo]").first.click()
    expect(page.locator("#viewer")).to_be_visible()
    page.keyboard.press("Escape")
    tries_to_change_it(page, served, played)

    page.get_by_role("link", name="谁看过、谁办过").click()
    expect(page.get_by_text("核对过了：每一条都接得上前一条")).to_be_visible()
    look(page, "auditor-trail")
    print_out(page, "desk-auditor-trail")
    own = page.locator("tbody tr").filter(has_text="审计")
    expect(own.filter(has_text="看了申请")).not_to_have_count(0)
    deeds = own.locator("th").all_inner_texts()
    assert set(deeds) <= {"看了申请", "看了材料", "下载了证据", "看了这份记录"}, deeds
    with page.expect_download() as table:
        page.get_by_role("link", name="下载表格").click()
    lines = table.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) > page.locator("tbody tr").count()
    page.get_by_role("link", name="每天的总校验值").click()
    look(page, "auditor-roots")
    after = case_of(served, played)
    assert (after["version"], after["state"]) == (before["version"], before["state"])


def case_of(served: Server, played: Play) -> dict[str, Any]:
    """The case as its applicant sees it now."""
    with Client(served.url) as phone:
        phone.token = played.phone.token
        return dict(phone.get(played.case).json)


def holds_offline(page: Page, served: Server) -> None:
    """The evidence of each consent is taken away, and holds against the key that lies elsewhere."""
    links = page.get_by_role("link", name="下载证据文件")
    assert links.count() > 1
    for link in links.all():
        with page.expect_download() as taken:
            link.click()
        key = (served.home / "evidence.pub").read_bytes()
        assert verify_evidence(taken.value.path().read_bytes(), key) == []


def tries_to_change_it(page: Page, served: Server, played: Play) -> None:
    """Nothing that a township's form sends is taken from an auditor."""
    case = f"{served.url}/desk/cases/{played.case_id}"
    for deed in ("acceptance", "correction", "rejection", "note"):
        answer = page.request.post(f"{case}/{deed}", form={"reason": "不归本镇办。"})
        assert answer.status == 403, deed
        assert "not_allowed" in answer.text()
