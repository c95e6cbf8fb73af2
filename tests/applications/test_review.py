"""What the back office tells about a case: each event once, in its order, where it still fits."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from backend.applications.errors import ApplicationNotFound
from backend.applications.models import Application
from backend.applications.service import apply_event
from backend.applications.states import ApplicationState, Stage
from backend.audit.models import AuditRow
from backend.core.access import Actor, Role
from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT

BACKOFFICE = Actor(frozenset({Role.BACKOFFICE}))
APPROVED = {"decision": "approved", "amountFen": 18_600, "decidedOn": "2026-03-30"}
DENIED = {"decision": "denied", "reasons": ["人均收入超过标准"], "decidedOn": "2026-03-30"}


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def accepted(town: Town, me: Visitor) -> dict[str, Any]:
    case = me.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    response = town.staff().post(path, {"personsConfirmed": False}, version=version)
    assert response.status_code == 200
    return dict(response.get_json())


def tell(town: Town, case: dict[str, Any], sequence: int, kind: str, **data: Any) -> bool:
    with town.units.write() as work:
        return apply_event(work, BACKOFFICE, UUID(case["id"]), sequence, kind, data)


def test_the_stages_lead_to_an_approval_that_is_paid(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    assert tell(town, accepted, 1, "case.received")
    for n, stage in enumerate(Stage, start=2):
        until = "2026-03-20" if stage is Stage.PUBLICITY else None
        assert tell(town, accepted, n, "case.stage_changed", stage=stage, publicityUntil=until)
        case = me.case(accepted["id"])
        assert (case["state"], case["stage"]) == ("in_review", stage)
        where = me.get(f"/applications/{case['id']}/timeline").get_json()
        assert where["stageUntil"] == until
        assert until is None or until in where["now"]
    assert tell(town, accepted, 7, "case.decided", **APPROVED)
    assert tell(town, accepted, 8, "benefit.granted", payFrom="2026-04")
    case = me.case(accepted["id"])
    assert (case["state"], case["stage"]) == ("approved", None)
    assert case["outcome"] == {
        "decision": "approved",
        "amountFen": 18_600,
        "reasons": [],
        "decidedOn": "2026-03-30",
        "payFrom": "2026-04",
        "recognisedAs": None,
    }
    news = [m["code"] for m in me.get("/me").get_json()["messages"]]
    assert news.count("told_case_news") >= 6


def test_a_denial_says_why(town: Town, me: Visitor, accepted: dict[str, Any]) -> None:
    assert tell(town, accepted, 1, "case.decided", **DENIED)
    where = me.get(f"/applications/{accepted['id']}/timeline").get_json()
    assert where["state"] == "denied"
    assert "人均收入超过标准" in where["steps"][-1]["text"]
    assert where["workingDaysLeft"] is None


def test_an_event_twice_changes_nothing(town: Town, me: Visitor, accepted: dict[str, Any]) -> None:
    assert tell(town, accepted, 1, "case.stage_changed", stage="survey")
    version = me.case(accepted["id"])["version"]
    assert tell(town, accepted, 1, "case.stage_changed", stage="decision")
    case = me.case(accepted["id"])
    assert (case["stage"], case["version"]) == ("survey", version)


def test_an_event_before_its_turn_waits(town: Town, me: Visitor, accepted: dict[str, Any]) -> None:
    assert tell(town, accepted, 2, "case.decided", **APPROVED) is False
    assert me.case(accepted["id"])["state"] == "accepted"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("case.received", {}),
        ("case.stage_changed", {"stage": "survey"}),
        ("case.decided", DENIED),
        ("case.unheard_of", {"x": 1}),
    ],
)
def test_what_comes_after_the_decision_is_heard_and_changes_nothing(
    town: Town, me: Visitor, accepted: dict[str, Any], kind: str, data: dict[str, Any]
) -> None:
    assert tell(town, accepted, 1, "case.decided", **APPROVED)
    before = me.case(accepted["id"])
    assert tell(town, accepted, 2, kind, **data)
    after = me.case(accepted["id"])
    assert {**after, "version": 0} == {**before, "version": 0}
    assert tell(town, accepted, 3, "benefit.granted", payFrom="2026-05")
    assert me.case(accepted["id"])["outcome"]["payFrom"] == "2026-05"


def test_a_check_that_failed_is_told_as_such(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    assert tell(town, accepted, 1, "case.stage_changed", stage="verification")
    assert tell(town, accepted, 2, "case.stage_changed", stage="verification", recheck=True)
    case = me.case(accepted["id"])
    assert (case["state"], case["stage"]) == ("in_review", "verification")
    steps = me.get(f"/applications/{case['id']}/timeline").get_json()["steps"]
    assert [step["text"] for step in steps[-2:]] == [
        "开始核对家庭收入和财产",
        "核对发现有对不上的地方，可以带证明到镇上说明",
    ]
    assert "bring" in steps[-1]["textEn"]
    newest = me.get("/me").get_json()["messages"][0]
    assert newest["code"] == "told_case_recheck"
    assert "证明" in newest["text"]
    with town.units.read() as work:
        rows = work.session.scalars(
            select(AuditRow.action).where(AuditRow.chain == f"case:{case['id']}")
        ).all()
    assert (rows.count("case.stage_recheck"), rows.count("case.stage_verification")) == (1, 1)


def test_a_recheck_of_anything_but_the_check_is_that_stage(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    assert tell(town, accepted, 1, "case.stage_changed", stage="survey", recheck=True)
    steps = me.get(f"/applications/{accepted['id']}/timeline").get_json()["steps"]
    assert steps[-1]["text"] == "准备上门看看家里情况"


def test_money_before_a_decision_is_no_outcome(
    town: Town, me: Visitor, accepted: dict[str, Any]
) -> None:
    assert tell(town, accepted, 1, "benefit.granted", payFrom="2026-05")
    case = me.case(accepted["id"])
    assert (case["state"], case["outcome"]) == ("accepted", None)


@pytest.mark.parametrize(
    "state",
    [
        s
        for s in ApplicationState
        if s
        not in {ApplicationState.ACCEPTED, ApplicationState.IN_REVIEW, ApplicationState.APPROVED}
    ],
)
def test_a_case_that_was_never_forwarded_does_not_move(
    town: Town, me: Visitor, accepted: dict[str, Any], state: ApplicationState
) -> None:
    with town.units.write() as work:
        work.session.get_one(Application, UUID(accepted["id"])).state = state
    told: list[tuple[str, dict[str, Any]]] = [
        ("case.received", {}),
        ("case.stage_changed", {"stage": "survey"}),
        ("case.decided", APPROVED),
        ("benefit.granted", {"payFrom": "2026-05"}),
    ]
    for n, (kind, data) in enumerate(told, start=1):
        assert tell(town, accepted, n, kind, **data)
    assert me.case(accepted["id"])["state"] == state


def test_a_case_that_is_none_is_named(town: Town) -> None:
    with pytest.raises(ApplicationNotFound), town.units.write() as work:
        apply_event(work, BACKOFFICE, uuid4(), 1, "case.received", {})
