"""The timeline over HTTP: in words for the case's people, and by receipt without a log-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from backend.applications.service import apply_event
from backend.core import messages
from backend.core.access import Actor, Role
from tests.factories.house import Town, Visitor, member_of
from tests.factories.people import APPLICANT, HELPER, HUSBAND, SON

BACKOFFICE = Actor(frozenset({Role.BACKOFFICE}))


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


def accept(town: Town, me: Visitor, case: dict[str, Any]) -> None:
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    assert town.staff().post(path, {"personsConfirmed": True}, version=version).status_code == 200


def timeline(visitor: Visitor, case: dict[str, Any]) -> dict[str, Any]:
    response = visitor.get(f"/applications/{case['id']}/timeline")
    assert response.status_code == 200
    return dict(response.get_json())


def look_up(town: Town, code: str, last_four: str, address: str = "192.0.2.9") -> Any:
    body = {"receiptCode": code, "lastFour": last_four}
    return town.client.send("POST", "/case-lookups", json=body, address=address)


def test_who_did_what_in_order_and_in_words(town: Town, me: Visitor) -> None:
    case = me.submitted(members=[APPLICANT.body("01"), SON.body("20", role="supporter")])
    town.clock.advance(days=1)
    token = me.invite(case["id"], member_of(case, SON)["id"])["token"]
    town.consent_by_face(token, SON)
    desk = (town.staff(), town.staff())
    town.consent_at_counter(case["id"], member_of(case, APPLICANT)["id"], desk)
    town.clock.advance(days=1)
    accept(town, me, case)
    found = timeline(me, case)
    assert [(s["on"], s["who"], s["text"]) for s in found["steps"]] == [
        ("2026-03-02", "您", "开始填写申请"),
        ("2026-03-02", "您", "交上了申请"),
        ("2026-03-03", "家里人", "签字授权了"),
        ("2026-03-03", "镇上", "签字授权了"),
        ("2026-03-03", "系统", "需要授权的家人都授权了"),
        ("2026-03-04", "镇上", "受理了申请"),
    ]
    assert all(s["textEn"] and s["whoEn"] for s in found["steps"])
    assert (found["state"], found["now"]) == ("accepted", "已受理")
    assert found["next"]
    assert (found["dueOn"], found["workingDaysLeft"]) == ("2026-04-16", 30)
    town.clock.advance(days=5)
    assert timeline(town.citizen(APPLICANT, claims=False), case)["workingDaysLeft"] == 27


def test_a_draft_says_what_to_do_and_has_no_date(town: Town, me: Visitor) -> None:
    found = timeline(me, me.draft())
    assert (found["dueOn"], found["workingDaysLeft"], found["state"]) == (None, None, "draft")
    assert found["next"]


def test_a_helper_is_told_apart_from_the_principal(town: Town) -> None:
    helper, principal = town.citizen(HELPER), town.citizen(APPLICANT)
    mandate = helper.once(
        "/mandates",
        {
            "principalName": APPLICANT.name,
            "principalIdNumber": APPLICANT.number,
            "division": "610304001001",
        },
    ).get_json()
    helper.upload(mandate["id"], "mandate_paper")
    desk = town.staff()
    [waiting] = desk.get("/staff/mandates").get_json()["items"]
    body = {"reason": "清楚。"}
    path = f"/staff/mandates/{mandate['id']}/acceptance"
    assert desk.post(path, body, version=waiting["version"]).status_code == 200
    case = helper.draft(mandateId=mandate["id"])
    town.prove(principal)
    version = principal.case(case["id"])["version"]
    principal.post(f"/applications/{case['id']}/withdrawal", version=version)
    steps = timeline(principal, case)["steps"]
    assert [(s["who"], s["text"]) for s in steps] == [
        ("帮您的人", "开始填写申请"),
        ("您", "撤回了申请"),
    ]


def test_an_approval_tells_the_amount_to_its_people_only(town: Town, me: Visitor) -> None:
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    accept(town, me, case)
    code = me.case(case["id"])["receiptCode"]
    data = {"decision": "approved", "amountFen": 66_200, "decidedOn": "2026-03-30"}
    with town.units.write() as work:
        apply_event(work, BACKOFFICE, UUID(case["id"]), 1, "case.decided", data)
    found = timeline(me, case)
    assert "662.00" in found["now"]
    assert "662.00" in found["steps"][-1]["text"]
    assert found["next"] == messages.say("next_approved_soon").zh
    with town.units.write() as work:
        apply_event(
            work, BACKOFFICE, UUID(case["id"]), 2, "benefit.granted", {"payFrom": "2026-04"}
        )
    assert "2026-04" in timeline(me, case)["next"]
    shown = look_up(town, code, APPLICANT.number[-4:])
    assert "662" not in shown.get_data(as_text=True)
    assert shown.get_json()["now"] == "已确认"


def test_a_receipt_and_four_characters_show_where_the_case_stands(town: Town, me: Visitor) -> None:
    case = me.submitted()
    code = case["receiptCode"]
    for typed in (code, code.lower(), code.replace("-", ""), f" {code} ".replace("-", " ")):
        response = look_up(town, typed, APPLICANT.number[-4:].lower())
        assert response.status_code == 200, typed
    found = response.get_json()
    assert (found["state"], found["steps"]) == ("awaiting_consent", [])
    shown = response.get_data(as_text=True)
    for secret in (APPLICANT, HUSBAND, SON):
        assert secret.name not in shown
        assert secret.number not in shown
    assert "610304" not in shown
    assert "低保" not in shown


def test_a_wrong_code_and_a_wrong_number_look_the_same(town: Town, me: Visitor) -> None:
    code = me.submitted()["receiptCode"]
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    answers = [
        look_up(town, code, "0000"),
        look_up(town, wrong, APPLICANT.number[-4:]),
        look_up(town, "0000-0000-0000-0", APPLICANT.number[-4:]),
    ]
    bodies = [{k: v for k, v in a.get_json().items() if k != "requestId"} for a in answers]
    assert [a.status_code for a in answers] == [404] * 3
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "lookup_failed"


def test_one_receipt_can_be_tried_ten_times_a_quarter(town: Town, me: Visitor) -> None:
    code = me.submitted()["receiptCode"]
    tries = [look_up(town, code, f"{n:04d}", f"192.0.2.{n}").status_code for n in range(10)]
    assert tries == [404] * 10
    town.restart()
    last = look_up(town, code, APPLICANT.number[-4:], "192.0.2.200")
    assert last.status_code == 429
    assert 0 < int(last.headers["Retry-After"]) <= 900
    town.clock.advance(minutes=15)
    assert look_up(town, code, APPLICANT.number[-4:]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"receiptCode": "x" * 31, "lastFour": "0000"},
        {"receiptCode": "0000-0000-0000-0", "lastFour": "00000"},
        {"receiptCode": "0000-0000-0000-0", "lastFour": "X000"},
        {"receiptCode": "0000-0000-0000-0", "lastFour": "000X\n"},
    ],
)
def test_a_wrong_look_up_is_named(town: Town, body: dict[str, str]) -> None:
    response = town.client.send("POST", "/case-lookups", json=body)
    assert response.status_code == 422
    assert response.get_json()["errors"]


def test_a_recognition_that_pays_nothing_is_told_without_an_amount(town: Town, me: Visitor) -> None:
    case = me.submitted(members=[APPLICANT.body("01")], programme="dibao-edge")
    town.all_consent_at_counter(case)
    accept(town, me, case)
    data = {"decision": "approved", "amountFen": None, "decidedOn": "2026-03-30"}
    with town.units.write() as work:
        apply_event(work, BACKOFFICE, UUID(case["id"]), 1, "case.decided", data)
    found = timeline(me, case)
    assert found["now"] == "已认定，不按月发钱"
    assert found["steps"][-1]["text"] == "认定了您家。这一项只认定，不按月发钱"
    assert found["next"] == messages.say("next_approved_unpaid").zh
    stranger = look_up(town, me.case(case["id"])["receiptCode"], APPLICANT.number[-4:]).get_json()
    assert stranger["now"] == "已确认"
    assert stranger["next"] == messages.say("next_approved_soon").zh


def test_a_household_at_the_edge_that_asked_for_dibao_is_told_what_it_is(
    town: Town, me: Visitor
) -> None:
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    accept(town, me, case)
    data = {"decision": "approved", "programme": "dibao-edge", "decidedOn": "2026-03-30"}
    with town.units.write() as work:
        apply_event(work, BACKOFFICE, UUID(case["id"]), 1, "case.decided", data)
    assert me.case(case["id"])["outcome"]["recognisedAs"] == "dibao-edge"
    found = timeline(me, case)
    assert found["now"] == "已认定：低保边缘家庭认定，不按月发钱"
    assert "不用重新申请" in found["steps"][-1]["text"]
    stranger = look_up(town, me.case(case["id"])["receiptCode"], APPLICANT.number[-4:]).get_json()
    assert stranger["now"] == "已确认"


def test_an_approval_without_an_amount_never_reads_as_an_empty_sum(town: Town, me: Visitor) -> None:
    """A county's own system may leave the amount to its letter."""
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    accept(town, me, case)
    data = {"decision": "approved", "decidedOn": "2026-03-30"}
    with town.units.write() as work:
        apply_event(work, BACKOFFICE, UUID(case["id"]), 1, "case.decided", data)
    found = timeline(me, case)
    assert (found["now"], found["steps"][-1]["text"]) == ("已确认", "同意了申请")
