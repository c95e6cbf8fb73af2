"""The one list: all kinds by due date, filters, pages, counts, and a back office that is down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.core.access import Actor, Role
from backend.core.ids import new_id
from backend.staff.queries import Narrowing, waiting
from backend.workbench.ports import WorkflowTask
from tests.factories.house import ELSEWHERE, TOWNSHIP, VILLAGE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON
from tests.factories.wishes import OLD_WOMAN, Street
from tests.fakes.tasks import FakeTaskSource
from tests.workbench.browser import Browser, at_desk
from tests.workbench.conftest import ALONE


@pytest.fixture
def tasks(town: Town) -> FakeTaskSource:
    source = town.house.tasks
    assert isinstance(source, FakeTaskSource)
    source.everybody = True
    return source


def rows(desk: Browser) -> list[list[str]]:
    """The cells of the list as they are read."""
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in desk.page.xpath("//tr[@data-row]")
    ]


def kinds(desk: Browser) -> list[str]:
    return [row[1] for row in rows(desk)]


def links(desk: Browser) -> list[str]:
    return [str(a) for a in desk.page.xpath("//tr[@data-row]//a/@href")]


def task(due_on: date, **more: Any) -> WorkflowTask:
    return WorkflowTask(new_id(), new_id(), "survey", VILLAGE, due_on, **more)


def test_all_kinds_stand_in_one_list_the_earliest_due_first(
    town: Town, officer: Visitor, desk: Browser, tasks: FakeTaskSource, applicant: Visitor
) -> None:
    case = applicant.submitted(members=[APPLICANT.body("01"), HUSBAND.body("11"), SON.body("20")])
    token = applicant.invite(case["id"], member_of(case, SON)["id"])["token"]
    town.consent_by_face(token, SON, score=0.45)
    colleague = town.staff()
    invitation = colleague.invite(case["id"], member_of(case, HUSBAND)["id"])["invitationId"]
    body = {"invitationId": invitation, "papersSeen": "身份证原件", "reason": "没有手机。"}
    colleague.once(f"/staff/applications/{case['id']}/counter-consents", body)
    Street(town).posted()
    today = town.clock.now().date()
    tasks.tasks = [task(today + timedelta(days=30)), task(today - timedelta(days=1))]
    desk.open("/desk/worklist")
    assert desk.status == 200
    # a wish is born by the machine's own clock, which tests do not set
    dated = [kind for kind in kinds(desk) if kind != "微心愿"]
    assert dated == ["业务系统", "窗口授权", "人脸复核", "申请", "业务系统"]
    assert [row[0].startswith("2026年") for row in rows(desk)] == [True] * 6
    assert "超期" in rows(desk)[0][0]
    assert "全部 6" in desk.words
    for link in links(desk):
        assert link.startswith("/desk/office/") or desk.open(link).status == 200, link


def test_each_kind_and_filter(
    town: Town, officer: Visitor, desk: Browser, tasks: FakeTaskSource, applicant: Visitor
) -> None:
    case = applicant.submitted(members=ALONE)
    Street(town).posted(by=officer, division="610304001002", **_beneficiary())
    tasks.tasks = [task(town.clock.now().date())]
    assert kinds(desk.open("/desk/worklist?kind=wish")) == ["微心愿"]
    assert kinds(desk.open("/desk/worklist?kind=task")) == ["业务系统"]
    assert kinds(desk.open("/desk/worklist?kind=review")) == []
    assert "按这些条件没有找到" in desk.words
    assert links(desk.open("/desk/worklist?state=awaiting_consent")) == [
        f"/desk/cases/{case['id']}"
    ]
    assert links(desk.open("/desk/worklist?state=submitted")) == []
    assert "微心愿" not in kinds(desk.open("/desk/worklist?mine=1"))
    assert set(kinds(desk.open(f"/desk/worklist?village={VILLAGE}"))) == {"申请", "业务系统"}
    assert set(kinds(desk.open("/desk/worklist?village=610304001002"))) == {"微心愿"}
    assert kinds(desk.open("/desk/worklist?overdue=1")) == []
    town.clock.advance(days=10)
    officer = town.staff()
    desk = at_desk(town, officer)
    assert set(kinds(desk.open("/desk/worklist?overdue=1"))) == {"申请", "业务系统"}


def _beneficiary() -> dict[str, Any]:
    return {"beneficiary": {"name": OLD_WOMAN.name, "idNumber": OLD_WOMAN.number}}


@pytest.mark.parametrize("query", ["kind=person", "state=draft", "village=1", "overdue=2",
                                   "cursor=x", "cursor=W3siYXBwbGljYXRpb24iOjF9XQ"])  # fmt: skip
def test_a_filter_of_ones_own_making_is_refused(desk: Browser, query: str) -> None:
    assert desk.open(f"/desk/worklist?{query}").status == 422


def test_another_township_stays_out_of_the_list_whatever_the_filter(
    town: Town, applicant: Visitor, case: dict[str, Any]
) -> None:
    elsewhere = at_desk(town, town.staff(scope=ELSEWHERE))
    for query in ("", f"?village={VILLAGE}", "?village=610304001000", "?village=610300000000"):
        assert links(elsewhere.open(f"/desk/worklist{query}")) == []


def test_pages_go_on_where_they_stopped(
    town: Town, desk: Browser, tasks: FakeTaskSource, applicant: Visitor
) -> None:
    today = town.clock.now().date()
    tasks.tasks = [task(today + timedelta(days=n)) for n in range(70)]
    case = applicant.submitted(members=ALONE)
    first = desk.open("/desk/worklist")
    seen = links(first)
    assert len(seen) == 50
    second = first.click("下一页")
    seen += links(second)
    assert len(seen) == len(set(seen)) == 71
    assert f"/desk/cases/{case['id']}" in seen
    assert not second.page.xpath("//a[@rel='next']")


def test_a_back_office_that_is_down_is_said_and_the_rest_is_there(
    desk: Browser, tasks: FakeTaskSource, case: dict[str, Any]
) -> None:
    tasks.down = True
    desk.open("/desk/worklist")
    assert desk.status == 200
    assert "业务系统现在连不上" in desk.words
    assert links(desk) == [f"/desk/cases/{case['id']}"]


def test_whoever_works_at_one_desk_only_asks_nobody(town: Town, desk: Browser) -> None:
    desk.open("/desk/worklist")
    source = town.house.tasks
    assert isinstance(source, FakeTaskSource)
    assert source.asked == 0


def test_a_receipt_is_found_and_its_code_stands_in_no_address(
    town: Town, desk: Browser, case: dict[str, Any]
) -> None:
    code = case["receiptCode"]
    desk.open("/desk/worklist").send("/search", {"code": code.lower().replace("-", " ")})
    assert desk.visited[-1] == f"/desk/cases/{case['id']}"
    assert not any(code in where for where in desk.visited)
    unknown = desk.open("/desk/worklist").send("/search", {"code": "0000-0000-0000-1"})
    assert unknown.status == 422
    assert unknown.form("/search").fields["code"] == "0000-0000-0000-1"
    elsewhere = at_desk(town, town.staff(scope=ELSEWHERE)).open("/desk/worklist")
    assert elsewhere.send("/search", {"code": code}).status == 422


def test_the_next_one_is_one_key_away(town: Town, desk: Browser, applicant: Visitor) -> None:
    cases = []
    for _ in range(3):
        cases.append(applicant.submitted(members=ALONE)["id"])
        town.clock.advance(minutes=1)
    desk = at_desk(town, town.staff()).open(f"/desk/cases/{cases[0]}")
    assert desk.page.xpath("//a[@data-key='n']")
    for expected in (cases[1], cases[2], cases[0]):
        assert desk.click("下一件").visited[-1] == f"/desk/cases/{expected}"


def test_the_list_of_others_shows_what_they_may_read(
    town: Town, applicant: Visitor, case: dict[str, Any]
) -> None:
    wish = Street(town).posted()
    seen = {
        role: links(at_desk(town, town.staff(role, scope)).open("/desk/worklist"))
        for role, scope in (
            (Role.VILLAGE, VILLAGE), (Role.COUNTY, TOWNSHIP[:6]), (Role.CITY, TOWNSHIP[:4]),
            (Role.AUDITOR, TOWNSHIP[:6]),
        )
    }  # fmt: skip
    assert seen[Role.VILLAGE] == [f"/desk/wishes/{wish['id']}"]
    both = {f"/desk/cases/{case['id']}", f"/desk/wishes/{wish['id']}"}
    for role in (Role.COUNTY, Role.CITY, Role.AUDITOR):
        assert set(seen[role]) == both
        page = at_desk(town, town.staff(role, TOWNSHIP[:4])).open("/desk/worklist")
        assert APPLICANT.name not in page.text


def test_all_cases_whatever_their_state_and_none_that_ended_is_late(
    town: Town, desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    other = applicant.submitted(members=ALONE)
    desk.open(f"/desk/cases/{other['id']}").send("/rejection", {"reason": "不归本镇办。"})
    assert links(desk.open("/desk/worklist")) == [f"/desk/cases/{case['id']}"]
    town.clock.advance(days=30)
    auditor = at_desk(town, town.staff(Role.AUDITOR, TOWNSHIP[:6]))
    both = auditor.open("/desk/worklist?state=all")
    assert set(links(both)) == {f"/desk/cases/{one['id']}" for one in (case, other)}
    late = {row[5]: "超期" in row[0] for row in rows(both)}
    assert late == {"等家人授权": True, "没有同意": False}
    assert "只看我能办的" not in both.words


def test_a_wish_for_another_way_stands_on_the_line_of_the_case(
    town: Town, desk: Browser, applicant: Visitor
) -> None:
    case = applicant.submitted(members=[APPLICANT.body("01"), SON.body("20")])
    token = applicant.invite(case["id"], member_of(case, SON)["id"])["token"]
    desk.open("/desk/worklist?state=awaiting_consent")
    assert "想换办法" not in desk.words
    wish = f"/consent-invitations/{token}/alternative"
    assert town.client.send("POST", wish, json={"way": "home_visit"}).status_code == 200
    desk.open("/desk/worklist?state=awaiting_consent")
    assert "想换办法：两位工作人员上门" in rows(desk)[0][5]


def test_cases_whose_clock_runs_stand_by_their_last_day(town: Town, applicant: Visitor) -> None:
    """One that was extended moves down, one that is late is found, page after page."""
    cases = []
    for _ in range(3):
        case = applicant.submitted(members=ALONE)
        town.all_consent_at_counter(case)
        path = f"/staff/applications/{case['id']}"
        version = applicant.case(case["id"])["version"]
        done = town.staff().post(f"{path}/acceptance", {}, version=version)
        assert done.status_code == 200, done.get_json()
        cases.append(done.get_json())
        town.clock.advance(days=1)
    path = f"/staff/applications/{cases[0]['id']}/extension"
    why = {"reason": "elsewhere", "note": "长子在外省，要去函。"}
    desk_staff = town.staff()
    assert desk_staff.post(path, why, version=cases[0]["version"]).status_code == 200
    desk = at_desk(town, desk_staff).open("/desk/worklist?state=accepted")
    expected = [f"/desk/cases/{cases[n]['id']}" for n in (1, 2, 0)]
    assert links(desk) == expected
    with town.units.read() as work:
        scope = Narrowing(TOWNSHIP, "accepted")
        actor = Actor(roles=frozenset({Role.TOWNSHIP}), scope=TOWNSHIP)
        found, after = [], None
        for _ in range(3):  # the place in the stream leads on, one by one
            [one] = waiting(work, actor, "application", scope, after, 1)
            found.append(str(one.id))
            after = (one.at, one.id)
        assert waiting(work, actor, "application", scope, after, 1) == []
    assert [f"/desk/cases/{one}" for one in found] == expected
    town.clock.advance(days=45)  # past the days of the other two
    late = at_desk(town, town.staff()).open("/desk/worklist?state=accepted&overdue=1")
    assert links(late) == expected[:2]
