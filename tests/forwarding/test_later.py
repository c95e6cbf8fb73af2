"""What the people do after the acceptance reaches the county, in the same commit and in order."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.applications.events import ApplicationWithdrawn
from backend.applications.models import Application
from backend.applications.service import apply_event
from backend.applications.states import ApplicationState
from backend.audit.models import AuditRow
from backend.backoffice import service as backoffice
from backend.backoffice.states import StaffRole
from backend.consent.events import ConsentRefused, ConsentWithdrawn
from backend.consent.queries import standing
from backend.core.access import SYSTEM, Actor, Role
from backend.forwarding.service import BACKOFFICE
from backend.relay.models import Delivery, OutboxRow
from backend.relay.rules import signed_headers
from backend.worker import relay_of
from tests.factories.house import Town, Visitor, member_of
from tests.factories.people import APPLICANT, SON
from tests.fakes.webhooks import FakeSender

MEMBERS = [APPLICANT.body("01"), SON.body("20", role="supporter")]


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def accepted(town: Town, me: Visitor) -> dict[str, Any]:
    case = me.submitted(members=MEMBERS)
    town.all_consent_at_counter(case)
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    response = town.staff().post(path, {"personsConfirmed": False}, version=version)
    assert response.status_code == 200, response.get_json()
    return me.case(case["id"])


def hear(town: Town, case: dict[str, Any], sequence: int, kind: str, **data: Any) -> bool:
    with town.units.write() as work:
        return apply_event(work, BACKOFFICE, UUID(case["id"]), sequence, kind, data)


def withdraw(me: Visitor, case: dict[str, Any]) -> Any:
    version = me.case(case["id"])["version"]
    return me.post(f"/applications/{case['id']}/withdrawal", version=version)


def take_back_the_sons_consent(town: Town, case: dict[str, Any]) -> str:
    """Returns the member's id."""
    son = town.citizen(SON)
    town.prove(son)
    member = str(member_of(case, SON)["id"])
    with town.units.read() as work:
        found = {str(s.member_id): s.consent_id for s in standing(work, UUID(case["id"]))}
    answer = son.post(f"/consents/{found[member]}/withdrawal", {"reason": None})
    assert answer.status_code == 200, answer.get_json()
    return member


def outbox(town: Town) -> list[tuple[str, dict[str, Any]]]:
    with town.units.read() as work:
        rows = work.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        return [(row.type, row.payload) for row in rows]


def sent(town: Town) -> list[dict[str, Any]]:
    """Everything that is due goes out and into the reference back office's inbox."""
    sender, carrier = FakeSender(), relay_of(town.house)
    carrier.sender = sender
    while carrier.run_once():
        pass
    for post in sender.posts:
        # the inbox's clock is the real one
        key, event = town.units.vault.ring.current("webhook").secret, json.loads(post.body)
        headers = signed_headers(key, event["id"], datetime.now(UTC), post.body)
        kind = headers.pop("content-type")
        answer = town.client.send(
            "POST",
            "/backoffice/inbox",
            data=post.body,
            headers=headers,
            content_type=kind,
        )
        assert (answer.status_code, answer.get_json()) == (200, {"outcome": "accepted"})
    return [json.loads(post.body) for post in sender.posts]


def county_sees(town: Town, case: dict[str, Any]) -> dict[str, Any]:
    """The case as the back office's own staff read it."""
    with town.units.write() as work:
        token = backoffice.add_staff(
            work, name="核对员", roles=[StaffRole.VERIFIER], scope="610304"
        )
        row = work.session.scalars(
            select(AuditRow.subject).where(
                AuditRow.chain == f"case:{case['id']}", AuditRow.action == "backoffice.received"
            )
        ).one()
    found = town.client.send("GET", f"/backoffice/cases/{row.split(':')[1]}", token=token)
    assert found.status_code == 200, found.get_json()
    return dict(found.get_json())


# --- the applicant takes the case back


@pytest.mark.parametrize("reviewed", [False, True], ids=["accepted", "in_review"])
def test_the_applicant_takes_the_case_back_and_the_county_closes_it(
    town: Town, me: Visitor, accepted: dict[str, Any], reviewed: bool
) -> None:
    if reviewed:
        assert hear(town, accepted, 1, "case.stage_changed", stage="publicity",
                    publicityUntil="2026-03-20")  # fmt: skip
    assert me.case(accepted["id"])["moves"] == ["withdraw"]
    answer = withdraw(me, accepted)
    assert answer.status_code == 200, answer.get_json()
    case = answer.get_json()
    assert (case["state"], case["stage"], case["moves"]) == ("withdrawn", None, [])
    assert outbox(town)[1:] == [("case.withdrawn", {"caseId": accepted["id"], "sequence": 2})]
    events = sent(town)
    assert [event["type"] for event in events] == ["case.submitted_for_review", "case.withdrawn"]
    assert events[1]["data"] == {"caseId": accepted["id"], "county": "610304", "sequence": 2}
    closed = county_sees(town, accepted)
    assert (closed["state"], [t["state"] for t in closed["tasks"]]) == ("withdrawn", ["cancelled"])


