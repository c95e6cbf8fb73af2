"""窗口代录: a case for somebody without a phone, filled in and kept by the township; edge
cases 5 (no phone) and 28 (the officer is a relative).
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from backend.applications.models import Application
from backend.applications.rules import MOST_AT_COUNTER
from backend.applications.service import snapshot
from backend.audit.models import AuditRow
from backend.core.access import Role
from backend.core.attempts import AttemptCount
from backend.core.ids import new_id
from tests.factories.house import ELSEWHERE, TOWNSHIP, VILLAGE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON, STRANGER, wages

FILED = {
    "programme": "dibao",
    "division": VILLAGE,
    "area": "urban",
    "name": APPLICANT.name,
    "idNumber": APPLICANT.number,
    "papersSeen": "身份证原件",
    "officerRelated": False,
}


def begin(desk: Visitor, **more: Any) -> dict[str, Any]:
    answer = desk.once("/staff/applications", {**FILED, **more})
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def fill_in(desk: Visitor, case: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Husband, money, promise, every paper: by the doors that an applicant uses."""
    path = f"/applications/{case['id']}"
    husband = HUSBAND.body("11", incomes=wages(100_000))
    added = desk.put(f"{path}/members/{new_id()}", husband, version=case["version"])
    assert added.status_code == 200, added.get_json()
    said = {
        "cashAssetsUnknown": True,
        "truthPromise": {"accepted": True},
        "staffRelatives": [],
        **more,
    }
    changed = desk.patch(path, said, version=added.get_json()["version"])
    assert changed.status_code == 200, changed.get_json()
    desk.papers(changed.get_json())
    return desk.case(case["id"])


def filed(desk: Visitor, **more: Any) -> dict[str, Any]:
    case = fill_in(desk, begin(desk, **more))
    answer = desk.submit(case["id"])
    assert answer.status_code == 200, answer.get_json()
    return desk.case(case["id"])


def accept(desk: Visitor, case_id: str) -> Any:
    version = desk.case(case_id)["version"]
    body = {"personsConfirmed": True}
    return desk.post(f"/staff/applications/{case_id}/acceptance", body, version=version)


def test_edge_case_5_a_person_without_a_phone_has_a_case_like_any_other(town: Town) -> None:
    desk, colleague = town.staff(), town.staff()
    case = begin(desk)
    assert (case["state"], case["atCounter"], case["byHelper"]) == ("draft", True, False)
    assert [(m["name"], m["relation"]) for m in case["members"]] == [(APPLICANT.name, "01")]
    missing = desk.get(f"/applications/{case['id']}/checklist").get_json()["missing"]
    assert ("gap_promise_paper", "/documents/promise_paper") in {
        (gap["code"], gap["path"]) for gap in missing
    }
    case = fill_in(desk, case)
    assert colleague.get(f"/applications/{case['id']}/checklist").get_json()["complete"]
    assert colleague.submit(case["id"]).get_json()["receiptCode"]
    assert desk.case(case["id"])["state"] == "awaiting_consent"
    town.all_consent_at_counter(desk.case(case["id"]))
    assert desk.case(case["id"])["state"] == "submitted"
    answer = accept(town.staff(), case["id"])
    assert (answer.status_code, answer.get_json()["state"]) == (200, "accepted")


def test_the_promise_on_paper_is_wanted_before_it_is_handed_in(town: Town) -> None:
    desk = town.staff()
    case = fill_in(desk, begin(desk))
    papers = desk.get(f"/applications/{case['id']}/documents").get_json()["items"]
    promise = next(one for one in papers if one["slot"] == "promise_paper")
    assert desk.delete(f"/documents/{promise['id']}", version=1).status_code == 204
    refused = desk.submit(case["id"])
    assert refused.status_code == 422
    assert [one["code"] for one in refused.get_json()["errors"]] == ["gap_promise_paper"]
    citizen = town.citizen(STRANGER)
    own = citizen.draft([STRANGER.body("01")])
    assert citizen.upload(own["id"], "promise_paper").status_code == 422, "only at the counter"


def test_it_is_written_down_who_of_the_staff_did_what(town: Town) -> None:
    desk, colleague = town.staff(), town.staff()
    case = fill_in(desk, begin(desk))
    assert colleague.submit(case["id"]).status_code == 200
    with town.units.read() as work:
        row = work.session.scalars(select(Application)).one()
        assert (row.recorded_by, row.handed_in_by) == (desk.id, colleague.id)
        assert row.owner_account_id is None
        assert row.unseal(work.vault, "counter") == {
            "papers_seen": "身份证原件",
            "officer_related": False,
        }
        chain = AuditRow.chain == f"case:{case['id']}"
        done = {(a.action, a.actor_id) for a in work.session.scalars(select(AuditRow).where(chain))}
    assert {("case.created", desk.id), ("case.changed", desk.id)} <= done
    assert ("case.submitted", colleague.id) in done
    steps = desk.get(f"/applications/{case['id']}/timeline").get_json()["steps"]
    assert {step["who"] for step in steps} == {"镇上"}


