"""Nobody is stuck: what was given is taken back at the counter, a wish for another way is seen."""

from __future__ import annotations

import io
from typing import Any

from backend.core.access import Role
from backend.core.ids import new_id
from tests.factories import people
from tests.factories.house import ELSEWHERE, VILLAGE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, DAUGHTER, HELPER, HUSBAND
from tests.factories.pictures import corners, jpeg


def signer(desk: Visitor, case: dict[str, Any], who: people.Human) -> dict[str, Any]:
    return dict(member_of(desk.case(case["id"]), who)["signer"])


def test_a_consent_is_taken_back_at_the_counter_long_after_the_sitting(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted()
    token = me.invite(case["id"], member_of(case, HUSBAND)["id"])["token"]
    assert town.consent_by_face(token, HUSBAND).status_code == 201
    town.clock.advance(hours=2)  # his sitting of 15 minutes is over, and he has no log-in
    assert signer(desk, case, HUSBAND)["counts"] is True
    path = f"/consents/{signer(desk, case, HUSBAND)['consentId']}/withdrawal"
    body = {"reason": "本人到窗口要求收回。"}
    assert me.post(path, body).status_code == 404  # nobody takes back another's
    assert town.staff(scope=ELSEWHERE).post(path, body).status_code == 403
    assert town.staff(Role.AUDITOR).post(path, body).status_code == 403
    answer = desk.post(path, body)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "withdrawn")
    assert signer(desk, case, HUSBAND)["counts"] is False


def test_the_desk_sees_who_would_rather_not_show_their_face(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted()
    invited = me.invite(case["id"], member_of(case, HUSBAND)["id"])
    assert signer(desk, case, HUSBAND)["wayWished"] is None
    wish = f"/consent-invitations/{invited['token']}/alternative"
    assert town.client.send("POST", wish, json={"way": "home_visit"}).status_code == 200
    seen = signer(desk, case, HUSBAND)
    assert (seen["wayWished"], seen["invitationId"]) == ("home_visit", invited["invitationId"])


def test_the_township_ends_a_mandate_for_a_principal_without_a_log_in(town: Town) -> None:
    helper = town.citizen(HELPER)
    body = {
        "principalName": APPLICANT.name,
        "principalIdNumber": APPLICANT.number,
        "division": VILLAGE,
    }
    mandate = helper.once("/mandates", body).get_json()
    path = f"/mandates/{mandate['id']}/revocation"
    assert town.staff(scope=ELSEWHERE).post(path).status_code == 403
    assert town.citizen(HUSBAND).post(path).status_code == 404
    ended = town.staff().post(path)
    assert (ended.status_code, ended.get_json()["state"]) == (200, "revoked")


def test_a_child_added_later_needs_its_guardians_consent(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    case = me.case(case["id"])
    assert case["state"] == "submitted"
    items = {"items": [{"path": "/members", "reason": "incomplete", "note": "还有孩子没有写上。"}]}
    path = f"/applications/{case['id']}"
    assert desk.post(f"/staff{path}/correction", items, version=case["version"]).status_code == 200
    version = me.case(case["id"])["version"]
    child = f"{path}/members/{new_id()}"
    assert me.put(child, DAUGHTER.body("30"), version=version).status_code == 200
    assert me.submit(case["id"]).get_json()["state"] == "awaiting_consent"
    town.consent_at_counter(case["id"], member_of(case, APPLICANT)["id"], (desk, town.staff()))
    assert me.case(case["id"])["state"] == "submitted"


def test_two_files_in_one_upload_are_refused_in_words(town: Town) -> None:
    me = town.citizen(APPLICANT)
    photo = [(io.BytesIO(jpeg(corners())), "a.jpg", "image/jpeg") for _ in range(2)]
    form = {"caseId": me.draft()["id"], "slot": "household_register", "file": photo}
    sent = {"token": me.token, "key": str(new_id()), "content_type": "multipart/form-data"}
    answer = town.client.send("POST", "/documents", data=form, **sent)
    assert answer.status_code in {201, 422}  # the first is taken, or neither; never a fault
