"""Somebody asks for help: the request on the one list and on its page, for village and township."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.audit.models import AuditRow
from backend.core.access import Role
from tests.factories.house import TOWNSHIP, VILLAGE, Town, Visitor
from tests.factories.people import APPLICANT
from tests.factories.wishes import Street
from tests.workbench.browser import Browser, at_desk
from tests.workbench.test_worklist import kinds, links, rows

PHONE, NOTE = "13912345678", "眼睛看不清，不会填。"


@pytest.fixture
def asked(town: Town, applicant: Visitor) -> dict[str, Any]:
    body = {"division": VILLAGE, "phone": PHONE, "note": NOTE}
    return dict(applicant.once("/help-requests", body).get_json())


@pytest.fixture
def village(town: Town) -> Browser:
    return at_desk(town, town.staff(Role.VILLAGE, VILLAGE))


def told(who: Visitor) -> list[str]:
    return [one["code"] for one in who.get("/me").get_json()["messages"]]


def test_the_village_takes_it_up_and_says_how_it_ended(
    town: Town, village: Browser, applicant: Visitor, asked: dict[str, Any]
) -> None:
    village.open("/desk/worklist")
    assert kinds(village) == ["请人帮忙"]
    assert "请人帮忙 1" in village.words
    assert (rows(village)[0][3], rows(village)[0][5]) == (APPLICANT.name, "没人接")
    village.click("请人来帮忙")
    assert NOTE in village.words
    assert APPLICANT.name in village.words
    assert "139******78" in village.words
    assert PHONE not in village.text
    assert "已经有人接了" in village.words  # what the asker will be told
    village.send("/claim")
    assert village.status == 200
    assert PHONE in village.words
    assert told(applicant) == ["told_help_taken"]
    empty = village.send("/done")
    assert empty.status == 422
    assert empty.page.xpath("//textarea[@name='answer'][@aria-invalid='true']")
    village.send("/done", {"answer.ready": "已经上门，帮着填好交了。"})
    assert village.status == 200
    assert "现在不用办" in village.words
    [mine] = applicant.get("/help-requests/mine").get_json()["items"]
    assert (mine["state"], mine["answer"]) == ("done", "已经上门，帮着填好交了。")
    assert links(village.open("/desk/worklist")) == []


def test_a_colleagues_request_is_taken_over_knowingly(
    town: Town, village: Browser, desk: Browser, asked: dict[str, Any]
) -> None:
    path = f"/desk/help/{asked['id']}"
    desk.open(path)
    village.open(path).send("/claim")
    late = desk.send("/claim")  # on what is no longer so
    assert late.status == 412
    assert "同事比您先动了这一件" in late.words
    assert PHONE not in late.text
    assert "从同事那里接过来" in late.words
    assert "/done" not in [form.get("action") for form in late.page.forms]
    desk.send("/claim")
    assert PHONE in desk.words
    assert PHONE not in village.open(path).text


def test_only_what_i_can_do_leaves_a_colleagues_request_out(
    town: Town, village: Browser, desk: Browser, asked: dict[str, Any]
) -> None:
    village.open(f"/desk/help/{asked['id']}").send("/claim")
    assert "请人帮忙" in kinds(desk.open("/desk/worklist?kind=help"))
    assert rows(desk)[0][5] == "有人在帮"
    assert kinds(desk.open("/desk/worklist?kind=help&mine=1")) == []
    assert kinds(village.open("/desk/worklist?kind=help&mine=1")) == ["请人帮忙"]


def test_by_due_date_like_the_rest(
    town: Town, desk: Browser, applicant: Visitor, asked: dict[str, Any]
) -> None:
    assert desk.open("/desk/worklist?overdue=1&kind=help").status == 200
    assert kinds(desk) == []
    town.clock.advance(days=9)
    desk = at_desk(town, town.staff())
    assert kinds(desk.open("/desk/worklist?overdue=1")) == ["请人帮忙"]
    assert "超期" in rows(desk)[0][0]
    assert "超期" in desk.click("请人来帮忙").words
    assert kinds(desk.open(f"/desk/worklist?village={VILLAGE}")) == ["请人帮忙"]


def test_a_look_is_recorded(town: Town, desk: Browser, asked: dict[str, Any]) -> None:
    desk.open(f"/desk/help/{asked['id']}")
    with town.units.read() as work:
        deeds = select(AuditRow.action).where(AuditRow.subject == f"help_request:{asked['id']}")
        assert list(work.session.scalars(deeds.order_by(AuditRow.seq))) == [
            "help.asked", "help.read",
        ]  # fmt: skip


def test_other_places_and_those_above_have_no_part_in_it(town: Town, asked: dict[str, Any]) -> None:
    path = f"/desk/help/{asked['id']}"
    for role, scope in ((Role.TOWNSHIP, "610304101"), (Role.VILLAGE, f"{TOWNSHIP}002")):
        window = at_desk(town, town.staff(role, scope))
        assert kinds(window.open("/desk/worklist")) == []
        assert window.open(path).status == 403
        assert window.open(f"/desk/next/help/{asked['id']}").status == 200
    for role in (Role.COUNTY, Role.CITY, Role.AUDITOR):
        window = at_desk(town, town.staff(role, TOWNSHIP[:4]))
        assert "请人帮忙" not in window.open("/desk/worklist").words
        assert window.open(path).status == 403


def test_one_taken_back_is_said_to_be_so(
    desk: Browser, applicant: Visitor, asked: dict[str, Any]
) -> None:
    desk.open(f"/desk/help/{asked['id']}")
    back = applicant.post(f"/help-requests/{asked['id']}/withdrawal", version=asked["version"])
    assert back.status_code == 200
    late = desk.send("/claim")
    assert late.status in (409, 412)
    assert "对方不用了" in late.words
    assert desk.open("/desk/worklist").status == 200
    assert kinds(desk) == []


def test_the_villages_desk_makes_sense_with_its_few_kinds(
    town: Town, village: Browser, asked: dict[str, Any]
) -> None:
    wish = Street(town).posted()
    village.open("/desk/worklist")
    assert set(links(village)) == {f"/desk/help/{asked['id']}", f"/desk/wishes/{wish['id']}"}
    for absent in ("申请的状态", "按回执编号找", "人脸复核", "窗口授权"):
        assert absent not in village.words
    village.open(f"/desk/help/{asked['id']}").click("下一件")
    assert village.visited[-1] == f"/desk/wishes/{wish['id']}"


def test_whoever_left_neither_name_nor_number(town: Town, desk: Browser) -> None:
    somebody = town.citizen("somebody")
    body = {"division": VILLAGE, "note": "村东头第三家。"}
    found = somebody.once("/help-requests", body).get_json()
    desk.open("/desk/worklist").click("请人来帮忙")
    assert desk.visited[-1] == f"/desk/help/{found['id']}"
    for words in ("没有留名字", "没有留电话", "村东头第三家"):
        assert words in desk.words
