"""What the law adds to a forwarded case, and what an event may not say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backend.forwarding.models import CaseSnapshot
from backend.forwarding.schemas import Event
from tests.factories.house import Town
from tests.factories.people import APPLICANT, HUSBAND, Human

CASE = "0199f79e-0f62-7d0a-8f5c-8e2b7f3f1c10"


@pytest.mark.parametrize(
    ("applicant", "exempt"),
    [(APPLICANT, False), (Human("李小兰", date(2010, 5, 1)), True)],
    ids=["adult", "minor"],
)
def test_the_case_of_a_minor_is_never_published(town: Town, applicant: Human, exempt: bool) -> None:
    me, desk = town.citizen(applicant), town.staff()
    case = me.submitted(members=[applicant.body("01"), HUSBAND.body("51", role="supporter")])
    town.all_consent_at_counter(case)
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    assert desk.post(path, {"personsConfirmed": True}, version=version).status_code == 200
    with town.units.read() as work:
        [kept] = work.session.scalars(select(CaseSnapshot)).all()
        assert kept.unseal(work.vault, "body")["publicityExempt"] is exempt


@pytest.mark.parametrize(("programme", "pays"), [("dibao", True), ("dibao-edge", False)])
def test_the_county_is_told_whether_the_programme_pays(
    town: Town, programme: str, pays: bool
) -> None:
    me, desk = town.citizen(APPLICANT), town.staff()
    case = me.submitted(members=[APPLICANT.body("01")], programme=programme)
    town.all_consent_at_counter(case)
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    assert desk.post(path, {"personsConfirmed": True}, version=version).status_code == 200
    with town.units.read() as work:
        [kept] = work.session.scalars(select(CaseSnapshot)).all()
        assert kept.unseal(work.vault, "body")["pays"] is pays


@pytest.mark.parametrize(
    ("kind", "said", "place"),
    [
        (
            "case.stage_changed",
            {"stage": "publicity", "publicityUntil": "2026-02-30"},
            "publicityUntil",
        ),
        ("case.stage_changed", {"stage": "verification", "recheck": "yes"}, "recheck"),
        ("case.received", {"receivedOn": "2026-13-01"}, "receivedOn"),
        (
            "case.decided",
            {
                "decision": "approved",
                "decidedBy": "county",
                "decidedOn": "2026-03-30",
                "amountFen": -1,
            },
            "amountFen",
        ),
        ("benefit.granted", {"payFrom": "soon" * 99}, "payFrom"),
    ],
)
def test_an_event_that_no_calendar_knows_is_refused(
    kind: str, said: dict[str, Any], place: str
) -> None:
    data = {"caseId": CASE, "sequence": 1, **said}
    faults = Event().validate({"id": "m1", "specversion": "1.0", "type": kind, "data": data})
    assert list(faults["data"]) == [place]
