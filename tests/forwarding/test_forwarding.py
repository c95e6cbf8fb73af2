"""Accepted cases leave in the commit of their acceptance; what comes back is signed, kept once,
and applied in its order; the desk sees and repeats its own county's deliveries only.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend.applications.events import ApplicationAccepted
from backend.applications.models import Application
from backend.core.access import SYSTEM, Role
from backend.forwarding import service as forwarding
from backend.forwarding.models import BackofficeEvent, CaseSnapshot
from backend.relay import service as relay
from backend.relay.models import Delivery, OutboxRow
from backend.relay.rules import cloud_event, signed_headers
from backend.worker import relay_of
from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT
from tests.fakes.webhooks import FakeSender

COUNTY, OTHER_COUNTY = "610304", "610303"


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def ready(town: Town, me: Visitor) -> dict[str, Any]:
    """A case that only waits for its acceptance."""
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    return me.case(case["id"])


@pytest.fixture
def accepted(town: Town, ready: dict[str, Any]) -> dict[str, Any]:
    path = f"/staff/applications/{ready['id']}/acceptance"
    body = {"personsConfirmed": False}
    response = town.staff().post(path, body, version=ready["version"])
    assert response.status_code == 200, response.get_json()
    return dict(response.get_json())


def tell(
    town: Town,
    case_id: str,
    sequence: int,
    kind: str = "case.received",
    *,
    message_id: str | None = None,
    at: datetime | None = None,
    secret: bytes | None = None,
    change: Any = None,
    **data: Any,
) -> TestResponse:
    """One event as the back office sends it, over HTTP."""
    message_id = message_id or str(uuid4())
    at = at or datetime.now(UTC)
    found = {"caseId": case_id, "sequence": sequence, **data}
    event = cloud_event(message_id, "backoffice/610304", kind, case_id, at, found)
    if change:
        change(event)
    body = json.dumps(event).encode()
    key = secret or town.units.vault.ring.current("webhook").secret
    headers = signed_headers(key, message_id, at, body)
    return raw(town, body, headers)


def raw(town: Town, body: bytes, headers: dict[str, str]) -> TestResponse:
    kind = headers.pop("content-type", "application/cloudevents+json")
    return town.client.send(
        "POST", "/backoffice/events", data=body, headers=headers, content_type=kind
    )


def received(**more: Any) -> dict[str, Any]:
    return {"receivedOn": "2026-03-02", **more}


def outcome(response: TestResponse) -> tuple[int, str]:
    body = response.get_json()
    return response.status_code, body.get("outcome") or body["code"]


def kept(town: Town) -> list[tuple[int, bool]]:
    with town.units.read() as work:
        rows = work.session.scalars(select(BackofficeEvent).order_by(BackofficeEvent.sequence))
        return [(row.sequence, row.applied) for row in rows]


def delivery(town: Town) -> Delivery:
    with town.units.read() as work:
        return work.session.scalars(select(Delivery)).one()


# --- out


def test_the_message_lands_in_the_commit_of_the_acceptance(
    town: Town, accepted: dict[str, Any]
) -> None:
    with town.units.read() as work:
        row = work.session.scalars(select(OutboxRow)).one()
        case_id = accepted["id"]
        assert (str(row.aggregateid), row.type) == (case_id, "case.submitted_for_review")
        assert row.payload == {"caseId": case_id, "version": accepted["version"], "sequence": 1}
        picture = work.session.scalars(select(CaseSnapshot)).one()
        assert APPLICANT.number.encode() not in picture.body


def test_a_rollback_leaves_no_message(town: Town, ready: dict[str, Any]) -> None:
    with pytest.raises(LookupError), town.units.write() as work:  # noqa: PT012
        case = work.session.get_one(Application, UUID(ready["id"]))
        case.accepted_on = case.due_on = work.legal.today()
        work.emit(_accepted(ready))
        assert work.session.scalars(select(OutboxRow)).all() != []
        raise LookupError
    with town.units.read() as work:
        for table in (OutboxRow, Delivery, CaseSnapshot):
            assert work.session.scalars(select(table)).all() == []


def _accepted(case: dict[str, Any]) -> ApplicationAccepted:
    return ApplicationAccepted(UUID(case["id"]), SYSTEM)


def test_what_leaves_is_the_picture_of_the_acceptance(town: Town, accepted: dict[str, Any]) -> None:
    sender = FakeSender()
    carrier = relay_of(town.house)
    carrier.sender = sender
    assert carrier.run_once() == 1
    data = json.loads(sender.posts[0].body)["data"]
    assert data["caseId"] == accepted["id"]
    assert (data["sequence"], data["programme"], data["county"]) == (1, "dibao", COUNTY)
    assert APPLICANT.name in json.dumps(data["snapshot"], ensure_ascii=False)
    assert delivery(town).state == "sent"


# --- back


def test_events_move_the_case_and_acknowledge_the_delivery(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    assert outcome(tell(town, accepted["id"], 1, **received())) == (200, "applied")
    assert delivery(town).state == "acknowledged"
    assert outcome(tell(town, accepted["id"], 2, "case.stage_changed", stage="survey")) == (
        200,
        "applied",
    )
    case = me.case(accepted["id"])
    assert (case["state"], case["stage"]) == ("in_review", "survey")


def test_events_out_of_order_are_kept_and_applied_in_order(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    case_id = accepted["id"]
    late = tell(town, case_id, 3, "case.stage_changed", stage="survey")
    assert outcome(late) == (200, "kept")
    first = tell(town, case_id, 2, "case.stage_changed", stage="verification")
    assert outcome(first) == (200, "kept")
    assert kept(town) == [(2, False), (3, False)]
    assert me.case(case_id)["state"] == "accepted"
    assert outcome(tell(town, case_id, 1, **received())) == (200, "applied")
    assert kept(town) == [(1, True), (2, True), (3, True)]
    assert me.case(case_id)["stage"] == "survey"


def test_a_message_that_comes_twice_changes_nothing(town: Town, accepted: dict[str, Any]) -> None:
    for expected in ("applied", "repeated", "repeated"):
        response = tell(town, accepted["id"], 1, message_id="same-message", **received())
        assert outcome(response) == (200, expected)
    assert kept(town) == [(1, True)]


def test_another_event_of_the_same_sequence_contradicts(
    town: Town, accepted: dict[str, Any]
) -> None:
    tell(town, accepted["id"], 1, **received())
    again = tell(town, accepted["id"], 1, "case.stage_changed", stage="survey")
    assert outcome(again) == (409, "backoffice_event_contradicts")
    assert kept(town) == [(1, True)]


def test_an_event_of_an_unknown_case_is_refused(town: Town, accepted: dict[str, Any]) -> None:
    refused = tell(town, str(uuid4()), 1, **received())
    assert refused.status_code == 404


# --- what is not the back office


def test_an_old_or_early_message_is_refused(town: Town, accepted: dict[str, Any]) -> None:
    for minutes in (-6, 6, -60 * 24 * 365):
        at = datetime.now(UTC) + timedelta(minutes=minutes)
        refused = tell(town, accepted["id"], 1, at=at, **received())
        assert outcome(refused) == (401, "webhook_signature_invalid"), minutes
    assert kept(town) == []


def test_a_wrong_secret_a_changed_body_and_a_changed_id_are_refused(
    town: Town, accepted: dict[str, Any]
) -> None:
    invalid = (401, "webhook_signature_invalid")
    assert outcome(tell(town, accepted["id"], 1, secret=b"x" * 32, **received())) == invalid
    body, key = b'{"a": 1}', town.units.vault.ring.current("webhook").secret
    headers = signed_headers(key, "m1", datetime.now(UTC), body)
    assert outcome(raw(town, body + b" ", dict(headers))) == invalid
    assert outcome(raw(town, body, {**headers, "webhook-id": "m2"})) == invalid
    assert outcome(raw(town, body, {})) == invalid

    def other_id(event: dict[str, Any]) -> None:
        event["id"] = "another"

    assert outcome(tell(town, accepted["id"], 1, change=other_id, **received())) == invalid


def _set(name: str, value: Any) -> Any:
    def change(event: dict[str, Any]) -> None:
        event[name] = value

    return change


WRONG = [
    _set("specversion", "0.3"), _set("type", "case.burnt"), _set("type", 5), _set("data", []),
    _set("data", None), _set("data", {}), _set("data", {"caseId": 5, "sequence": 1}),
    _set("data", {"caseId": str(uuid4()), "sequence": 0, "receivedOn": "2026-03-02"}),
    _set("data", {"caseId": str(uuid4()), "sequence": 10**30, "receivedOn": "2026-03-02"}),
    _set("data", {"caseId": str(uuid4()), "sequence": True, "receivedOn": "2026-03-02"}),
    _set("data", {"caseId": str(uuid4()), "sequence": 1, "receivedOn": "2026-13-45"}),
]  # fmt: skip


def test_a_signed_event_that_is_wrong_is_told_what(town: Town) -> None:
    for change in WRONG:
        response = tell(town, str(uuid4()), 1, change=change, **received())
        assert outcome(response) == (422, "backoffice_event_invalid")
        assert response.get_json()["errors"]


def test_a_signed_body_that_is_no_event_is_told(town: Town) -> None:
    key = town.units.vault.ring.current("webhook").secret
    for body, code in (
        (b"{", "json_broken"),
        (b"[" * 5000, "json_broken"),
        (b"[]", "backoffice_event_invalid"),
        (b"null", "backoffice_event_invalid"),
        (b'"x"', "backoffice_event_invalid"),
    ):
        response = raw(town, body, signed_headers(key, "m1", datetime.now(UTC), body))
        assert outcome(response)[1] == code, body[:9]


def test_a_wrong_date_in_an_event_never_reaches_the_case(
    town: Town, accepted: dict[str, Any]
) -> None:
    tell(town, accepted["id"], 1, **received())
    response = tell(
        town, accepted["id"], 2, "case.stage_changed", stage="publicity",
        publicityUntil="2026-02-31",
    )  # fmt: skip
    assert outcome(response) == (422, "backoffice_event_invalid")


# --- the desk


def dead(town: Town) -> Delivery:
    carrier = relay_of(town.house)
    carrier.sender = FakeSender(answers=[410])
    carrier.run_once()
    found = delivery(town)
    assert found.state == "dead"
    return found


def retry(who: Visitor, found: Delivery, version: int | None = None) -> TestResponse:
    path = f"/staff/deliveries/{found.id}/retry"
    return who.post(path, version=found.version if version is None else version)


def test_staff_of_the_county_send_a_dead_delivery_again(
    town: Town, accepted: dict[str, Any]
) -> None:
    found = dead(town)
    desk = town.staff()
    listed = desk.get("/staff/deliveries?state=dead").get_json()["items"]
    assert [item["id"] for item in listed] == [str(found.id)]
    assert outcome(retry(desk, found, found.version + 1)) == (412, "version_stale")
    again = retry(desk, found)
    assert (again.status_code, again.get_json()["state"]) == (200, "pending")
    assert outcome(retry(desk, delivery(town))) == (409, "move_not_possible")


def test_only_staff_of_the_county_retry(town: Town, accepted: dict[str, Any]) -> None:
    found = dead(town)
    for role, scope in (
        (Role.TOWNSHIP, "610303005"),
        (Role.COUNTY, OTHER_COUNTY),
        (Role.CITY, "3714"),
        (Role.AUDITOR, COUNTY),
        (Role.VILLAGE, "610304001001"),
    ):
        assert retry(town.staff(role, scope), found).status_code == 403, (role, scope)
        assert delivery(town).state == "dead"
    assert retry(town.staff(Role.CITY, "6103"), found).status_code == 200


def test_the_village_and_the_auditor_have_no_deliveries(
    town: Town, accepted: dict[str, Any]
) -> None:
    for role, scope in ((Role.AUDITOR, COUNTY), (Role.VILLAGE, "610304001001")):
        assert town.staff(role, scope).get("/staff/deliveries").status_code == 403, role
    for role, scope in (
        (Role.TOWNSHIP, "610304001"),
        (Role.COUNTY, COUNTY),
        (Role.CITY, "6103"),
    ):
        listed = town.staff(role, scope).get("/staff/deliveries").get_json()["items"]
        assert [item["caseId"] for item in listed] == [accepted["id"]], role


def test_staff_without_a_place_reach_no_delivery(town: Town, accepted: dict[str, Any]) -> None:
    found = dead(town)
    nowhere = town.staff(Role.COUNTY, "")
    assert nowhere.get("/staff/deliveries").get_json()["items"] == []
    assert retry(nowhere, found).status_code == 403


def test_another_county_sees_nothing_and_an_unknown_delivery_is_none(
    town: Town, accepted: dict[str, Any]
) -> None:
    elsewhere = town.staff(Role.COUNTY, OTHER_COUNTY)
    assert elsewhere.get("/staff/deliveries").get_json()["items"] == []
    unknown = town.staff().post(f"/staff/deliveries/{uuid4()}/retry", version=1)
    assert outcome(unknown) == (404, "delivery_not_found")


def test_a_delivery_of_another_destination_is_not_the_desks(
    town: Town, accepted: dict[str, Any]
) -> None:
    with town.units.write() as work:
        relay.enqueue(
            work, destination="elsewhere", aggregatetype="x", aggregateid=work.new_id(), type="t",
            county=COUNTY, payload={},
        )  # fmt: skip
        found = work.session.scalars(
            select(Delivery).where(Delivery.destination == "elsewhere")
        ).one()
    assert outcome(retry(town.staff(), found)) == (404, "delivery_not_found")
    assert forwarding.DESTINATION == "backoffice"


# --- one application, cascading


def test_the_county_is_told_as_what_the_household_may_be_recognised(
    town: Town, accepted: dict[str, Any]
) -> None:
    """低保 → 边缘 → 刚性支出: the answer may name any of the three, and nothing else."""
    with town.units.read() as work:
        [picture] = work.session.scalars(select(CaseSnapshot)).all()
        sent = picture.unseal(work.vault, "body")["snapshot"]
    assert sent["appliedFor"] == "dibao"
    assert sent["cascade"] == [
        {"programme": "dibao", "pays": True},
        {"programme": "dibao-edge", "pays": False},
        {"programme": "rigid-expense", "pays": False},
    ]
    decided: Any = {"decision": "approved", "decidedOn": "2026-03-30", "decidedBy": "county"}
    odd = tell(town, accepted["id"], 1, "case.decided", programme="tekun", **decided)
    assert odd.status_code == 422
    assert [(e["path"], e["code"]) for e in odd.get_json()["errors"]] == [
        ("/data/programme", "programme_outside_cascade")
    ]
    fine = tell(town, accepted["id"], 1, "case.decided", programme="rigid-expense", **decided)
    assert outcome(fine) == (200, "applied")
    with town.units.read() as work:
        found = work.session.get_one(Application, UUID(accepted["id"]))
        kept_outcome = found.unseal(work.vault, "outcome")
    assert (kept_outcome["recognised_as"], kept_outcome["pays"]) == ("rigid-expense", False)
