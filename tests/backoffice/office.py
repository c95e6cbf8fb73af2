"""A county, a township, its back-office staff, and cases at every stage."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from backend.audit.models import AuditRow
from backend.backoffice import queries, service
from backend.backoffice.models import BoCase, BoTask
from backend.backoffice.rules.completion import Completion
from backend.backoffice.rules.findings import LostConsent
from backend.backoffice.service import CaseMessage, Outcome, Submission
from backend.backoffice.states import StaffRole
from backend.backoffice.tasks import advance_publicity
from backend.core.access import Actor
from backend.core.clocks import FixedClock
from backend.core.uow import Units
from backend.relay import queries as relay
from backend.relay.models import OutboxRow
from backend.relay.ports import OutboxMessage

COUNTY, TOWNSHIP, DIVISION = "610322", "610322100", "610322100201"
SNAPSHOT = {
    "applicantName": "王秀英",
    "headcount": 3,
    "amountFen": 18600,
    "standardFen": 66200,
    "perHeadFen": 60000,
    "household": {"members": [{"name": "王秀英", "relation": "01"}]},
}
DONE: Mapping[str, Completion] = {
    "verification": Completion("passed"),
    "first_opinion": Completion("positive", amount_fen=18600),
    "start_publicity": Completion("posted"),
}


def message_of(row: OutboxRow) -> OutboxMessage:
    """The row as the relay hands it to a body builder."""
    names = OutboxMessage.__dataclass_fields__
    return OutboxMessage(**{name: getattr(row, name) for name in names})


class Office:
    """The back office as its staff and the main system use it, each step in a unit of its own."""

    def __init__(self, units: Units, clock: FixedClock) -> None:
        self.units, self.clock = units, clock
        with units.write() as work:
            self.issued = {
                one.label: one for one in service.seed_demo_staff(work, COUNTY, TOWNSHIP)
            }

    def actor(self, label: str) -> Actor:
        return self.resolve(self.issued[label].token)

    def resolve(self, token: str) -> Actor:
        actor = service.resolve_staff(self.units, token)
        assert actor is not None
        return actor

    def hire(self, *roles: StaffRole, scope: str = COUNTY, delegated: bool = False) -> Actor:
        """One more member of staff."""
        with self.units.write() as work:
            token = service.add_staff(
                work, name="新同事", roles=roles, scope=scope, delegated=delegated
            )
        return self.resolve(token)

    def message(self, **changed: Any) -> CaseMessage:
        submission = Submission(
            version=1,
            division=DIVISION,
            programme=changed.pop("programme", "dibao"),
            area="urban",
            decided_by=changed.pop("decided_by", "county"),
            accepted_on=changed.pop("accepted_on", None),
            publicity_exempt=changed.pop("publicity_exempt", False),
            snapshot=changed.pop("snapshot", SNAPSHOT),
            pays=changed.pop("pays", True),
        )
        values: dict[str, Any] = {
            "id": str(uuid.uuid4()),
            "type": "case.submitted_for_review",
            "source": f"zhangban/{COUNTY}",
            "county": COUNTY,
            "case_id": uuid.uuid4(),
            "sequence": 1,
            "submission": submission,
        }
        return CaseMessage(**values | changed)

    def receive(self, message: CaseMessage) -> Outcome:
        with self.units.write() as work:
            return service.receive(work, message)

    def open_case(self, **changed: Any) -> uuid.UUID:
        message = self.message(**changed)
        assert self.receive(message) is Outcome.ACCEPTED
        return self.case_of(message.case_id).id

    def case_of(self, case_id: uuid.UUID) -> BoCase:
        """The case by the main system's id."""
        with self.units.read() as work:
            case = queries.case_of(work, case_id)
            assert case is not None
            work.session.expunge(case)
            return case

    def case(self, case_row_id: uuid.UUID) -> BoCase:
        with self.units.read() as work:
            case = queries.case(work, case_row_id)
            assert case is not None
            work.session.expunge(case)
            return case

    def open_task(self, case_row_id: uuid.UUID) -> BoTask | None:
        with self.units.read() as work:
            task = queries.open_task_of(work, case_row_id)
            if task is not None:
                work.session.expunge(task)
            return task

    def complete(self, label: str, task_id: uuid.UUID, given: Completion) -> None:
        with self.units.write() as work:
            service.complete_task(work, self.actor(label), task_id, given)

    def task(self, case_row_id: uuid.UUID) -> BoTask:
        """The open task, which must be there."""
        task = self.open_task(case_row_id)
        assert task is not None
        return task

    def do(self, case_row_id: uuid.UUID, name: str, given: Completion | None = None) -> None:
        """Complete the open task, which must be `name`, by whoever has to."""
        task = self.task(case_row_id)
        assert task.name == name
        self.complete(self.who(name), task.id, given or self.usual(name))

    def usual(self, name: str) -> Completion:
        if name == "survey":
            return Completion("done", investigators=self.investigators())
        return DONE.get(name) or Completion("approved")

    def investigators(self) -> tuple[uuid.UUID, uuid.UUID]:
        return self.issued["surveyor-1"].staff_id, self.issued["surveyor-2"].staff_id

    @staticmethod
    def who(name: str) -> str:
        return {
            "verification": "verifier",
            "recheck": "verifier",
            "survey": "surveyor-1",
            "first_opinion": "reviewer",
            "start_publicity": "reviewer",
            "county_decision": "decider",
            "township_decision": "township-decider",
        }[name]

    def lose_consent(self, case_row_id: uuid.UUID) -> None:
        """A signer takes the consent back."""
        lost = LostConsent(uuid.uuid4(), date(2026, 3, 2))
        told = self.message(
            case_id=self.case(case_row_id).case_id,
            type="consent.withdrawn",
            sequence=2,
            submission=None,
            lost_consent=lost,
        )
        assert self.receive(told) is Outcome.ACCEPTED

    def audited(self, action: str) -> int:
        """How many rows of the audit tell of this."""
        with self.units.read() as work:
            rows = select(func.count()).select_from(AuditRow).where(AuditRow.action == action)
            return work.session.scalar(rows) or 0

    def publish(self, case_row_id: uuid.UUID) -> None:
        for name in ("survey", "first_opinion", "start_publicity"):
            self.do(case_row_id, name)

    def wait_for_the_end_of_publicity(self) -> None:
        self.clock.advance(days=8)
        assert advance_publicity(self.units) == 1

    def told(self, case_row_id: uuid.UUID) -> list[tuple[str, dict[str, Any]]]:
        """Type and data of everything that was told about a case, as the relay would send it."""
        case = self.case(case_row_id)
        with self.units.read() as work:
            deliveries = relay.of_case(work, service.DESTINATION, case.case_id)
            messages = [message_of(delivery.outbox) for delivery in deliveries]
            return [(one.type, service.build_body(work, one)) for one in messages]

    def today(self) -> date:
        with self.units.read() as work:
            return work.legal.today()