def test_a_withdrawn_case_has_no_days_left(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    withdraw(me, accepted)
    found = me.get(f"/applications/{accepted['id']}/timeline").get_json()
    assert (found["now"], found["workingDaysLeft"], found["stageUntil"]) == ("已撤回", None, None)
    assert (found["steps"][-1]["who"], found["steps"][-1]["text"]) == ("您", "撤回了申请")


def test_later_events_are_taken_and_change_nothing(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    withdraw(me, accepted)
    before, steps = me.case(accepted["id"]), timeline(me, accepted)
    told: list[tuple[str, dict[str, Any]]] = [
        ("case.received", {}),
        ("case.stage_changed", {"stage": "survey"}),
        ("case.decided", {"decision": "approved", "amountFen": 1, "decidedOn": "2026-03-30"}),
        ("benefit.granted", {"payFrom": "2026-04"}),
    ]
    for n, (kind, data) in enumerate(told, start=1):
        assert hear(town, accepted, n, kind, **data)
    assert {**me.case(accepted["id"]), "version": 0} == {**before, "version": 0}
    assert timeline(me, accepted) == steps


def timeline(me: Visitor, case: dict[str, Any]) -> Any:
    return me.get(f"/applications/{case['id']}/timeline").get_json()["steps"]


def test_twice_or_late_is_refused_and_nothing_more_leaves(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    assert withdraw(me, accepted).status_code == 200
    again = withdraw(me, accepted)
    assert (again.status_code, again.get_json()["code"]) == (409, "move_not_possible")
    assert len(outbox(town)) == 2


def test_a_case_that_was_never_forwarded_tells_the_county_nothing(town: Town, me: Visitor) -> None:
    case = me.submitted(members=MEMBERS)
    town.all_consent_at_counter(case)
    take_back_the_sons_consent(town, case)
    assert withdraw(me, case).status_code == 200
    assert outbox(town) == []


@pytest.mark.parametrize("kind", [ApplicationWithdrawn, ConsentWithdrawn, ConsentRefused])
def test_a_rollback_leaves_no_message(town: Town, accepted: dict[str, Any], kind: Any) -> None:
    case_id = UUID(accepted["id"])
    event = kind(case_id, SYSTEM if kind is ApplicationWithdrawn else case_id)
    with pytest.raises(LookupError), town.units.write() as work:  # noqa: PT012
        work.emit(event)
        assert len(work.session.scalars(select(OutboxRow)).all()) == 2
        raise LookupError
    with town.units.read() as work:
        assert len(work.session.scalars(select(Delivery)).all()) == 1


# --- a signer takes the consent back


def test_a_consent_taken_back_reaches_the_county(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    member = take_back_the_sons_consent(town, accepted)
    assert me.case(accepted["id"])["state"] == "accepted"
    assert me.get("/me").get_json()["messages"][0]["code"] == "told_case_news"
    events = sent(town)
    assert [event["type"] for event in events[1:]] == ["consent.withdrawn"]
    assert events[1]["data"] == {
        "caseId": accepted["id"],
        "county": "610304",
        "sequence": 2,
        "memberId": member,
        "withdrawnOn": "2026-03-02",
    }
    seen = county_sees(town, accepted)
    assert seen["state"] == "in_review"
    assert seen["lostConsents"] == [{"memberId": member, "withdrawnOn": "2026-03-02"}]
    with town.units.read() as work:
        rows = work.session.scalars(
            select(AuditRow.action).where(AuditRow.chain == f"case:{accepted['id']}")
        ).all()
    assert {"consent.withdrawal_forwarded", "backoffice.consent_lost"} <= set(rows)


def test_a_refusal_after_the_acceptance_reaches_it_too(
    town: Town, accepted: dict[str, Any]
) -> None:
    member = UUID(member_of(accepted, SON)["id"])
    with town.units.write() as work:
        work.emit(ConsentRefused(UUID(accepted["id"]), member))
    assert outbox(town)[1:] == [
        (
            "consent.withdrawn",
            {
                "caseId": accepted["id"],
                "memberId": str(member),
                "withdrawnOn": "2026-03-02",
                "sequence": 2,
            },
        )
    ]


@pytest.mark.parametrize("state", list(ApplicationState))
def test_the_county_hears_it_while_it_works_on_the_case_or_pays(
    town: Town, accepted: dict[str, Any], state: ApplicationState
) -> None:
    case_id = UUID(accepted["id"])
    with town.units.write() as work:
        work.session.get_one(Application, case_id).state = state
    with town.units.write() as work:
        work.emit(ConsentWithdrawn(case_id, UUID(member_of(accepted, SON)["id"])))
    heard = state in {
        ApplicationState.ACCEPTED,
        ApplicationState.IN_REVIEW,
        ApplicationState.APPROVED,
    }
    assert len(outbox(town)) == 1 + heard


def test_both_leave_in_the_order_they_happened(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    take_back_the_sons_consent(town, accepted)
    withdraw(me, accepted)
    assert [event["data"]["sequence"] for event in sent(town)] == [1, 2, 3]
    assert county_sees(town, accepted)["state"] == "withdrawn"


def test_only_its_people_take_a_case_back(town: Town, accepted: dict[str, Any]) -> None:
    for who, status in ((town.citizen(SON), 404), (town.staff(), 403)):
        path = f"/applications/{accepted['id']}/withdrawal"
        assert who.post(path, version=accepted["version"]).status_code == status
    assert Actor(frozenset({Role.BACKOFFICE})) == BACKOFFICE
    assert len(outbox(town)) == 1
