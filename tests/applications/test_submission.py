"""Handing in: what is missing is told at once, the receipt is dated, the amount is reckoned."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from backend.applications.models import Application
from backend.applications.service import facts
from backend.consent.models import ConsentInvitation
from backend.consent.queries import standing
from backend.core.legal_offset import move
from backend.web.models import IdempotentAnswer
from tests.factories import people
from tests.factories.house import Town, draft_body, member_of, signers
from tests.factories.people import APPLICANT, HUSBAND, SON


def assessment(town: Town, case_id: str) -> dict[str, Any]:
    with town.units.read() as work:
        case = work.session.get_one(Application, UUID(case_id))
        return facts(work, case).assessment or {}


def test_an_incomplete_case_is_told_every_gap_at_once(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft(truthPromise=None, staffRelatives=None)
    response = me.submit(case["id"])
    problem = response.get_json()
    assert (response.status_code, problem["code"]) == (422, "application_incomplete")
    assert [(e["path"], e["code"]) for e in problem["errors"]] == [
        ("/truthPromise", "gap_promise"),
        ("/staffRelatives", "gap_staff_relatives"),
        ("/members/0/documents/id_card", "gap_person_document"),
        ("/members/1/documents/id_card", "gap_person_document"),
        ("/documents/household_register", "gap_document"),
    ]
    assert "5" in problem["title"]
    assert APPLICANT.name not in response.get_data(as_text=True)
    assert me.case(case["id"])["state"] == "draft"


def test_the_receipt_is_dated_by_the_legal_clock(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    me.papers(case)
    with town.units.write() as work:
        move(work.session, 8)  # a demo moved statutory time on
    receipt = me.submit(case["id"]).get_json()
    assert receipt["submittedOn"] == "2026-03-10"
    assert receipt["submittedAt"].startswith("2026-03-02T01:00:00")
    assert receipt["state"] == "awaiting_consent"
    assert len(receipt["receiptCode"].replace("-", "")) == 13


def test_late_in_the_evening_it_is_tomorrow_in_china(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    me.papers(case)
    town.clock.advance(hours=15)  # 16:00 UTC is midnight in Beijing
    assert me.submit(case["id"]).get_json()["submittedOn"] == "2026-03-03"


def test_a_double_tap_gets_the_same_receipt(town: Town) -> None:
    me, key = town.citizen(APPLICANT), str(uuid4())
    case = me.draft()
    me.papers(case)
    version = me.case(case["id"])["version"]
    path = f"/applications/{case['id']}/submission"
    first = me.post(path, key=key, version=version)
    town.restart()
    again = me.post(path, key=key, version=version)
    assert first.status_code == again.status_code == 200
    assert first.get_json() == again.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    other = me.once(path, version=first.headers["ETag"])
    assert (other.status_code, other.get_json()["code"]) == (409, "application_not_editable")


def test_a_submission_names_its_version_and_its_key(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    path = f"/applications/{case['id']}/submission"
    assert me.post(path, version=case["version"]).get_json()["code"] == "idempotency_key_missing"
    assert me.once(path).status_code == 428
    assert me.once(path, version=case["version"] + 1).status_code == 412


@pytest.mark.parametrize(
    ("per_head_fen", "outcome", "amount"),
    [
        (60_000, "dibao", 18_600),  # (662 - 600) x 3 = 186 yuan
        (66_199, "dibao", None),
        (66_200, "edge", 0),
        (99_299, "edge", 0),
        (99_300, "none", 0),
    ],
)
def test_the_amount_is_reckoned_and_kept_with_its_inputs(
    town: Town, per_head_fen: int, outcome: str, amount: int | None
) -> None:
    me = town.citizen(APPLICANT)
    income = per_head_fen * 3
    case = me.submitted(members=people.household(fen_a_month=income))
    shown = case["assessment"]
    assert (shown["perHeadFen"], shown["standardFen"]) == (per_head_fen, 66_200)
    assert shown["outcome"] == outcome
    if amount is not None:
        assert shown["amountFenPerMonth"] == amount
    assert all(line["zh"] and line["en"] for line in shown["lines"])
    kept = assessment(town, case["id"])
    assert kept["on"] == "2026-03-02"
    assert kept["inputs"]["members"][1]["incomes"] == [
        {"kind": "wages", "amount_fen": income, "period": "month"}
    ]
    assert len(kept["inputs"]["members"]) == 3
    assert kept["inputs"]["division"] == "610304001001"
    with town.units.read() as work:
        row = work.session.get_one(Application, UUID(case["id"]))
        assert row.policy_version
        assert row.content_hash


def test_one_of_a_household_at_the_edge_may_enter_alone(town: Town) -> None:
    """单人户: the gravely disabled daughter, with the certificate's kind and grade."""
    me = town.citizen(APPLICANT)
    grave = {"kind": "limb", "grade": 1}
    members = people.household(fen_a_month=66_200 * 3)
    members[2] = people.DAUGHTER.body("30", health="disabled", disability=grave)
    case = me.submitted(members=members)
    assert case["members"][2]["disability"] == grave
    shown = case["assessment"]
    assert (shown["outcome"], shown["amountFenPerMonth"]) == ("edge", 0)
    assert shown["singlePersons"] == [{"number": 3, "amountFenPerMonth": 66_200}]
    assert any("李小梅残疾重" in line["zh"] for line in shown["lines"])
    assert assessment(town, case["id"])["inputs"]["members"][2]["disability"] == grave


