"""What the township decides: acceptance with its clock, correction, rejection, notes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.applications import queries
from backend.applications.models import Application
from backend.audit import service as audit
from backend.audit.models import AuditRow
from backend.consent.queries import standing
from backend.forwarding.models import CaseSnapshot
from backend.identity.models import Account
from backend.policy.queries import rules_for
from backend.relay.models import OutboxRow
from tests.factories.house import Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def ready(town: Town, me: Visitor) -> dict[str, Any]:
    """A case whose signers all consented at the counter."""
    case = me.submitted()
    town.all_consent_at_counter(case)
    return me.case(case["id"])


def accept(
    desk: Visitor,
    case: dict[str, Any],
    *,
    confirmed: bool = False,
    account: bool = False,
    **more: Any,
) -> Any:
    body = {"personsConfirmed": confirmed, "accountConfirmed": account}
    more.setdefault("version", case["version"])
    return desk.post(f"/staff/applications/{case['id']}/acceptance", body, **more)


def test_acceptance_starts_the_clock_and_forwards_the_case(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    response = accept(town.staff(), ready)
    assert response.status_code == 200, response.get_json()
    case = response.get_json()
    assert response.headers["ETag"] == f'"{case["version"]}"'
    assert (case["state"], case["acceptedOn"]) == ("accepted", "2026-03-02")
    # 30 working days after 2 March 2026; Monday 6 April (清明) does not count
    assert (case["dueOn"], case["dueProvisional"]) == ("2026-04-14", False)
    assert case["moves"] == ["withdraw"]
    with town.units.read() as work:
        [row] = work.session.scalars(select(OutboxRow)).all()
        [kept] = work.session.scalars(select(CaseSnapshot)).all()
        body = kept.unseal(work.vault, "body")
    assert str(row.aggregateid) == case["id"]
    assert APPLICANT.name not in str(row.payload)
    assert body["snapshot"]["amountFen"] == 18_600
    assert body["snapshot"]["headcount"] == 3
    assert all(c["counts"] for c in body["snapshot"]["consents"])
    assert me.get("/me").get_json()["messages"][0]["code"] == "told_case_news"


@pytest.mark.parametrize(
    ("today", "due", "provisional"),
    [
        # Saturday 28 February is worked (调休) and counts, 16 to 20 and 23 February do not
        (datetime(2026, 2, 13, 1, tzinfo=UTC), "2026-04-02", False),
        # Saturday 14 February is worked
        (datetime(2026, 2, 14, 1, tzinfo=UTC), "2026-04-03", False),
        (datetime(2026, 11, 18, 1, tzinfo=UTC), "2026-12-30", False),
        (datetime(2026, 11, 22, 1, tzinfo=UTC), "2027-01-01", True),
    ],
)
def test_due_dates_follow_the_calendar(
    town: Town, today: datetime, due: str, provisional: bool
) -> None:
    town.clock.at = today
    me = town.citizen(APPLICANT)
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    found = accept(town.staff(), me.case(case["id"])).get_json()
    assert (found["dueOn"], found["dueProvisional"]) == (due, provisional)


def test_a_case_with_a_signer_missing_cannot_be_accepted(town: Town, me: Visitor) -> None:
    case = me.submitted()
    desk = (town.staff(), town.staff())
    town.consent_at_counter(case["id"], member_of(case, HUSBAND)["id"], desk)
    response = accept(desk[0], me.case(case["id"]), confirmed=True)
    assert (response.status_code, response.get_json()["code"]) == (409, "consents_outstanding")
    assert "2" in response.get_json()["title"]
    assert me.case(case["id"])["state"] == "awaiting_consent"


def test_faces_against_own_cards_wait_for_the_townships_word(town: Town, me: Visitor) -> None:
    case = me.submitted(members=[APPLICANT.body("01"), SON.body("20", role="supporter")])
    for who in (APPLICANT, SON):
        token = me.invite(case["id"], member_of(case, who)["id"])["token"]
        assert town.consent_by_face(token, who).status_code == 201
    ready, desk = me.case(case["id"]), town.staff()
    refused = accept(desk, ready)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "persons_not_confirmed")
    assert accept(desk, ready, confirmed=True).status_code == 200
    with town.units.read() as work:
        assert all(s.person_confirmed for s in standing(work, UUID(case["id"])))


def test_an_acceptance_proves_an_account_only_where_the_township_says_so(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    # a nephew's phone may have filed for her: that the signers are known says nothing about it
    assert accept(town.staff(), ready, confirmed=True).status_code == 200
    assert me.get("/me").get_json()["assurance"] is None


def test_an_acceptance_may_confirm_the_account_too(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    assert accept(town.staff(), ready, confirmed=True, account=True).status_code == 200
    assert me.get("/me").get_json()["assurance"] == "C"


def test_the_county_says_how_often_a_case_is_sent_back(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    desk, item = town.staff(), {"path": "/members", "reason": "wrong", "note": "王秀英有高血压。"}
    with town.units.read() as work:
        allowed = rules_for(work, ready["division"], work.legal.today()).corrections_allowed
    for _ in range(allowed):
        path = f"/staff/applications/{ready['id']}/correction"
        version = me.case(ready["id"])["version"]
        sent = desk.post(path, {"items": [item]}, version=version)
        assert sent.status_code == 200
        assert me.case(ready["id"])["correction"] == [item]
        me.submit(ready["id"])
    refused = desk.post(path, {"items": [item]}, version=me.case(ready["id"])["version"])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "corrections_used_up")


def test_what_the_desk_wrote_lies_sealed(town: Town, me: Visitor, ready: dict[str, Any]) -> None:
    note = "王秀英有高血压。"
    item = {"path": "/members", "reason": "wrong", "note": note}
    path = f"/staff/applications/{ready['id']}/correction"
    version = me.case(ready["id"])["version"]
    assert town.staff().post(path, {"items": [item]}, version=version).status_code == 200
    with town.units.read() as work:
        row = work.session.get_one(Application, UUID(ready["id"]))
        assert note.encode() not in (row.correction or b"")
        assert "高血压" not in repr(row.correction)


def test_an_account_that_claims_somebody_else_by_now_is_not_proven(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    body = {"name": HUSBAND.name, "idNumber": HUSBAND.number}
    assert me.put("/me/identity", body).status_code == 200
    assert accept(town.staff(), ready, confirmed=True, account=True).status_code == 200
    with town.units.read() as work:
        assert work.session.get_one(Account, me.id).assurance is None


def test_decisions_name_their_version(town: Town, me: Visitor, ready: dict[str, Any]) -> None:
    desk = town.staff()
    path = f"/staff/applications/{ready['id']}"
    item = {"path": "/members", "reason": "wrong", "note": "请核对。"}
    for way, body in (
        ("acceptance", {"personsConfirmed": True}),
        ("correction", {"items": [item]}),
        ("rejection", {"reason": "不在本镇居住。"}),
    ):
        assert desk.post(f"{path}/{way}", body).status_code == 428
        assert desk.post(f"{path}/{way}", body, version=ready["version"] - 1).status_code == 412
    assert me.case(ready["id"])["version"] == ready["version"]


def test_an_accepted_case_cannot_be_accepted_rejected_or_sent_back(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    desk = town.staff()
    case = accept(desk, ready).get_json()
    path = f"/staff/applications/{case['id']}"
    item = {"path": "/members", "reason": "wrong", "note": "请核对。"}
    again = [
        accept(desk, case),
        desk.post(f"{path}/correction", {"items": [item]}, version=case["version"]),
        desk.post(f"{path}/rejection", {"reason": "不在本镇居住。"}, version=case["version"]),
    ]
    assert [(r.status_code, r.get_json()["code"]) for r in again] == [
        (409, "move_not_possible")
    ] * 3
    closed = me.upload(case["id"], "household_register")
    assert (closed.status_code, closed.get_json()["code"]) == (409, "documents_closed")
    late = me.once(
        f"/applications/{case['id']}/consent-invitations",
        {"memberId": member_of(case, SON)["id"]},
    )
    assert (late.status_code, late.get_json()["code"]) == (409, "application_not_editable")


def test_a_rejection_says_why(town: Town, me: Visitor, ready: dict[str, Any]) -> None:
    reason = "经核实,不在本镇居住。"
    response = town.staff().post(
        f"/staff/applications/{ready['id']}/rejection",
        {"reason": reason},
        version=ready["version"],
    )
    assert response.status_code == 200, response.get_json()
    case = me.case(ready["id"])
    assert case["state"] == "denied"
    assert case["outcome"]["decision"] == "rejected"
    assert case["outcome"]["reasons"] == [reason]
    assert case["outcome"]["decidedOn"] == "2026-03-02"
    words = me.get(f"/applications/{case['id']}/timeline").get_json()["steps"][-1]["text"]
    assert reason in words


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("correction", {"items": []}),
        ("correction", {"items": [{"path": "/x", "reason": "ugly", "note": "不好看。"}]}),
        ("correction", {"items": [{"path": "/x", "reason": "wrong"}]}),
        ("rejection", {"reason": " "}),
        ("rejection", {}),
        ("acceptance", {"personsConfirmed": "maybe"}),
        ("acceptance", {"force": True}),
    ],
)
def test_a_decision_without_its_reason_is_none(
    town: Town, ready: dict[str, Any], way: str, body: dict[str, Any]
) -> None:
    path = f"/staff/applications/{ready['id']}/{way}"
    assert town.staff().post(path, body, version=ready["version"]).status_code == 422


def test_every_step_stands_in_the_cases_chain(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    assert accept(town.staff(), ready).status_code == 200
    with town.units.read() as work:
        rows = work.session.scalars(
            select(AuditRow).where(AuditRow.chain == f"case:{ready['id']}").order_by(AuditRow.seq)
        ).all()
        assert audit.verify(work) == []
    actions = [row.action for row in rows]
    assert actions[0] == "case.created"
    assert actions[-2:] == ["case.accepted", "case.forwarded"]
    for wanted in ("case.submitted", "consent.given", "case.consents_complete"):
        assert wanted in actions
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert {row.county for row in rows} == {"610304"}
    for secret in (APPLICANT.name, APPLICANT.number, SON.name):
        assert all(secret not in str(row.details) for row in rows)


def test_a_note_is_for_colleagues_and_kept_sealed(
    town: Town, me: Visitor, ready: dict[str, Any]
) -> None:
    path = f"/staff/applications/{ready['id']}/note"
    written = town.staff().once(path, {"text": "周三电话联系过。"})
    assert written.status_code == 201
    assert "周三" not in me.get(f"/applications/{ready['id']}").get_data(as_text=True)
    assert "周三" not in me.get(f"/applications/{ready['id']}/timeline").get_data(as_text=True)
    with town.units.read() as work:
        [note] = queries.notes(work, UUID(ready["id"]))
        assert note.unseal(work.vault, "text") == "周三电话联系过。"


def test_a_refused_decision_is_recorded(town: Town, ready: dict[str, Any]) -> None:
    officer = town.staff(scope="610304101")
    assert accept(officer, ready).status_code == 403
    with town.units.read() as work:
        row = work.session.scalars(
            select(AuditRow).where(AuditRow.action == "access.refused")
        ).one()
        assert (row.actor_id, row.subject) == (officer.id, "case.check")
        case = work.session.get_one(Application, UUID(ready["id"]))
        assert case.state == "submitted"
