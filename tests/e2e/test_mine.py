"""What belongs to one person on the phone: messages, the number, consents, wishes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from miniprogram_mock.client import Client
from miniprogram_mock.client import Phone as Calls
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person, invent
from miniprogram_mock.demo.server import Server
from tests.e2e.conftest import Phone
from tests.e2e.family import PLACE, Family, founded, signed_by_face
from tests.e2e.hands import choose, choose_place, fill, from_album, paper, shoot, tap, title
from tests.e2e.staff import at_desk


@pytest.fixture(scope="module")
def township(served: Server) -> Iterator[Client]:
    with at_desk(served) as desk:
        yield desk


@dataclass(frozen=True)
class Account:
    """A WeChat user, and the calls of the same log-in."""

    user: str
    calls: Calls


@pytest.fixture
def mine(served: Server) -> Iterator[Account]:
    user = f"mine-{secrets.token_hex(4)}"
    with Calls(served.url, served.wechat_url) as calls:
        calls.log_in(user)
        yield Account(user, calls)


def proven(mine: Account, person: Person, township: Client) -> None:
    """This account is that person's, and the township has seen it."""
    who = {"name": person.name, "idNumber": person.id_number}
    account = mine.calls.put("/me/identity", who)["accountId"]
    seen = {"idNumber": person.id_number, "papersSeen": "身份证原件"}
    township.post(f"/staff/accounts/{account}/proof", seen)


@pytest.fixture
def household(served: Server) -> Iterator[Family]:
    found = founded(served)
    with found.calls:
        yield found


def test_messages_are_new_until_they_are_seen_on_whichever_phone(
    phone: Phone, mine: Account, township: Client
) -> None:
    wanted = {"division": PLACE, "phone": None, "note": "门口有棵槐树"}
    asked = mine.calls.post("/help-requests", wanted)
    path = f"/staff/help-requests/{asked['id']}/claim"
    township.post(path, None, if_match=f'"{asked["version"]}"')
    page = phone(mine.user)
    tap(page, "以前申请过，登录看看")
    title(page, "已经有人接了")
    tab = page.get_by_role("navigation", name="主要页面").get_by_role("button", name="我的")
    expect(page.get_by_role("button", name="我的1")).to_be_visible()
    shoot(page, "mini-home-news")
    tap(page, "看消息")
    title(page, "新消息")
    shoot(page, "mini-messages")
    tap(page, "去看看")
    title(page, "有人接了")
    tap(page, "返回")
    expect(page.get_by_text("新消息")).to_have_count(0)
    tap(page, "返回")
    tab.filter(has_text="1").wait_for(state="detached")
    assert mine.calls.get("/me")["unread"] == 0


def test_a_number_is_given_by_wechats_button_or_not_at_all(phone: Phone, mine: Account) -> None:
    page = phone(mine.user, "/pages/me/index")
    tap(page, "登录", exact=True)
    tap(page, "把这部手机的号留给镇里")
    tap(page, "拒绝")
    title(page, "没关系，没有留")
    shoot(page, "mini-me-no-number")
    assert mine.calls.get("/me")["phone"] is None
    tap(page, "把这部手机的号留给镇里")
    tap(page, "允许", exact=True)
    title(page, "手机号留好了")
    shoot(page, "mini-me")
    expect(page.get_by_text(str(mine.calls.get("/me")["phone"]))).to_be_visible()


def test_a_consent_is_taken_back_by_its_signer_once_it_is_known_who_he_is(
    phone: Phone, mine: Account, household: Family, township: Client
) -> None:
    son = household.people.son
    signed_by_face(household, son)
    page = phone(mine.user, "/pages/me/index")
    tap(page, "登录", exact=True)
    tap(page, "我签过的同意")
    title(page, "还没有核实过您是谁")
    shoot(page, "mini-consents-unproven")
    proven(mine, son, township)
    tap(page, "返回")
    tap(page, "我签过的同意")
    tap(page, "的申请")
    title(page, "收回以后会怎样")
    fill(page, "为什么收回", "想先问问家里人")
    shoot(page, "mini-consent")
    tap(page, "收回同意")
    tap(page, "不收回", exact=True)
    tap(page, "收回同意")
    tap(page, "收回", exact=True)
    title(page, "同意已经收回")
    shoot(page, "mini-consent-taken-back")
    assert household.standing(son)["state"] == "withdrawn"
    tap(page, "好了", exact=True)
    title(page, "已收回")
    shoot(page, "mini-consents")


