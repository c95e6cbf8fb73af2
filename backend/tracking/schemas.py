"""The timeline as the citizen sees it."""

from __future__ import annotations

import marshmallow as ma

from backend.web.schemas import Schema, Shaped


class StepView(Schema):
    at = ma.fields.AwareDateTime(required=True)
    on = ma.fields.Date(required=True)
    who = ma.fields.String(required=True, metadata={"example": "镇上"})
    who_en = ma.fields.String(required=True)
    text = ma.fields.String(required=True, metadata={"example": "受理了申请"})
    text_en = ma.fields.String(required=True)


class TimelineView(Schema):
    application_id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)
    stage = ma.fields.String(required=True, allow_none=True)
    now = ma.fields.String(required=True)
    now_en = ma.fields.String(required=True)
    next = ma.fields.String(required=True)
    next_en = ma.fields.String(required=True)
    due_on = ma.fields.Date(required=True, allow_none=True)
    due_provisional = ma.fields.Boolean(required=True)
    due_text = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"example": "大约2027年1月5日前有结果，日子可能会变"},
    )
    due_text_en = ma.fields.String(required=True, allow_none=True)
    working_days_left = ma.fields.Integer(required=True, allow_none=True)
    stage_until = ma.fields.Date(required=True, allow_none=True)
    steps = ma.fields.List(ma.fields.Nested(StepView), required=True)


class LookupBody(Schema):
    receipt_code = ma.fields.String(
        required=True,
        validate=ma.validate.Length(10, 30),
        metadata={"example": "7K3M-9QXA-2BFD-W"},
    )
    last_four = Shaped("[0-9]{3}[0-9Xx]", required=True, metadata={"example": "002X"})
