"""A helper and a principal: the mandate's life, who may do what in it, and what it opens."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from backend.core.access import Role
from backend.core.transitions import IllegalMove, next_state
from backend.identity.models import InboxMessage
from backend.identity.states import MOVES, MandateState
from tests.factories import people
from tests.factories.house import ELSEWHERE, VILLAGE, Town, Visitor, draft_body

S = MandateState
LEGAL = {
    ("add_paper", S.AWAITING_PAPER): S.SUBMITTED,
    ("add_paper", S.SUBMITTED): S.SUBMITTED,
    ("add_paper", S.REFUSED): S.SUBMITTED,
    ("accept", S.SUBMITTED): S.ACTIVE,
    ("refuse", S.SUBMITTED): S.REFUSED,
    ("revoke", S.AWAITING_PAPER): S.REVOKED,
    ("revoke", S.SUBMITTED): S.REVOKED,
    ("revoke", S.ACTIVE): S.REVOKED,
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", sorted(MOVES))
def test_every_state_and_action(state: MandateState, action: str) -> None:
    wanted = LEGAL.get((action, state))
    if wanted is None:
        with pytest.raises(IllegalMove):
            next_state(MOVES, state, action)
    else:
        assert next_state(MOVES, state, action) is wanted


def begun(helper: Visitor, who: people.Human = people.APPLICANT) -> dict[str, Any]:
    body = {
        "principalName": who.name,
        "principalIdNumber": who.number,
        "division": VILLAGE,
    }
    response = helper.once("/mandates", body)
    assert response.status_code == 201, response.get_json()
    return dict(response.get_json())


def active(town: Town, helper: Visitor) -> dict[str, Any]:
    mandate = begun(helper)
    assert helper.upload(mandate["id"], "mandate_paper").status_code == 201
    decided = decide(town.staff(), mandate["id"], state_of(helper, mandate["id"])["version"])
    assert decided.status_code == 200, decided.get_json()
    return dict(decided.get_json())


def decide(desk: Visitor, mandate_id: str, version: int | None, how: str = "acceptance") -> Any:
    body = {"reason": "委托书清楚,双方认识。"}
    return desk.post(f"/staff/mandates/{mandate_id}/{how}", body, version=version)


def state_of(visitor: Visitor, mandate_id: str) -> dict[str, Any]:
    items = visitor.get("/mandates").get_json()["items"]
    return dict(next(m for m in items if m["id"] == mandate_id))


def told(town: Town) -> list[str]:
    with town.units.read() as work:
        return list(work.session.scalars(select(InboxMessage.code).order_by(InboxMessage.id)))


def helper_draft(helper: Visitor, mandate_id: str) -> Any:
    return helper.once("/applications", draft_body(mandateId=mandate_id))


def test_a_paper_a_look_and_the_helper_may_act_until_it_is_taken_back(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    assert mandate["state"] == "active"
    case = helper_draft(helper, mandate["id"]).get_json()
    helper.papers(case)
    assert helper.submit(case["id"]).status_code == 200
    assert helper.case(case["id"])["byHelper"] is True
    assert told(town) == [
        "told_mandate_submitted_helper",
        "told_mandate_submitted_principal",
        "told_mandate_active_helper",
        "told_mandate_active_principal",
        "told_case_begun_for_you",
        "told_case_begun_for_you",
        "told_case_submitted",
        "told_case_submitted",
    ]


def test_the_principal_reads_after_proof_and_takes_it_back(town: Town) -> None:
    helper, principal = town.citizen(people.HELPER), town.citizen(people.APPLICANT)
    mandate = active(town, helper)
    case = helper_draft(helper, mandate["id"]).get_json()
    assert principal.get("/mandates").get_json()["items"] == []
    assert principal.post(f"/mandates/{mandate['id']}/revocation").status_code == 404
    assert principal.get("/me").get_json()["messages"] == []
    town.prove(principal)
    assert [m["id"] for m in principal.get("/mandates").get_json()["items"]] == [mandate["id"]]
    assert len(principal.get("/me").get_json()["messages"]) == 3
    assert principal.case(case["id"])["state"] == "draft"
    gone = principal.post(f"/mandates/{mandate['id']}/revocation")
    assert gone.get_json()["state"] == "revoked"
    assert told(town)[-2:] == ["told_mandate_revoked_helper", "told_mandate_revoked_principal"]


def test_who_acts_for_several_is_told_whose_each_case_is(town: Town) -> None:
    helper, principal = town.citizen(people.HELPER), town.citizen(people.APPLICANT)
    mandate = active(town, helper)
    own = helper.once("/applications", draft_body(members=[])).get_json()
    other = helper_draft(helper, mandate["id"]).get_json()
    town.prove(principal)
    assert whose(helper) == {
        own["id"]: (None, None),
        other["id"]: (mandate["id"], people.APPLICANT.name),
    }
    assert whose(principal) == {other["id"]: (mandate["id"], None)}
    assert helper.case(other["id"])["principalName"] == people.APPLICANT.name
    assert principal.case(other["id"])["principalName"] is None
    assert [state_of(v, mandate["id"])["held"] for v in (helper, principal)] == [True, False]


def whose(visitor: Visitor) -> dict[str, Any]:
    items = visitor.get("/applications").get_json()["items"]
    return {one["id"]: (one["mandateId"], one["principalName"]) for one in items}


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_an_ended_mandate_ends_everything_the_helper_could_do(town: Town, end: str) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    case = helper_draft(helper, mandate["id"]).get_json()
    helper.papers(case)
    if end == "revoked":
        assert helper.post(f"/mandates/{mandate['id']}/revocation").status_code == 200
    else:
        town.clock.advance(days=366)
        helper = town.citizen(people.HELPER, claims=False)
    assert state_of(helper, mandate["id"])["ended"] is True
    path, version = f"/applications/{case['id']}", case["version"]
    member = case["members"][0]["id"]
    tries = [
        helper_draft(helper, mandate["id"]),
        helper.patch(path, {"area": "rural"}, version=version),
        helper.put(f"{path}/members/{uuid4()}", people.STRANGER.body("99"), version=version),
        helper.delete(f"{path}/members/{case['members'][3]['id']}", version=version),
        helper.once(f"{path}/submission", version=version),
        helper.post(f"{path}/withdrawal", version=version),
        helper.once(f"{path}/consent-invitations", {"memberId": member}),
        helper.upload(case["id"], "household_register"),
    ]
    assert [(t.status_code, t.get_json()["code"]) for t in tries] == [
        *[(409, "mandate_not_active")] * 7,
        (409, "documents_closed"),
    ]


def test_who_lost_the_mandate_sees_no_more_of_the_case(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    case = helper_draft(helper, mandate["id"]).get_json()
    own = helper.draft([people.HELPER.body("01")])
    assert len(helper.get("/applications").get_json()["items"]) == 2
    assert helper.post(f"/mandates/{mandate['id']}/revocation").status_code == 200
    assert [c["id"] for c in helper.get("/applications").get_json()["items"]] == [own["id"]]
    for path in ("", "/checklist", "/timeline"):
        assert helper.get(f"/applications/{case['id']}{path}").status_code == 404
    principal = town.citizen(people.APPLICANT)
    town.prove(principal)
    assert principal.get(f"/applications/{case['id']}").status_code == 200


def test_the_last_day_of_a_mandate_still_counts(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    town.clock.advance(days=365)
    helper = town.citizen(people.HELPER, claims=False)
    assert helper_draft(helper, mandate["id"]).status_code == 201


def test_a_mandate_that_nobody_checked_opens_nothing(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = begun(helper)
    assert helper_draft(helper, mandate["id"]).get_json()["code"] == "mandate_not_active"


def test_anothers_mandate_does_not_exist(town: Town) -> None:
    mandate = active(town, town.citizen(people.HELPER))
    stranger = town.citizen(people.STRANGER)
    assert stranger.post(f"/mandates/{mandate['id']}/revocation").status_code == 404
    assert stranger.upload(mandate["id"], "mandate_paper").status_code == 404
    assert helper_draft(stranger, mandate["id"]).get_json()["code"] == "mandate_not_active"
    assert stranger.get("/mandates").get_json()["items"] == []
    assert stranger.post(f"/mandates/{uuid4()}/revocation").status_code == 404


def test_a_mandate_is_for_its_principal_only(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    body = draft_body([people.STRANGER.body("01")], mandateId=mandate["id"])
    response = helper.once("/applications", body)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["path"] == "/members/0/idNumber"


def test_without_a_paper_nothing_can_be_decided(town: Town) -> None:
    mandate = begun(town.citizen(people.HELPER))
    response = decide(town.staff(), mandate["id"], mandate["version"])
    assert (response.status_code, response.get_json()["code"]) == (409, "mandate_paper_missing")


def test_a_refused_paper_can_be_handed_in_again(town: Town) -> None:
    helper, desk = town.citizen(people.HELPER), town.staff()
    mandate = begun(helper)
    helper.upload(mandate["id"], "mandate_paper")
    version = state_of(helper, mandate["id"])["version"]
    refused = decide(desk, mandate["id"], version, "rejection").get_json()
    assert (refused["state"], refused["reason"]) == ("refused", "委托书清楚,双方认识。")
    assert helper.upload(mandate["id"], "mandate_paper").status_code == 201
    again = state_of(helper, mandate["id"])
    assert (again["state"], again["reason"]) == ("submitted", None)


def test_a_mandate_takes_its_signed_paper_and_nothing_else(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = begun(helper)
    for slot in ("other", "id_card", "wish_photo"):
        answer = helper.upload(mandate["id"], slot)
        assert answer.status_code == 422
        assert [(e["path"], e["code"]) for e in answer.get_json()["errors"]] == [
            ("/slot", "slot_unknown")
        ]
    assert state_of(helper, mandate["id"])["state"] == mandate["state"]


def test_a_paper_of_an_active_mandate_cannot_be_changed(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    assert helper.upload(mandate["id"], "mandate_paper").get_json()["code"] == "documents_closed"
    assert state_of(helper, mandate["id"])["state"] == "active"


def test_decisions_name_the_version_they_were_made_on(town: Town) -> None:
    helper, desk = town.citizen(people.HELPER), town.staff()
    mandate = begun(helper)
    helper.upload(mandate["id"], "mandate_paper")
    version = state_of(helper, mandate["id"])["version"]
    assert decide(desk, mandate["id"], None).status_code == 428
    assert decide(desk, mandate["id"], version + 1).status_code == 412
    assert decide(desk, mandate["id"], version).status_code == 200
    again = decide(desk, mandate["id"], state_of(helper, mandate["id"])["version"])
    assert (again.status_code, again.get_json()["code"]) == (409, "move_not_possible")


def test_a_revoked_mandate_cannot_be_revoked_again(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    mandate = active(town, helper)
    path = f"/mandates/{mandate['id']}/revocation"
    assert helper.post(path).status_code == 200
    assert (helper.post(path).status_code, helper.post(path).get_json()["code"]) == (
        409,
        "move_not_possible",
    )


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.TOWNSHIP, ELSEWHERE, 403),
        (Role.COUNTY, "610304", 403),
        (Role.AUDITOR, "6103", 403),
        (Role.VILLAGE, VILLAGE, 403),
        (Role.TOWNSHIP, "610304001", 200),
    ],
)
def test_only_the_township_of_the_place_decides(
    town: Town, role: Role, scope: str, status: int
) -> None:
    helper = town.citizen(people.HELPER)
    mandate = begun(helper)
    helper.upload(mandate["id"], "mandate_paper")
    version = state_of(helper, mandate["id"])["version"]
    assert decide(town.staff(role, scope), mandate["id"], version).status_code == status


def test_mandates_to_check_are_those_of_the_place(town: Town) -> None:
    helper = town.citizen(people.HELPER)
    waiting, other = begun(helper), begun(helper, people.STRANGER)
    helper.upload(waiting["id"], "mandate_paper")
    here = town.staff().get("/staff/mandates").get_json()["items"]
    assert [m["id"] for m in here] == [waiting["id"]]
    assert town.staff(scope=ELSEWHERE).get("/staff/mandates").get_json()["items"] == []
    assert other["state"] == "awaiting_paper"


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"division": "610304999999"}, "/division", "division_unknown"),
        ({"division": "610304000000"}, "/division", "division_too_wide"),
        ({"division": "61030400100"}, "/division", "division_unknown"),
        ({"principalName": "王1"}, "/principalName", "name_invalid"),
        ({"principalIdNumber": people.HELPER.number}, "/principalIdNumber", "mandate_for_oneself"),
        ({"until": "2030-01-01"}, "/until", "field_unknown"),
    ],
)
def test_a_wrong_mandate_is_named(town: Town, change: dict[str, str], path: str, code: str) -> None:
    body = {
        "principalName": people.APPLICANT.name,
        "principalIdNumber": people.APPLICANT.number,
        "division": VILLAGE,
        **change,
    }
    response = town.citizen(people.HELPER).once("/mandates", body)
    assert response.status_code == 422, response.get_json()
    assert [(e["path"], e["code"]) for e in response.get_json()["errors"]] == [(path, code)]


def test_somebody_unknown_cannot_be_a_helper(town: Town) -> None:
    body = {
        "principalName": people.APPLICANT.name,
        "principalIdNumber": people.APPLICANT.number,
        "division": VILLAGE,
    }
    response = town.citizen("wang").once("/mandates", body)
    assert (response.status_code, response.get_json()["code"]) == (409, "identity_missing")
