"""Take what the main system forwards: once, in order, case by case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import EventInvalid, SequenceGap
from backend.backoffice.models import BoCase, BoInbox, BoSpec
from backend.backoffice.rules import deadlines
from backend.backoffice.rules.findings import Findings
from backend.backoffice.service import engine, moving
from backend.backoffice.service.telling import tell
from backend.backoffice.states import CaseState
from backend.core.access import Actor, Role
from backend.core.errors import FieldError
from backend.core.uow import ChangedMeanwhile, Work
from backend.regions import queries as regions

SUBMITTED: Final = "case.submitted_for_review"
WITHDRAWN: Final = "case.withdrawn"
RETRY_AFTER_S: Final = 5

_SENDER: Final = Actor(roles=frozenset({Role.SYSTEM}))


class Outcome(StrEnum):
    """What became of an event; all of them are answered with success."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"  # this webhook-id was taken before
    OUTDATED = "outdated"  # a later event of the case was taken before
    IGNORED = "ignored"  # a type that this receiver does not act on, or a case that has ended


@dataclass(frozen=True, slots=True)
class Submission:
    """The data of `case.submitted_for_review`; `snapshot` is opaque but for five fields."""

    version: int
    division: str
    programme: str
    area: str
    decided_by: str
    accepted_on: date | None
    publicity_exempt: bool
    snapshot: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseMessage:
    """One verified event of the forwarding contract."""

    id: str
    type: str
    source: str
    county: str
    case_id: UUID
    sequence: int
    submission: Submission | None = None


def receive(work: Work, message: CaseMessage) -> Outcome:
    """Take one event; raises SequenceGap (503) where an earlier one is missing, EventInvalid."""
    if queries.inbox_has(work, message.id):
        return Outcome.DUPLICATE
    _check_county(message)
    case = queries.locked_case_of(work, message.case_id)
    last = queries.last_sequence_in(work, message.case_id)
    if message.sequence > last + 1:
        raise SequenceGap(retry_after=RETRY_AFTER_S)
    outcome = Outcome.OUTDATED if message.sequence <= last else _act(work, case, message)
    _note(work, message, outcome)
    return outcome


def _check_county(message: CaseMessage) -> None:
    errors = []
    if message.source.rpartition("/")[2] != message.county:
        errors.append(FieldError("/source", "bo_event_source_mismatch"))
    submission = message.submission
    if submission is not None and not submission.division.startswith(message.county):
        errors.append(FieldError("/data/division", "bo_division_outside_county"))
    if errors:
        raise EventInvalid(errors=errors)


def _act(work: Work, case: BoCase | None, message: CaseMessage) -> Outcome:
    if case is not None:
        case.last_sequence_in = message.sequence
    if message.type == SUBMITTED and message.submission is not None:
        if case is None:
            _open_case(work, message, message.submission)
            return Outcome.ACCEPTED
        if case.state == CaseState.IN_REVIEW:
            case.seal(work.vault, snapshot=dict(message.submission.snapshot))
            _record(work, case, "backoffice.snapshot_replaced")
            return Outcome.ACCEPTED
    if message.type == WITHDRAWN and case is not None and case.state == CaseState.IN_REVIEW:
        moving.withdraw(work, case)
        _record(work, case, "backoffice.withdrawn")
        return Outcome.ACCEPTED
    return Outcome.IGNORED


def _open_case(work: Work, message: CaseMessage, submission: Submission) -> None:
    today = work.legal.today()
    accepted_on = min(submission.accepted_on or today, today)
    limits = deadlines.limits_for(deadlines.shipped(), submission.division, today)
    calendar = regions.calendar(work, submission.division)
    due = deadlines.case_due(limits, accepted_on, calendar)
    process = engine.current_process()
    run = engine.Run.start(
        process,
        {
            "decided_by": submission.decided_by,
            "publicity_exempt": submission.publicity_exempt,
            "objections_used": 0,
        },
    )
    case = BoCase(
        id=work.new_id(),
        case_id=message.case_id,
        county=message.county,
        division=submission.division,
        programme=submission.programme,
        area=submission.area,
        decided_by=submission.decided_by,
        publicity_exempt=submission.publicity_exempt,
        state=CaseState.IN_REVIEW,
        stage="",  # none yet: settling enters the first one
        opened_on=today,
        accepted_on=accepted_on,
        due_on=due.date,
        due_provisional=due.provisional,
        spec_id=_spec(work, process).id,
        last_sequence_in=message.sequence,
        sequence_out=0,
    )
    case.seal(work.vault, snapshot=dict(submission.snapshot))
    case.seal(work.vault, findings=Findings().to_json(), workflow_state=run.state())
    work.session.add(case)
    _flush_or_lose(work)
    body = {
        "receivedOn": today.isoformat(),
        "dueOn": due.date.isoformat(),
        "dueProvisional": due.provisional,
    }
    tell(work, case, "case.received", body)
    moving.settle(work, case, run, Findings())
    _record(work, case, "backoffice.received")


def _spec(work: Work, process: engine.Process) -> BoSpec:
    kept = queries.spec(work, process.version)
    if kept is None:
        kept = BoSpec(id=work.new_id(), digest=process.version, text=process.text)
        work.session.add(kept)
        _flush_or_lose(work)
    return kept


def _note(work: Work, message: CaseMessage, outcome: Outcome) -> None:
    work.session.add(
        BoInbox(
            id=work.new_id(),
            webhook_id=message.id,
            county=message.county,
            case_id=message.case_id,
            type=message.type,
            sequence=message.sequence,
            outcome=outcome,
        )
    )
    _flush_or_lose(work)


def _flush_or_lose(work: Work) -> None:
    """Meet the unique keys now: the loser of a race is told to send again (409)."""
    try:
        work.session.flush()
    except IntegrityError as lost:
        raise ChangedMeanwhile(retry_after=RETRY_AFTER_S) from lost


def _record(work: Work, case: BoCase, action: str) -> None:
    audit.record(work, _SENDER, action, f"bo_case:{case.id}", case=case.case_id, county=case.county)
