"""Events of the back office, and deliveries as the desk sees them."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.applications.states import Stage
from backend.relay.states import DeliveryState
from backend.web.paging import PageQuery, page_schema
from backend.web.schemas import Flag, Schema, Shaped, Text, absent


class _Let(Schema):
    class Meta(Schema.Meta):
        unknown = ma.EXCLUDE


_SEQUENCE = ma.validate.Range(1, 2**31 - 1)


class _EventData(_Let):
    case_id = ma.fields.UUID(required=True)
    sequence = ma.fields.Integer(required=True, strict=True, validate=_SEQUENCE)


class _Received(_EventData):
    received_on = ma.fields.Date(required=True)


class _StageChanged(_EventData):
    stage = ma.fields.String(required=True, validate=ma.validate.OneOf([*Stage]))
    publicity_until = ma.fields.Date(load_default=None, allow_none=True)
    recheck = Flag(load_default=False)


class _Decided(_EventData):
    decision = ma.fields.String(required=True, validate=ma.validate.OneOf(["approved", "denied"]))
    amount_fen = ma.fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=ma.validate.Range(0, 10**10)
    )
    reasons = ma.fields.List(Text(500), load_default=list, validate=ma.validate.Length(max=20))
    programme = Text(40, least=1, load_default=None, allow_none=True)
    decided_on = ma.fields.Date(required=True)
    decided_by = ma.fields.String(required=True, validate=ma.validate.Length(max=20))


class _Granted(_EventData):
    pay_from = Shaped(r"[0-9]{4}-[0-9]{2}", load_default=None, allow_none=True)


EVENT_DATA: dict[str, type[_EventData]] = {
    "case.received": _Received,
    "case.stage_changed": _StageChanged,
    "case.decided": _Decided,
    "benefit.granted": _Granted,
}


class Event(_Let):
    """A CloudEvents 1.0 envelope."""

    id = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 64), metadata={"example": "evt-0199f7a2"}
    )
    specversion = ma.fields.String(required=True, validate=ma.validate.OneOf(["1.0"]))
    type = ma.fields.String(required=True, validate=ma.validate.OneOf(list(EVENT_DATA)))
    data = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={
            "description": "by the type: docs/forwarding-contract.md",
            "example": {
                "caseId": "0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d",
                "county": "610304",
                "sequence": 1,
                "receivedOn": "2026-03-02",
            },
        },
    )

    @ma.validates_schema
    def check_data(self, event: dict[str, Any], **_: Any) -> None:
        """Each type has a body of its own."""
        faults = EVENT_DATA[event["type"]]().validate(event["data"])
        if faults:
            raise ma.ValidationError({"data": faults})


class EventAnswer(Schema):
    outcome = ma.fields.String(required=True, metadata={"example": "applied"})


class DeliveryQuery(PageQuery):
    state = ma.fields.String(
        load_default=absent,
        validate=ma.validate.OneOf([str(s) for s in DeliveryState]),
    )


class DeliveryItem(Schema):
    id = ma.fields.UUID(required=True)
    case_id = ma.fields.UUID(required=True, attribute="aggregateid")
    type = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    attempts = ma.fields.Integer(required=True)
    next_at = ma.fields.AwareDateTime(required=True)
    last_status = ma.fields.Integer(allow_none=True)
    last_error = ma.fields.String(allow_none=True)
    version = ma.fields.Integer(required=True)


DeliveryPage = page_schema(DeliveryItem)
