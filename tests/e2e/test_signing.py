"""A family member signs on a phone: every way that it may go, and none of them ends nowhere."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from miniprogram_mock.demo.server import Server
from tests.e2e.browsers import PORTRAITS
from tests.e2e.conftest import Phone
from tests.e2e.family import (
    Family,
    agree,
    card_of,
    film,
    founded,
    open_link,
    read_qr_on,
    say_who,
    seen,
    show_card,
)

# One face before the camera; which card is shown decides how the comparison ends.
FACE = PORTRAITS / "obama2.jpg"
SAME, UNSURE, OTHER = "obama", "obama3", "biden"


@pytest.fixture
def family(served: Server) -> Iterator[Family]:
    found = founded(served)
    with found.calls:
        yield found


@pytest.fixture
def signer(phone: Phone) -> Page:
    """The phone of a relative who has never opened the mini-program."""
    return phone("relative", face=FACE)


def _sees(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible(timeout=30_000)


def test_a_son_far_away_signs_though_the_network_fails_in_the_middle(
    family: Family, signer: Page, tmp_path: Path
) -> None:
    son = family.people.son
    issued = family.invite(son)
    open_link(signer, issued["link"])
    assert issued["token"] not in signer.url, "a link's secret does not stay in the address"
    seen(signer, "sign-1-told")
    signer.get_by_role("button", name="刷脸", exact=True).click()
    signer.get_by_role("button", name="下一步").click()
    _sees(signer, "请填您的姓名")
    seen(signer, "sign-2-who")
    say_who(signer, son)
    show_card(signer, card_of(SAME, tmp_path), look=lambda: seen(signer, "sign-3-card"))
    _sees(signer, "我愿意刷脸")
    seen(signer, "sign-4-face")
    film(signer, look=lambda: seen(signer, "sign-4-camera"))
    _sees(signer, "写上您的名字")

    keys: list[str] = []

    def fail(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()  # it arrives, and the answer is lost
            route.abort("internetdisconnected")
        else:
            route.continue_()

    signer.route("**/signature", fail)
    agree(signer)
    _sees(signer, "没有连上网")
    _sees(signer, "您写的名字还在")
    seen(signer, "sign-5-pad")
    assert family.standing(son)["counts"] is True
    signer.get_by_role("button", name="签好了").click()
    _sees(signer, "您的同意已经收到")
    seen(signer, "sign-6-done")
    assert keys[0] == keys[1]
    kept = json.dumps(signer.evaluate("({...localStorage, ...sessionStorage})"))
    assert issued["token"] not in kept
    assert "sg_" not in kept
    assert son.id_number not in kept

    signer.get_by_role("button", name="收回同意").click()
    signer.get_by_role("dialog").get_by_role("button", name="收回", exact=True).click()
    _sees(signer, "同意已经收回")
    signer.reload()
    _sees(signer, "收回了同意")
    assert family.standing(son)["state"] == "withdrawn"


def test_a_face_that_the_machine_is_unsure_of_is_looked_at_and_signed_at_once(
    family: Family, signer: Page, tmp_path: Path
) -> None:
    husband = family.people.husband
    open_link(signer, family.invite(husband)["link"])
    signer.get_by_role("button", name="字太小").click()
    seen(signer, "sign-1-told", elder=True)
    signer.get_by_role("button", name="刷脸", exact=True).click()
    seen(signer, "sign-2-who", elder=True)
    say_who(signer, husband)
    show_card(
        signer, card_of(UNSURE, tmp_path), look=lambda: seen(signer, "sign-3-card", elder=True)
    )
    _sees(signer, "我愿意刷脸")
    seen(signer, "sign-4-face", elder=True)
    film(signer)  # without the second tick nobody may look
    _sees(signer, "机器拿不准是不是您")
    seen(signer, "sign-4-unsure", elder=True)
    signer.get_by_role("button", name="再刷一次脸").click()
    _sees(signer, "同意让人看照片，请先点这里")
    signer.get_by_role("checkbox", name="我同意工作人员看").click()
    signer.get_by_role("button", name="再刷一次脸").click()
    film(signer, review=True)
    _sees(signer, "工作人员会看一看照片")
    seen(signer, "sign-5-pad", elder=True)
    agree(signer)
    _sees(signer, "收到了，等工作人员看一看照片")
    seen(signer, "sign-6-done", elder=True)
    standing = family.standing(husband)
    assert (standing["state"], standing["counts"]) == ("given", False)


def test_another_persons_card_is_refused_three_times_and_then_people_help(
    family: Family, signer: Page, tmp_path: Path
) -> None:
    son = family.people.son
    open_link(signer, family.invite(son)["link"])
    signer.get_by_role("button", name="刷脸", exact=True).click()
    say_who(signer, family.people.stranger)
    show_card(signer, card_of(OTHER, tmp_path))
    _sees(signer, "您填的和家里人填的对不上")
    expect(signer.get_by_label("姓名")).to_have_value(family.people.stranger.name)
    say_who(signer, son)
    signer.get_by_role("button", name="用这张").click()
    for left in ("还可以试 2 次", "还可以试 1 次", "刷脸三次没有通过"):
        film(signer)
        _sees(signer, left)
    assert signer.get_by_role("button", name="开始刷脸").count() == 0
    seen(signer, "sign-4-people-help")
    signer.get_by_role("button", name="请工作人员上门").click()
    _sees(signer, "记下了：请工作人员上门")
    assert family.standing(son)["wayWished"] == "home_visit"


def test_whoever_does_not_agree_says_so_and_nobody_else_can_for_them(
    family: Family, signer: Page, tmp_path: Path
) -> None:
    son = family.people.son
    issued = family.invite(son)
    family.run_out(issued["invitationId"])
    signer.goto(issued["link"])
    _sees(signer, "这个链接过期了")
    seen(signer, "sign-expired")
    signer.get_by_role("button", name="换一个新链接").click()  # one tap, and it goes on
    signer.get_by_role("button", name="我不同意").click()
    seen(signer, "sign-no")
    signer.get_by_label("为什么不同意").fill("我想先问问家里人。")
    signer.get_by_role("button", name="是的，我不同意").click()
    say_who(signer, son, own_phone=None)
    signer.reload()  # all secrets of the sitting are gone, and one begins anew
    signer.get_by_role("button", name="我不同意").click()
    signer.get_by_role("button", name="是的，我不同意").click()
    say_who(signer, son, own_phone=None)
    show_card(signer, card_of(SAME, tmp_path))
    _sees(signer, "记下了：您不同意")
    seen(signer, "sign-refused")
    assert family.standing(son)["state"] == "refused"


def test_a_phone_without_a_camera_goes_another_way(
    family: Family, phone: Phone, tmp_path: Path
) -> None:
    husband = family.people.husband
    signer = phone("denied", face=FACE, camera=False)
    open_link(signer, family.invite(husband)["link"])
    signer.get_by_role("button", name="刷脸", exact=True).click()
    say_who(signer, husband)
    signer.get_by_role("dialog").get_by_role("button", name="拒绝").click()
    _sees(signer, "相机没有打开")
    expect(signer.get_by_role("button", name="去允许用相机")).to_be_visible()
    seen(signer, "sign-3-card-denied")
    show_card(signer, card_of(SAME, tmp_path))
    signer.get_by_role("checkbox", name="我愿意刷脸").click()
    signer.get_by_role("button", name="开始刷脸").click()
    _sees(signer, "相机没有打开")
    seen(signer, "sign-4-face-denied")
    signer.get_by_role("button", name="打视频").click()
    _sees(signer, "记下了：打视频")
    seen(signer, "sign-wished")
    assert family.standing(husband)["wayWished"] == "video"


def test_an_ended_link_is_renewed_in_one_tap_and_signed_on_the_applicants_own_phone(
    family: Family, phone: Phone, tmp_path: Path
) -> None:
    husband = family.people.husband
    old = family.invite(husband)
    family.run_out(old["invitationId"])
    page = phone(family.user, at=f"/pages/family/index?id={family.case_id}", face=FACE)
    _sees(page, "0/3 已签")
    _sees(page, "链接过期了")
    seen(page, "family-expired")
    card = page.locator(".family-card").filter(has_text=husband.name)
    card.get_by_role("button", name="换一个新链接").click()
    _sees(page, "等他打开签字")
    card.get_by_role("button", name="提醒他一次").click()
    _sees(page, "提醒了")
    seen(page, "family-open")
    page.evaluate("document.querySelectorAll('.page').forEach((one) => one.classList.add('elder'))")
    seen(page, "family-open", elder=True)
    card.get_by_role("button", name=f"发给{husband.name}").click()
    forwarded = page.get_by_role("dialog")
    expect(forwarded.get_by_label("卡片的链接")).to_have_value(re.compile("pages/sign/index"))
    assert husband.name not in forwarded.inner_text(), "what others see in a chat has no name"
    forwarded.get_by_role("button", name="关闭").click()
    card.get_by_role("button", name="在旁边：扫二维码").click()
    assert read_qr_on(page).startswith(f"{family.server.url}/mini/sign?t=")
    seen(page, "family-qr")
    page.get_by_role("button", name="扫好了，回去").click()
    other = phone("other")
    other.goto(old["link"])
    _sees(other, "家里人已经给您发了更新的链接")
    seen(other, "sign-replaced")
    other.goto(f"{family.server.url}/mini/sign?t={secrets.token_urlsafe(24)}")
    _sees(other, "这个链接打不开")
    page.clock.install()
    card.get_by_role("button", name="就在我这个手机上签").click()
    page.get_by_role("button", name="刷脸", exact=True).click()
    expect(page.get_by_role("radio", name="别人的手机")).to_have_attribute("aria-checked", "true")
    say_who(page, husband, own_phone=None)
    show_card(page, card_of(SAME, tmp_path))
    film(page)
    agree(page)
    _sees(page, "有人在旁边帮忙")
    assert family.standing(husband)["counts"] is True