def test_whoever_proves_to_be_the_person_later_has_the_case(town: Town) -> None:
    desk = town.staff()
    case = filed(desk)
    me = town.citizen(APPLICANT)
    assert me.get(f"/applications/{case['id']}").status_code == 404, "a claim opens nothing"
    town.prove(me)
    assert me.case(case["id"])["state"] == "awaiting_consent"
    assert [one["id"] for one in me.get("/applications").get_json()["items"]] == [case["id"]]
    told = [one["code"] for one in me.get("/me").get_json()["messages"]]
    assert told == ["told_case_submitted", "told_case_begun_at_counter"]


@pytest.mark.parametrize(
    ("role", "scope", "draft", "handed_in"),
    [
        (Role.TOWNSHIP, TOWNSHIP, 200, 200),
        (Role.TOWNSHIP, ELSEWHERE, 403, 403),
        (Role.VILLAGE, VILLAGE, 403, 403),
        (Role.COUNTY, TOWNSHIP[:6], 403, 200),
        (Role.AUDITOR, TOWNSHIP[:4], 403, 200),
    ],
)
def test_who_reads_it(town: Town, role: Role, scope: str, draft: int, handed_in: int) -> None:
    desk, other = town.staff(), town.staff(role, scope)
    case = begin(desk)
    path = f"/applications/{case['id']}"
    assert other.get(path).status_code == draft
    fill_in(desk, case)
    assert desk.submit(case["id"]).status_code == 200
    assert other.get(path).status_code == handed_in


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.TOWNSHIP, ELSEWHERE),
        (Role.VILLAGE, VILLAGE),
        (Role.COUNTY, TOWNSHIP[:6]),
        (Role.CITY, TOWNSHIP[:4]),
        (Role.AUDITOR, TOWNSHIP[:4]),
    ],
)
def test_nobody_else_files_or_changes_it(town: Town, role: Role, scope: str) -> None:
    desk, other = town.staff(), town.staff(role, scope)
    case = begin(desk)
    path, version = f"/applications/{case['id']}", case["version"]
    son = SON.body("20")
    assert other.once("/staff/applications", FILED).status_code == 403
    assert other.patch(path, {"cashAssetsFen": 1}, version=version).status_code == 403
    assert other.put(f"{path}/members/{new_id()}", son, version=version).status_code == 403
    member = case["members"][0]["id"]
    assert other.delete(f"{path}/members/{member}", version=version).status_code == 403
    assert other.upload(case["id"], "promise_paper").status_code == 403
    assert other.once(f"{path}/submission", version=version).status_code == 403
    assert other.post(f"{path}/withdrawal", version=version).status_code == 403
    assert desk.case(case["id"]) == case


def test_a_citizens_own_draft_is_still_no_desks_business(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.draft()
    path = f"/applications/{case['id']}"
    assert desk.get(path).status_code == 403
    assert desk.patch(path, {"cashAssetsFen": 1}, version=case["version"]).status_code == 403
    assert desk.once(f"{path}/submission", version=case["version"]).status_code == 403
    me.papers(case)
    assert me.submit(case["id"]).status_code == 200
    version = me.case(case["id"])["version"]
    assert desk.post(f"{path}/withdrawal", version=version).status_code == 403


def test_a_desk_moves_no_case_out_of_its_own_sight(town: Town) -> None:
    desk = town.staff()
    case = begin(desk)
    path = f"/applications/{case['id']}"
    moved = desk.patch(path, {"division": f"{ELSEWHERE}001"}, version=case["version"])
    assert moved.status_code in {403, 422}
    moved = desk.patch(path, {"division": f"{ELSEWHERE}000"}, version=case["version"])
    assert moved.status_code == 403
    assert desk.case(case["id"])["division"] == VILLAGE


def test_the_person_takes_it_back_by_the_counter(town: Town) -> None:
    desk = town.staff()
    case = filed(desk)
    path = f"/applications/{case['id']}/withdrawal"
    answer = desk.post(path, version=case["version"])
    assert (answer.status_code, answer.get_json()["state"]) == (200, "withdrawn")


def test_a_correction_is_made_at_the_counter_too(town: Town) -> None:
    desk, colleague = town.staff(), town.staff()
    case = filed(desk)
    items = {"items": [{"path": "/members", "reason": "incomplete", "note": "儿子没有写上。"}]}
    path = f"/applications/{case['id']}"
    sent = colleague.post(f"/staff{path}/correction", items, version=case["version"])
    assert sent.status_code == 200
    son = SON.body("20", role="supporter")
    version = desk.case(case["id"])["version"]
    assert desk.put(f"{path}/members/{new_id()}", son, version=version).status_code == 200
    assert desk.submit(case["id"]).status_code == 200


def test_whoever_recorded_it_does_not_accept_it(town: Town) -> None:
    desk, colleague = town.staff(), town.staff()
    case = fill_in(desk, begin(desk))
    assert colleague.submit(case["id"]).status_code == 200
    town.all_consent_at_counter(desk.case(case["id"]))
    for officer in (desk, colleague):
        refused = accept(officer, case["id"])
        assert (refused.status_code, refused.get_json()["code"]) == (409, "accepted_by_recorder")
    assert accept(town.staff(), case["id"]).status_code == 200


def test_edge_case_28_an_officer_who_is_a_relative_says_so_and_decides_nothing(
    town: Town,
) -> None:
    desk = town.staff()
    case = filed(desk, officerRelated=True)
    with town.units.write() as work:  # also where the county lets one officer do both
        work.session.execute(update(Application).values(handed_in_by=None))
    path = f"/staff/applications/{case['id']}"
    version = desk.case(case["id"])["version"]
    refused = desk.post(f"{path}/rejection", {"reason": "不符合。"}, version=version)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "officer_is_relative")
    town.all_consent_at_counter(desk.case(case["id"]))
    refused = accept(desk, case["id"])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "officer_is_relative")


