"""The desk over HTTP: what waits for whom, notes, counter consents by two, face reviews."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from backend.core.access import Role
from tests.factories.house import ELSEWHERE, TOWNSHIP, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON, STRANGER

ALONE = [APPLICANT.body("01")]


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_the_worklist_is_the_desks_own_first_submitted_first(town: Town, me: Visitor) -> None:
    late, early, there = me.draft(ALONE), me.draft(ALONE), me.draft(ALONE, division="610304101001")
    for case in (early, late, there):
        me.papers(case)
        assert me.submit(case["id"]).status_code == 200
        town.clock.advance(minutes=1)
    desk = town.staff()
    page = desk.get("/staff/worklist").get_json()
    assert ids(page) == [early["id"], late["id"]]
    assert {i["applicantName"] for i in page["items"]} == {APPLICANT.name}
    assert ids(town.staff(scope=ELSEWHERE).get("/staff/worklist").get_json()) == [there["id"]]
    assert len(ids(town.staff(scope="610304").get("/staff/worklist").get_json())) == 3
    first = desk.get("/staff/worklist?limit=1").get_json()
    second = desk.get(f"/staff/worklist?limit=1&cursor={first['nextCursor']}").get_json()
    assert ids(first) + ids(second) == [early["id"], late["id"]]
    assert second["nextCursor"] is None


def test_the_worklist_by_state(town: Town, me: Visitor) -> None:
    case = me.submitted(members=ALONE)
    desk = town.staff()
    for state, found in (("awaiting_consent", 1), ("submitted", 0), ("accepted", 0)):
        assert len(ids(desk.get(f"/staff/worklist?state={state}").get_json())) == found
    town.all_consent_at_counter(case)
    assert len(ids(desk.get("/staff/worklist?state=submitted").get_json())) == 1
    assert desk.get("/staff/worklist?state=draft").status_code == 422
    assert desk.get("/staff/worklist?state=nonsense").status_code == 422


@pytest.mark.parametrize("cursor", ["x", "WyJhIiwiYiJd", "bnVsbA"])
def test_a_cursor_of_ones_own_making_is_refused(town: Town, cursor: str) -> None:
    response = town.staff().get(f"/staff/worklist?cursor={cursor}")
    assert (response.status_code, response.get_json()["code"]) == (422, "cursor_invalid")


@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY, Role.AUDITOR, Role.VILLAGE])
def test_the_desk_is_the_townships(town: Town, role: Role) -> None:
    officer = town.staff(role, TOWNSHIP)
    for path in ("worklist", "face-reviews", "mandates", "counter-consents"):
        assert officer.get(f"/staff/{path}").status_code == 403


def record(town: Town, desk: Visitor, case: dict[str, Any], invitation: str) -> Any:
    body = {"invitationId": invitation, "papersSeen": "身份证原件", "reason": "没有手机。"}
    return desk.once(f"/staff/applications/{case['id']}/counter-consents", body)


def confirm(desk: Visitor, record_id: str) -> Any:
    return desk.once(f"/staff/counter-consents/{record_id}/confirmation")


def test_a_counter_consent_needs_two_different_people(town: Town, me: Visitor) -> None:
    case = me.submitted(members=ALONE)
    first, second = town.staff(), town.staff()
    invitation = first.invite(case["id"], case["members"][0]["id"])["invitationId"]
    taken = record(town, first, case, invitation)
    assert (taken.status_code, taken.get_json()["state"]) == (201, "recorded")
    assert me.case(case["id"])["state"] == "awaiting_consent"
    alone = confirm(first, taken.get_json()["id"])
    assert (alone.status_code, alone.get_json()["code"]) == (409, "same_witness")
    assert confirm(town.staff(scope=ELSEWHERE), taken.get_json()["id"]).status_code == 403
    done = confirm(second, taken.get_json()["id"])
    assert done.status_code == 200, done.get_json()
    found = me.case(case["id"])
    assert found["state"] == "submitted"
    signer = found["members"][0]["signer"]
    assert (signer["capacity"], signer["state"], signer["counts"]) == (
        "adult_member",
        "given",
        True,
    )
    again = confirm(second, taken.get_json()["id"])
    assert again.status_code == 409
    more = record(town, first, case, invitation)
    assert (more.status_code, more.get_json()["code"]) == (409, "consent_already_given")


def test_an_invitation_of_another_case_is_not_taken_here(town: Town, me: Visitor) -> None:
    mine = me.submitted(members=ALONE)
    other = town.citizen(STRANGER).submitted(members=[STRANGER.body("01")])
    desk = town.staff()
    invitation = desk.invite(other["id"], other["members"][0]["id"])["invitationId"]
    response = record(town, desk, mine, invitation)
    assert (response.status_code, response.get_json()["code"]) == (404, "invitation_not_found")
    assert record(town, desk, mine, str(uuid4())).status_code == 404
    assert record(town, town.staff(scope=ELSEWHERE), mine, invitation).status_code == 403
    assert confirm(desk, str(uuid4())).status_code == 404


def test_notes_are_the_townships_of_the_place(town: Town, me: Visitor) -> None:
    case = me.submitted(members=ALONE)
    path = f"/staff/applications/{case['id']}/note"
    assert town.staff().once(path, {"text": "电话联系过。"}).status_code == 201
    assert town.staff(scope=ELSEWHERE).once(path, {"text": "看看。"}).status_code == 403
    assert me.once(path, {"text": "我。"}).status_code == 403
    assert town.staff().once(path, {"text": ""}).status_code == 422
    assert town.staff().once(path, {"text": "长" * 1001}).status_code == 422
    assert town.staff().post(path, {"text": "没有编号。"}).status_code == 400
    gone = town.staff().once(f"/staff/applications/{uuid4()}/note", {"text": "谁?"})
    assert gone.status_code == 404


def test_colleagues_read_the_notes_the_newest_first(town: Town, me: Visitor) -> None:
    case, other = me.submitted(members=ALONE), me.submitted(members=ALONE)
    desk = town.staff()
    for about, said in ((case, "电话联系过。"), (other, "别的事。"), (case, "周三上门。")):
        assert desk.once(f"/staff/applications/{about['id']}/note", {"text": said}).status_code
    path = f"/staff/applications/{case['id']}/notes"
    page = town.staff().get(path).get_json()
    assert [(note["text"], note["by"]) for note in page["items"]] == [
        ("周三上门。", "周干事"),
        ("电话联系过。", "周干事"),
    ]
    first = desk.get(f"{path}?limit=1").get_json()
    second = desk.get(f"{path}?limit=1&cursor={first['nextCursor']}").get_json()
    assert ids(first) + ids(second) == ids(page)
    assert town.staff(scope=ELSEWHERE).get(path).status_code in (403, 404)
    assert me.get(path).status_code == 403
    assert desk.get(f"/staff/applications/{uuid4()}/notes").status_code == 404


def test_the_second_witness_finds_what_waits(town: Town, me: Visitor) -> None:
    case = me.submitted(members=ALONE)
    first, second = town.staff(), town.staff()
    member = case["members"][0]["id"]
    invitation = first.invite(case["id"], member)["invitationId"]
    taken = record(town, first, case, invitation).get_json()["id"]
    (seen,) = second.get("/staff/counter-consents").get_json()["items"]
    assert (seen["id"], seen["caseId"], seen["memberId"]) == (taken, case["id"], member)
    assert (seen["recordedBy"], seen["byMe"]) == ("周干事", False)
    assert (seen["papersSeen"], seen["reason"]) == ("身份证原件", "没有手机。")
    (own,) = first.get("/staff/counter-consents").get_json()["items"]
    assert own["byMe"]
    assert town.staff(scope=ELSEWHERE).get("/staff/counter-consents").get_json()["items"] == []
    assert confirm(second, taken).status_code == 200
    assert second.get("/staff/counter-consents").get_json()["items"] == []


def test_a_record_whose_link_was_replaced_waits_for_nobody(town: Town, me: Visitor) -> None:
    case = me.submitted(members=ALONE)
    desk, member = town.staff(), case["members"][0]["id"]
    record(town, desk, case, desk.invite(case["id"], member)["invitationId"])
    desk.invite(case["id"], member)
    assert desk.get("/staff/counter-consents").get_json()["items"] == []


def test_the_mandates_of_a_place_by_state(town: Town) -> None:
    desk = town.staff()
    for state in ("submitted", "active", "refused", "revoked"):
        assert desk.get(f"/staff/mandates?state={state}").status_code == 200
    for state in ("awaiting_paper", "nonsense", ""):
        assert desk.get(f"/staff/mandates?state={state}").status_code == 422


def under_review(town: Town, me: Visitor) -> tuple[dict[str, Any], dict[str, Any]]:
    case = me.submitted(members=[APPLICANT.body("01"), HUSBAND.body("11")])
    token = me.invite(case["id"], member_of(case, HUSBAND)["id"])["token"]
    assert town.consent_by_face(token, HUSBAND, 0.45).status_code == 201
    [review] = town.staff().get("/staff/face-reviews").get_json()["items"]
    return case, review


def decide(desk: Visitor, review: dict[str, Any], how: str, version: int | None) -> Any:
    path = f"/staff/face-reviews/{review['id']}/{how}"
    return desk.post(path, {"reason": "比对过照片。"}, version=version)


def test_a_face_that_is_unsure_is_looked_at_and_counts(town: Town, me: Visitor) -> None:
    case, review = under_review(town, me)
    desk = town.staff()
    assert review["caseId"] == case["id"]
    pictures = desk.get(f"/staff/face-reviews/{review['id']}/pictures").get_json()
    assert pictures["reference"]
    assert len(pictures["frames"]) >= 1
    assert decide(desk, review, "acceptance", None).status_code == 428
    assert decide(desk, review, "acceptance", review["version"] + 1).status_code == 412
    done = decide(desk, review, "acceptance", review["version"])
    assert (done.status_code, done.get_json()["state"]) == (200, "accepted")
    assert member_of(me.case(case["id"]), HUSBAND)["signer"]["counts"] is True
    again = decide(desk, review, "rejection", done.get_json()["version"])
    assert (again.status_code, again.get_json()["code"]) == (409, "move_not_possible")
    assert desk.get(f"/staff/face-reviews/{review['id']}/pictures").status_code == 404
    assert desk.get("/staff/face-reviews").get_json()["items"] == []


def test_a_face_that_is_not_the_one_does_not_count(town: Town, me: Visitor) -> None:
    case, review = under_review(town, me)
    done = decide(town.staff(), review, "rejection", review["version"])
    assert (done.status_code, done.get_json()["state"]) == (200, "rejected")
    signer = member_of(me.case(case["id"]), HUSBAND)["signer"]
    assert (signer["counts"], signer["state"]) == (False, "open")


def test_reviews_are_those_of_the_place(town: Town, me: Visitor) -> None:
    _, review = under_review(town, me)
    other = town.staff(scope=ELSEWHERE)
    assert other.get("/staff/face-reviews").get_json()["items"] == []
    assert other.get(f"/staff/face-reviews/{review['id']}/pictures").status_code == 403
    assert decide(other, review, "acceptance", review["version"]).status_code == 403
    assert decide(town.staff(), {"id": str(uuid4())}, "acceptance", 1).status_code == 404


def test_the_township_invites_and_adds_papers_for_whoever_has_no_phone(
    town: Town, me: Visitor
) -> None:
    case = me.submitted(members=[APPLICANT.body("01"), SON.body("20", role="supporter")])
    desk = town.staff()
    assert desk.invite(case["id"], member_of(case, SON)["id"])["token"]
    assert desk.upload(case["id"], "household_register").status_code == 201
    assert town.staff(scope=ELSEWHERE).upload(case["id"], "id_card").status_code == 403