def test_a_wish_for_a_child_with_its_photo_is_mended_as_the_township_says(
    phone: Phone, mine: Account, township: Client, tmp_path: Path
) -> None:
    people = invent()
    parent, child = people.husband, people.daughter
    mine.calls.put("/me/identity", {"name": parent.name, "idNumber": parent.id_number})
    page = phone(mine.user, "/pages/wish-new/index")
    choose(page, "别的大人")
    title(page, "大人的心愿，要他自己说")
    shoot(page, "mini-wish-for-another")
    choose(page, "我的孩子")
    fill(page, "孩子的姓名", child.name)
    fill(page, "孩子的身份证号", child.id_number)
    choose(page, "学习用品")
    fill(page, "想要什么", "想要一个书包")
    fill(page, "大约多少钱", "80")
    choose_place(page)
    shoot(page, "mini-wish-for-child")
    tap(page, "交给镇里看")
    title(page, "等镇里看")
    tap(page, "加照片")
    from_album(page, paper(tmp_path))
    expect(page.get_by_role("button", name="去掉第 1 张照片")).to_be_visible()
    shoot(page, "mini-wish-mine")

    (wish,) = mine.calls.get("/wishes/mine", side="asked")["items"]
    path, version = f"/staff/wishes/{wish['id']}/return", f'"{wish["version"]}"'
    township.post(path, {"reason": "请写清楚是几年级。"}, if_match=version)
    tap(page, "回首页")
    tap(page, "微心愿", exact=True)
    tap(page, "我的心愿和我帮的")
    tap(page, "请您改一改")
    title(page, "请写清楚是几年级")
    tap(page, "改一改")
    fill(page, "想要什么", "上三年级，想要一个书包")
    shoot(page, "mini-wish-mend")
    tap(page, "交给镇里看")
    title(page, "等镇里看")
    found = mine.calls.get(f"/wishes/{wish['id']}")
    assert found["asked"]["text"] == "上三年级，想要一个书包"
    assert len(found["asked"]["photos"]) == 1


def test_a_giver_takes_a_wish_up_and_shows_that_it_arrived(
    phone: Phone, mine: Account, household: Family, township: Client, tmp_path: Path
) -> None:
    proven(mine, household.people.stranger, township)
    wanted = {"kind": "clothing", "text": "冬天冷，想要一床厚被子。", "valueFen": 20_000}
    wish = household.calls.post("/wishes", {**wanted, "division": PLACE})
    path, version = f"/staff/wishes/{wish['id']}/publication", f'"{wish["version"]}"'
    township.post(path, {"publicText": None}, if_match=version)
    page = phone(mine.user, "/pages/wishes/index")
    tap(page, "看看，我来帮")
    tap(page, "我来帮", exact=True)
    tap(page, "是的")
    title(page, household.people.applicant.name)
    tap(page, "有新进展，微信告诉我")
    tap(page, "取消", exact=True)
    title(page, "没关系，不发")
    tap(page, "拍一张送到的照片")
    from_album(page, paper(tmp_path))
    expect(page.get_by_label("送到的照片")).to_be_visible()
    shoot(page, "mini-wish-giving")
    tap(page, "已经送到了")
    title(page, "等您确认")
    tap(page, "确认送到了")
    expect(page.get_by_role("button", name="确认送到了")).to_have_count(0)
    claim = household.calls.get(f"/wishes/{wish['id']}")["claim"]
    assert (claim["giverConfirmed"], len(claim["photos"])) == (True, 1)


def test_where_an_income_is_not_known_yet_the_page_says_who_reckons(
    phone: Phone, mine: Account
) -> None:
    me = invent().applicant
    mine.calls.put("/me/identity", {"name": me.name, "idNumber": me.id_number})
    case = mine.calls.post(
        "/applications",
        {
            "programme": "dibao",
            "division": PLACE,
            "area": "urban",
            "members": [{**me.body, "incomesUnknown": True}],
            "cashAssetsUnknown": True,
        },
    )
    path, member = f"/applications/{case['id']}", case["members"][0]["id"]
    promise = {"truthPromise": {"accepted": True}, "staffRelatives": []}
    mine.calls.patch(path, promise, if_match=case)
    for form in ({"slot": "household_register"}, {"slot": "id_card", "memberId": member}):
        photo = ("1.jpg", pictures.register_page(), "image/jpeg")
        mine.calls.post("/documents", {"caseId": case["id"], **form}, files={"file": photo})
    mine.calls.post(f"{path}/submission", if_match=mine.calls.get(path))
    page = phone(mine.user, f"/pages/case/index?id={case['id']}")
    title(page, "还没有算")
    shoot(page, "mini-case-not-reckoned")