def test_edge_case_28_an_officer_whom_the_household_names_decides_nothing(town: Town) -> None:
    desk, colleague = town.staff(), town.staff()  # both are called 周干事
    relatives = [{"name": "周 干事", "workplace": "虢镇民政办"}]
    case = fill_in(desk, begin(desk), staffRelatives=relatives)
    assert desk.submit(case["id"]).status_code == 200
    town.all_consent_at_counter(desk.case(case["id"]))
    refused = accept(colleague, case["id"])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "officer_is_relative")


def test_edge_case_28_the_county_hears_of_it(town: Town) -> None:
    desk = town.staff()
    case = filed(desk, officerRelated=True)
    with town.units.read() as work:
        row = work.session.scalars(select(Application)).one()
        told = snapshot(work, row)["staffRelatives"]
    assert [one["name"] for one in told] == ["周干事"]
    assert "虢镇" in told[0]["workplace"]
    assert case["staffRelatives"] == [], "what the household said stays what it said"


def test_one_officer_files_so_many_a_day(town: Town) -> None:
    desk = town.staff()
    begin(desk)
    with town.units.write() as work:
        work.session.execute(
            update(AttemptCount)
            .where(AttemptCount.kind == "counter-filing")
            .values(count=MOST_AT_COUNTER)
        )
    refused = desk.once("/staff/applications", FILED)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "counter_too_many_today")
    begin(town.staff())


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"idNumber": "610304196805170021"}, "/idNumber"),
        ({"name": ""}, "/name"),
        ({"papersSeen": ""}, "/papersSeen"),
        ({"officerRelated": None}, "/officerRelated"),
        ({"division": "610304000000"}, "/division"),
        ({"area": "moon"}, "/area"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(town: Town, wrong: dict[str, Any], path: str) -> None:
    desk = town.staff(scope=TOWNSHIP[:6] if "division" in wrong else TOWNSHIP)
    refused = desk.once("/staff/applications", {**FILED, **wrong})
    assert refused.status_code == 422, refused.get_json()
    assert path in [one["path"] for one in refused.get_json()["errors"]]


def test_the_applicant_stays_who_stood_there(town: Town) -> None:
    desk = town.staff()
    case = begin(desk)
    path = f"/applications/{case['id']}/members/{member_of(case, APPLICANT)['id']}"
    refused = desk.put(path, STRANGER.body("01"), version=case["version"])
    assert refused.status_code == 422
    assert refused.get_json()["code"] == "applicant_not_the_principal"


def test_what_others_of_the_family_told_the_counter_stays_theirs(town: Town) -> None:
    """Domain: a family member's figures are shown to that person and to authorised staff."""
    desk, me = town.staff(), town.citizen(APPLICANT)
    case = fill_in(desk, begin(desk))
    husband = member_of(case, HUSBAND)["id"]
    proof = desk.upload(case["id"], "income_proof", husband).get_json()["id"]
    town.prove(me)
    seen = me.case(case["id"])
    assert [(m["figuresHidden"], m["incomes"]) for m in seen["members"]] == [
        (False, []),
        (True, []),
    ]
    assert member_of(desk.case(case["id"]), HUSBAND)["incomes"], "the township sees them"
    papers = me.get(f"/applications/{case['id']}/documents").get_json()["items"]
    assert papers
    assert husband not in {one["memberId"] for one in papers}
    for path in (f"/documents/{proof}", f"/documents/{proof}/content?variant=full"):
        assert me.get(path).status_code == 404
        assert desk.get(path).status_code == 200
    body = {**HUSBAND.body("11"), "work": "casual", "incomes": wages(1)}
    path = f"/applications/{case['id']}/members/{husband}"
    assert me.put(path, body, version=seen["version"]).status_code == 200
    kept = member_of(desk.case(case["id"]), HUSBAND)
    assert (kept["work"], kept["incomes"][0]["amountFen"]) == ("casual", 100_000)
    assert me.submit(case["id"]).status_code == 200
    assert me.case(case["id"])["assessment"] is None or (
        me.case(case["id"])["assessment"]["lines"] == []
    )


def test_who_fills_in_a_case_on_a_phone_sees_what_was_written(town: Town) -> None:
    me = town.citizen(APPLICANT)
    seen = me.draft()
    assert member_of(seen, HUSBAND)["incomes"]
    assert not any(m["figuresHidden"] for m in seen["members"])
