"""What a phone asks its holder to accept, and the whole way of a message from a desk's decision."""

from __future__ import annotations

from typing import Any

from backend.worker import jobs_of
from tests.factories.house import Town
from tests.factories.people import APPLICANT


def test_the_phone_learns_what_it_may_ask_for(town: Town) -> None:
    answer = town.client.send("GET", "/message-templates")
    assert answer.get_json() == {"templateIds": ["fake-template"]}


def test_a_desks_request_for_correction_calls_the_applicant(town: Town) -> None:
    sender: Any = town.house.outside.sender
    case = town.citizen(APPLICANT).submitted()
    (job,) = [job for job in jobs_of(town.house) if job.name == "send_notices"]
    assert job.run() == 0, "handing in one's own case calls nobody"
    desk = town.staff()
    town.all_consent_at_counter(town.citizen(APPLICANT).case(case["id"]))
    job.run()
    town.clock.advance(minutes=2)
    sender.sent.clear()
    item = {"path": "/cashAssetsFen", "reason": "incomplete", "note": "请写清楚。"}
    path = f"/staff/applications/{case['id']}/correction"
    asked = desk.post(path, {"items": [item]}, version=desk.case(case["id"])["version"])
    assert asked.status_code == 200, asked.get_json()
    assert job.run() == 1
    (message,) = sender.sent
    assert message.openid == f"openid-{APPLICANT.number}"
    assert message.page == f"pages/case/index?id={case['id']}"
    assert job.run() == 0
