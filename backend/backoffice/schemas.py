"""The bodies of the back office's own API and of the forwarding contract."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma

from backend.backoffice.rules.completion import INVESTIGATORS, RESULTS, Completion
from backend.backoffice.rules.findings import LostConsent
from backend.backoffice.service import CaseMessage, Submission
from backend.backoffice.service.inbox import CONSENT_WITHDRAWN, DUE_CHANGED, SUBMITTED
from backend.backoffice.states import (
    CaseState,
    DecidedBy,
    StaffRole,
    Stage,
    TaskName,
    TaskState,
)
from backend.regions.rules import DueDate
from backend.web.paging import PageQuery
from backend.web.schemas import Fen, Flag, Schema, Text

_ALL_RESULTS = sorted({result for results in RESULTS.values() for result in results})
_MAX_SEQUENCE = 2**31 - 1
_one_of = ma.validate.OneOf
_CASE_ID = "0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d"  # of examples


class Snapshot(Schema):
    """What is known of the otherwise opaque snapshot."""

    class Meta(Schema.Meta):
        unknown = ma.INCLUDE

    headcount = ma.fields.Integer(required=True, strict=True, validate=ma.validate.Range(1, 50))
    applicant_name = Text(60, least=1, required=True)
    amount_fen = Fen(required=True, allow_none=True)
    standard_fen = Fen(required=True, allow_none=True)
    per_head_fen = Fen(required=True, allow_none=True, signed=True)


class EventData(Schema):
    """What the `data` of every event of the contract holds; more is let through unread."""

    class Meta(Schema.Meta):
        unknown = ma.EXCLUDE

    case_id = ma.fields.UUID(required=True)
    county = ma.fields.String(required=True, validate=ma.validate.Regexp(r"\A\d{6}\Z"))
    sequence = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(1, _MAX_SEQUENCE)
    )


class SubmissionData(EventData):
    """The `data` of `case.submitted_for_review`."""

    version = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(1, _MAX_SEQUENCE)
    )
    division = ma.fields.String(required=True, validate=ma.validate.Regexp(r"\A\d{12}\Z"))
    programme = Text(40, least=1, required=True)
    area = Text(10, least=1, required=True)
    decided_by = ma.fields.String(required=True, validate=_one_of([*DecidedBy]))
    accepted_on = ma.fields.Date(load_default=None)
    due_on = ma.fields.Date(load_default=None)
    due_provisional = Flag(load_default=False)
    publicity_exempt = Flag(load_default=False)
    pays = Flag(load_default=True)
    snapshot = ma.fields.Dict(keys=ma.fields.String(), required=True)

    @ma.validates("snapshot")
    def check_snapshot(self, value: dict[str, Any], **_: Any) -> None:
        """The five named fields; the whole stays as it came."""
        errors = Snapshot().validate(value)
        if errors:
            raise ma.ValidationError(errors)


class LostConsentData(EventData):
    """The `data` of `consent.withdrawn`."""

    member_id = ma.fields.UUID(required=True)
    withdrawn_on = ma.fields.Date(required=True)


class DueChangedData(EventData):
    """The `data` of `case.due_changed`."""

    due_on = ma.fields.Date(required=True)
    due_provisional = Flag(required=True)


_DATA: dict[str, type[EventData]] = {
    SUBMITTED: SubmissionData,
    CONSENT_WITHDRAWN: LostConsentData,
    DUE_CHANGED: DueChangedData,
}


class CaseEvent(Schema):
    """A CloudEvents 1.0 envelope; extension attributes are let through unread."""

    class Meta(Schema.Meta):
        unknown = ma.EXCLUDE

    specversion = ma.fields.String(required=True, validate=_one_of(["1.0"]))
    id = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 80), metadata={"example": "evt-0199f7a2"}
    )
    source = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 120), metadata={"example": "zhangban/610304"}
    )
    type = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 60), metadata={"example": SUBMITTED}
    )
    subject = ma.fields.String(
        load_default=None, validate=ma.validate.Length(max=80), metadata={"example": _CASE_ID}
    )
    time = ma.fields.AwareDateTime(load_default=None, format="iso")
    datacontenttype = ma.fields.String(
        load_default="application/json", validate=_one_of(["application/json"])
    )
    data = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={
            "description": "by the type: docs/forwarding-contract.md",
            "example": {
                "caseId": _CASE_ID,
                "county": "610304",
                "sequence": 1,
                "version": 1,
                "division": "610304001001",
                "programme": "dibao",
                "area": "urban",
                "decidedBy": "county",
                "acceptedOn": "2026-03-02",
                "pays": True,
                "snapshot": {
                    "applicantName": "王秀英",
                    "headcount": 3,
                    "amountFen": 18600,
                    "standardFen": 66200,
                    "perHeadFen": 60000,
                },
            },
        },
    )

    @ma.post_load
    def as_message(self, event: dict[str, Any], **_: Any) -> CaseMessage:
        """The event with its data checked by its type; faults point into `/data`."""
        kind = event["type"]
        try:
            data = _DATA.get(kind, EventData)().load(event["data"])
        except ma.ValidationError as error:
            raise ma.ValidationError({"data": error.messages}) from error
        case_id, county = data.pop("case_id"), data.pop("county")
        sequence = data.pop("sequence")
        due_on, provisional = data.pop("due_on", None), data.pop("due_provisional", False)
        due = DueDate(due_on, provisional) if due_on else None
        return CaseMessage(
            id=event["id"],
            type=kind,
            source=event["source"],
            county=county,
            case_id=case_id,
            sequence=sequence,
            submission=Submission(**data, due=due) if kind == SUBMITTED else None,
            lost_consent=LostConsent(**data) if kind == CONSENT_WITHDRAWN else None,
            due=due if kind == DUE_CHANGED else None,
        )


class Receipt(Schema):
    """What became of an event."""

    outcome = ma.fields.String(required=True, metadata={"example": "accepted"})


class TaskView(Schema):
    """A task for lists."""

    id = ma.fields.UUID(required=True)
    case_row_id = ma.fields.UUID(required=True, data_key="backofficeCaseId")
    name = ma.fields.String(required=True, validate=_one_of([*TaskName]))
    role = ma.fields.String(required=True, validate=_one_of([*StaffRole]))
    state = ma.fields.String(required=True, validate=_one_of([*TaskState]))
    division = ma.fields.String(required=True)
    opened_on = ma.fields.Date(required=True)
    due_on = ma.fields.Date(required=True)
    result = ma.fields.String(required=True, allow_none=True)


class CompletionBody(Schema):
    """The result of a task; which fields belong to which task is checked by name."""

    result = ma.fields.String(
        required=True, validate=_one_of(_ALL_RESULTS), metadata={"example": "passed"}
    )
    note = Text(500, load_default="", metadata={"example": "收入已核对。"})
    amount_fen = Fen(
        load_default=None,
        metadata={"example": None, "description": "fen a month, for the household"},
    )
    reasons = ma.fields.List(
        Text(300, least=1),
        load_default=list,
        validate=ma.validate.Length(max=10),
        metadata={"example": []},
    )
    investigators = ma.fields.List(
        ma.fields.UUID(),
        load_default=list,
        validate=ma.validate.Length(max=INVESTIGATORS),
        metadata={"example": []},
    )

    programme = Text(
        40,
        least=1,
        load_default=None,
        allow_none=True,
        metadata={
            "example": None,
            "description": "with a positive opinion: as which of the cascade; null: as it is",
        },
    )

    @ma.post_load
    def as_completion(self, data: dict[str, Any], **_: Any) -> Completion:
        """The plain value that the service takes."""
        reasons: list[str] = data.pop("reasons")
        investigators: list[UUID] = data.pop("investigators")
        return Completion(**data, reasons=tuple(reasons), investigators=tuple(investigators))


class ObjectionBody(Schema):
    """An objection against a published case."""

    note = Text(500, least=1, required=True, metadata={"example": "邻居反映家里有车。"})


class Notice(Schema):
    """What a publication shows (公示): never more than these."""

    applicant_name = ma.fields.String(required=True)
    headcount = ma.fields.Integer(required=True)
    amount_fen = Fen(required=True, allow_none=True)


class PublishedNotice(Notice):
    """A notice that hangs now, with its last day."""

    publicity_until = ma.fields.Date(required=True)


class NoticeQuery(PageQuery):
    """Where: a county, township or village."""

    division = ma.fields.String(
        required=True, validate=ma.validate.Regexp(r"\A\d{6}(\d{3}){0,2}\Z")
    )


class LostConsentView(Schema):
    """Whose consent was taken back or refused after the acceptance: a member of the snapshot."""

    member_id = ma.fields.UUID(required=True)
    withdrawn_on = ma.fields.Date(required=True)


class CaseView(Schema):
    """A case for the staff who work on it."""

    id = ma.fields.UUID(required=True)
    case_id = ma.fields.UUID(required=True)
    programme = ma.fields.String(required=True)
    area = ma.fields.String(required=True)
    division = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=_one_of([*CaseState]))
    stage = ma.fields.String(required=True, validate=_one_of([*Stage]))
    decided_by = ma.fields.String(required=True, validate=_one_of([*DecidedBy]))
    pays = ma.fields.Boolean(required=True)
    opened_on = ma.fields.Date(required=True)
    accepted_on = ma.fields.Date(required=True)
    due_on = ma.fields.Date(required=True)
    due_provisional = ma.fields.Boolean(required=True)
    publicity_until = ma.fields.Date(required=True, allow_none=True)
    notice = ma.fields.Nested(Notice, required=True)
    objections = ma.fields.List(ma.fields.String(), required=True)
    lost_consents = ma.fields.List(ma.fields.Nested(LostConsentView), required=True)
    tasks = ma.fields.List(ma.fields.Nested(TaskView), required=True)


class SnapshotQuery(Schema):
    """Why the full personal values are read; it is kept in the audit."""

    purpose = ma.fields.String(required=True, validate=_one_of([*Stage]))


class SnapshotView(Schema):
    """The forwarded snapshot as it came."""

    snapshot = ma.fields.Dict(keys=ma.fields.String(), required=True)


class ColleagueQuery(Schema):
    """Who: a role within one's own division."""

    role = ma.fields.String(required=True, validate=_one_of([*StaffRole]))


class Colleague(Schema):
    """A member of staff to name in a completion."""

    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)


class Colleagues(Schema):
    """All of one role, at most 200."""

    items = ma.fields.List(ma.fields.Nested(Colleague), required=True)
