"""The reference back office: its staff, a case to check, and one whose notice hangs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update

from backend.backoffice import service
from backend.backoffice.models import BoStaff
from backend.backoffice.states import StaffRole
from backend.relay.rules import cloud_event, signed_headers
from tests.factories.house import TOWNSHIP, VILLAGE, Town, Visitor

COUNTY = TOWNSHIP[:6]
NOTICE_NAME = "公示甲"
_SNAPSHOT = {
    "applicantName": NOTICE_NAME,
    "headcount": 3,
    "amountFen": 18600,
    "standardFen": 66200,
    "perHeadFen": 60000,
}
# `clerk` may do all that is asked here, `other clerk` holds another role.
_STAFF = {
    "clerk": ((StaffRole.VERIFIER, StaffRole.REVIEWER), COUNTY),
    "other clerk": ((StaffRole.SURVEYOR,), TOWNSHIP),
    "far clerk": ((StaffRole.VERIFIER, StaffRole.REVIEWER), "610303"),
}


@dataclass
class Office:
    """Who works there, and what lies there."""

    staff: dict[str, Visitor]
    verifier: str  # the id of `clerk`
    checking: dict[str, Any]  # a task: its case waits for verification
    hanging: str  # a case whose notice hangs

    def dismiss_all(self, town: Town) -> None:
        with town.units.write() as work:
            work.session.execute(update(BoStaff).values(active=False))


def signed(town: Town, source: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """A webhook's headers and body; the signature's clock is the real one."""
    message, at = str(uuid4()), datetime.now(UTC)
    event = cloud_event(message, source, kind, str(data["caseId"]), at, data)
    body = json.dumps(event).encode()
    key = town.units.vault.ring.current("webhook").secret
    return {"data": body, "headers": dict(signed_headers(key, message, at, body))}


def forwarded_case(town: Town) -> dict[str, Any]:
    """A case as the main system forwards it."""
    data = {
        "caseId": str(uuid4()),
        "county": COUNTY,
        "sequence": 1,
        "version": 1,
        "division": VILLAGE,
        "programme": "dibao",
        "area": "urban",
        "decidedBy": "county",
        "acceptedOn": "2026-03-02",
        "snapshot": _SNAPSHOT,
    }
    return signed(town, f"zhangban/{COUNTY}", "case.submitted_for_review", data)


def open_office(town: Town) -> Office:
    with town.units.write() as work:
        tokens = {
            who: service.add_staff(work, name=f"业务{n}", roles=roles, scope=scope)
            for n, (who, (roles, scope)) in enumerate(_STAFF.items())
        }
        service.add_staff(work, name="业务乙", roles=[StaffRole.SURVEYOR], scope=TOWNSHIP)
    staff = {who: Visitor(town, token, UUID(int=0)) for who, token in tokens.items()}
    surveyors, verifiers = (_ids(staff["other clerk"], r) for r in ("surveyor", "verifier"))
    hanging = _publish(town, staff, surveyors)
    return Office(staff, verifiers[0], _take_in(town, staff["clerk"]), hanging)


def _ids(staff: Visitor, role: str) -> list[str]:
    found = staff.get(f"/backoffice/colleagues?role={role}").get_json()["items"]
    return [one["id"] for one in found]


def _take_in(town: Town, staff: Visitor) -> dict[str, Any]:
    """A forwarded case; returns its first task."""
    taken = town.client.send("POST", "/backoffice/inbox", **forwarded_case(town))
    assert taken.status_code == 200, taken.get_json()
    (task,) = staff.get("/backoffice/tasks").get_json()["items"]
    return dict(task)


def _publish(town: Town, staff: dict[str, Visitor], surveyors: list[str]) -> str:
    case = _take_in(town, staff["clerk"])["backofficeCaseId"]
    for who, said in (
        ("clerk", {"result": "passed"}),
        ("other clerk", {"result": "done", "investigators": surveyors}),
        ("clerk", {"result": "positive", "amountFen": 18600}),
        ("clerk", {"result": "posted"}),
    ):
        (task,) = staff[who].get("/backoffice/tasks").get_json()["items"]
        done = staff[who].post(f"/backoffice/tasks/{task['id']}/completion", said)
        assert done.status_code == 200, (who, done.get_json())
    return str(case)
