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
from backend.backoffice.rules.findings import Findings, LostConsent
from backend.backoffice.service import engine, moving
from backend.backoffice.service.telling import tell
from backend.backoffice.states import CaseState
from backend.core.access import Actor, Role
from backend.core.errors import FieldError
from backend.core.uow import ChangedMeanwhile, Work
from backend.regions import queries as regions
from backend.regions.rules import DueDate

SUBMITTED: Final = "case.submitted_for_review"
WITHDRAWN: Final = "case.withdrawn"
CONSENT_WITHDRAWN: Final = "consent.withdrawn"
DUE_CHANGED: Final = "case.due_changed"
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
    due: DueDate | None = None  # an event that names none leaves it to the receiver
    pays: bool = True  # an event that does not say so is of the contract before: it pays


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
    lost_consent: LostConsent | None = None
    due: DueDate | None = None


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
    if case is None:
        if message.submission is None:
            return Outcome.IGNORED
        _open_case(work, message, message.submission)
        return Outcome.ACCEPTED
    case.last_sequence_in = message.sequence
    if message.submission is not None:
        return _replace_snapshot(work, case, message.submission)
    if message.lost_consent is not None:
        return _lose_consent(work, case, message.lost_consent)
    if message.due is not None:
        return _move_due(work, case, message.due)
    return _withdraw(work, case) if message.type == WITHDRAWN else Outcome.IGNORED


def _replace_snapshot(work: Work, case: BoCase, submission: Submission) -> Outcome:
    if case.state != CaseState.IN_REVIEW:
        return Outcome.IGNORED
    case.seal(work.vault, snapshot=dict(submission.snapshot))
    _record(work, case, "backoffice.snapshot_replaced")
    return Outcome.ACCEPTED


def _withdraw(work: Work, case: BoCase) -> Outcome:
    if case.state != CaseState.IN_REVIEW:
        # it crossed the decision on the way: the staff find it in the case's audit
        _record(work, case, "backoffice.withdrawn_late")
        return Outcome.IGNORED
    moving.withdraw(work, case)
    _record(work, case, "backoffice.withdrawn")
    return Outcome.ACCEPTED


def _move_due(work: Work, case: BoCase, due: DueDate) -> Outcome:
    """The main system keeps the statutory clock; the open task has to be done by then, too."""
    if case.state != CaseState.IN_REVIEW:
        return Outcome.IGNORED
    case.due_on, case.due_provisional = due.date, due.provisional
    moving.follow_due(work, case)
    _record(work, case, "backoffice.due_changed")
    return Outcome.ACCEPTED


def _lose_consent(work: Work, case: BoCase, lost: LostConsent) -> Outcome:
    """What follows from it is the staff's to decide: the process goes on as it was."""
    if case.state not in {CaseState.IN_REVIEW, CaseState.APPROVED}:
        return Outcome.IGNORED
    findings = moving.findings_of(work, case).lost_consent(lost)
    case.seal(work.vault, findings=findings.to_json())
    _record(work, case, "backoffice.consent_lost")
    return Outcome.ACCEPTED


def _open_case(work: Work, message: CaseMessage, submission: Submission) -> None:
    today = work.legal.today()
    accepted_on = min(submission.accepted_on or today, today)
    limits = deadlines.limits_for(deadlines.shipped(), submission.division, today)
    calendar = regions.calendar(work, submission.division)
    due = submission.due or deadlines.case_due(limits, accepted_on, calendar)
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
        pays=submission.pays,
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