def test_a_certificate_of_somebody_who_is_well_is_asked_about(town: Town) -> None:
    me = town.citizen(APPLICANT)
    odd = APPLICANT.body("01", health="good", disability={"kind": "limb", "grade": 1})
    refused = me.once("/applications", draft_body([odd]))
    assert refused.status_code == 422
    assert [(e["path"], e["code"]) for e in refused.get_json()["errors"]] == [
        ("/members/0/disability", "disability_without_health")
    ]


def test_where_no_standard_is_known_the_staff_reckon(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted(division="530102001001")
    assert case["state"] == "submitted" or case["state"] == "awaiting_consent"
    assert case["assessment"] is None
    assert case["receiptCode"]


def test_a_kind_of_income_that_does_not_exist_is_named_in_its_place(town: Town) -> None:
    me = town.citizen(APPLICANT)
    odd = [{"kind": "treasure", "amountFen": 100, "period": "month"}]
    members = [
        SON.body("20", role="supporter"),
        APPLICANT.body("01"),
        HUSBAND.body("11", incomes=odd),
    ]
    case = me.draft(members)
    me.papers(case)
    listed = me.get(f"/applications/{case['id']}/checklist").get_json()
    assert [(gap["path"], gap["code"]) for gap in listed["missing"]] == [
        ("/members/2/incomes/0/kind", "kind_unknown")
    ]
    lacking = {step["code"]: step["missing"] for step in listed["sections"]}
    assert lacking == {"household": 0, "money": 1, "photos": 0, "promise": 0, "relatives": 0}
    response = me.submit(case["id"])
    assert (response.status_code, response.get_json()["code"]) == (422, "application_incomplete")
    assert [(e["path"], e["code"]) for e in response.get_json()["errors"]] == [
        ("/members/2/incomes/0/kind", "kind_unknown")
    ]


def test_everybody_who_must_sign_is_listed_and_awaited(town: Town) -> None:
    case = town.citizen(APPLICANT).submitted()
    assert case["state"] == "awaiting_consent"
    assert {m["name"]: m["signer"]["capacity"] for m in signers(case)} == {
        "王秀英": "adult_member",
        "李建国": "adult_member",
        "李志强": "legal_supporter",
    }
    assert {m["signer"]["state"] for m in signers(case)} == {"not_invited"}


def test_consents_before_the_submission_count(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft([APPLICANT.body("01")])
    token = me.invite(case["id"], case["members"][0]["id"])["token"]
    assert town.consent_by_face(token, APPLICANT).get_json()["counts"] is True
    me.papers(case)
    assert me.submit(case["id"]).get_json()["state"] == "submitted"


def test_the_last_consent_moves_the_case_on_by_itself(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted()
    for n, who in enumerate((APPLICANT, HUSBAND, SON)):
        assert me.case(case["id"])["state"] == "awaiting_consent"
        token = me.invite(case["id"], member_of(case, who)["id"])["token"]
        assert town.consent_by_face(token, who).status_code == 201, n
    found = me.case(case["id"])
    assert found["state"] == "submitted"
    assert all(m["signer"]["counts"] for m in signers(found))
    codes = [m["code"] for m in me.get("/me").get_json()["messages"]]
    assert codes == ["told_case_news", "told_case_submitted"]


def test_a_face_that_somebody_must_look_at_moves_it_on_when_it_was_looked_at(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted(members=[APPLICANT.body("01")])
    token = me.invite(case["id"], case["members"][0]["id"])["token"]
    assert town.consent_by_face(token, APPLICANT, 0.45).get_json()["counts"] is False
    assert me.case(case["id"])["state"] == "awaiting_consent"
    [review] = desk.get("/staff/face-reviews").get_json()["items"]
    answer = desk.post(
        f"/staff/face-reviews/{review['id']}/acceptance",
        {"reason": "是同一个人。"},
        version=review["version"],
    )
    assert answer.status_code == 200, answer.get_json()
    assert me.case(case["id"])["state"] == "submitted"


def test_a_withdrawn_consent_brings_the_case_back_and_is_told(town: Town) -> None:
    me, son = town.citizen(APPLICANT), town.citizen(SON)
    case = me.submitted()
    town.all_consent_at_counter(case)
    assert me.case(case["id"])["state"] == "submitted"
    town.prove(son)
    with town.units.read() as work:
        found = {str(s.member_id): s for s in standing(work, UUID(case["id"]))}
    consent = found[member_of(case, SON)["id"]].consent_id
    assert son.post(f"/consents/{consent}/withdrawal", {"reason": None}).status_code == 200
    back = me.case(case["id"])
    assert back["state"] == "awaiting_consent"
    assert member_of(back, SON)["signer"]["state"] == "withdrawn"
    assert member_of(back, SON)["signer"]["counts"] is False
    assert me.get("/me").get_json()["messages"][0]["code"] == "told_case_news"


def test_a_refusal_keeps_the_case_waiting_and_is_told(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.submitted()
    token = me.invite(case["id"], member_of(case, SON)["id"])["token"]
    refused = town.refuse(token, SON)
    assert refused.status_code == 200, refused.get_json()
    found = me.case(case["id"])
    assert found["state"] == "awaiting_consent"
    assert member_of(found, SON)["signer"]["state"] == "refused"
    assert me.get("/me").get_json()["messages"][0]["code"] == "told_case_news"


def test_correction_and_resubmission_keep_the_receipt_and_the_consents(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted()
    town.all_consent_at_counter(case)
    before = me.case(case["id"])
    items = [
        {"path": "/members/0/documents/id_card", "reason": "incomplete", "note": "反面没拍到。"},
        {"path": "/cashAssetsFen", "reason": "wrong", "note": "存款请再核对。"},
    ]
    path = f"/applications/{case['id']}"
    asked = desk.post(f"/staff{path}/correction", {"items": items}, version=before["version"])
    assert asked.status_code == 200, asked.get_json()
    back = me.case(case["id"])
    assert (back["state"], back["correction"]) == ("correction_requested", items)
    town.clock.advance(days=3)
    changed = me.patch(path, {"cashAssetsFen": 600_000}, version=back["version"]).get_json()
    again = me.once(f"{path}/submission", version=changed["version"]).get_json()
    assert again["state"] == "submitted"
    assert again["receiptCode"] == before["receiptCode"]
    assert again["submittedOn"] == "2026-03-05"
    after = me.case(case["id"])
    assert after["correction"] is None
    assert all(m["signer"]["counts"] for m in signers(after))


def test_a_signer_added_in_a_correction_is_the_only_one_asked(town: Town) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted()
    town.all_consent_at_counter(case)
    version = me.case(case["id"])["version"]
    path = f"/applications/{case['id']}"
    item = {"path": "/members", "reason": "incomplete", "note": "还有一个儿子没填。"}
    desk.post(f"/staff{path}/correction", {"items": [item]}, version=version)
    other = people.Human("李志远", SON.born.replace(year=1993), people.MALE)
    version = me.case(case["id"])["version"]
    added = me.put(
        f"{path}/members/{uuid4()}", other.body("20", role="supporter"), version=version
    ).get_json()
    assert me.once(f"{path}/submission", version=added["version"]).get_json()["state"] == (
        "awaiting_consent"
    )
    waiting = [m["name"] for m in signers(me.case(case["id"])) if not m["signer"]["counts"]]
    assert waiting == ["李志远"]


def test_a_consent_never_becomes_another_persons(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    son = member_of(case, SON)["id"]
    token = me.invite(case["id"], son)["token"]
    assert town.consent_by_face(token, SON).status_code == 201
    other = people.Human("李志远", SON.born.replace(year=1993), people.MALE)
    version = me.case(case["id"])["version"]
    path = f"/applications/{case['id']}/members/{son}"
    response = me.put(path, other.body("20", role="supporter"), version=version)
    assert (response.status_code, response.get_json()["code"]) == (409, "signer_invited")
    same = me.put(path, SON.body("20", role="supporter", work="employed"), version=version)
    assert same.status_code == 200
    assert member_of(same.get_json(), SON)["signer"]["counts"] is True


def test_who_need_not_sign_cannot_be_invited(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    for member in (member_of(case, people.DAUGHTER)["id"], str(uuid4())):
        response = me.once(f"/applications/{case['id']}/consent-invitations", {"memberId": member})
        assert (response.status_code, response.get_json()["code"]) == (422, "not_a_signer")


def test_an_invitation_is_a_link_whose_token_lies_in_no_answer_that_is_kept(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    found = me.invite(case["id"], member_of(case, HUSBAND)["id"])
    assert len(found["token"]) <= 32
    assert found["link"].endswith(f"?t={found['token']}")
    assert found["qrPath"].startswith("/api/v1/consent-invitations/")
    with town.units.read() as work:
        kept = work.session.scalars(select(IdempotentAnswer)).all()
        opened = [work.vault.open("idempotent_answers", "body", row.id, row.body) for row in kept]
    assert not any(found["token"] in body for body in opened)  # not even sealed
    again = me.invite(case["id"], member_of(case, HUSBAND)["id"])
    assert town.client.send("GET", f"/consent-invitations/{found['token']}").status_code == 409
    assert town.client.send("GET", f"/consent-invitations/{again['token']}").status_code == 200


def test_a_guardian_signs_for_the_minors(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    me.invite(case["id"], member_of(case, APPLICANT)["id"])
    with town.units.read() as work:
        row = work.session.scalars(select(ConsentInvitation)).one()
        assert row.wards == [member_of(case, people.DAUGHTER)["id"]]
        assert row.content_hash
