"""A case's clock as staff see it: each step's last day, and how it was reckoned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma

from backend.applications import service
from backend.applications.models import Case
from backend.applications.schemas.shown import application_view
from backend.applications.service import CaseFacts, ClockFacts
from backend.core.access import Actor
from backend.core.uow import Work
from backend.policy import queries as policy
from backend.policy.rules.clock import Step, StepDue, spans
from backend.policy.rules.values import Words
from backend.web.schemas import Schema


class SpanView(Schema):
    """Days in a row; `note` says what they are, where the calendar does."""

    first = ma.fields.Date(required=True)
    last = ma.fields.Date(required=True)
    note = ma.fields.String(required=True, metadata={"example": "国庆节放假"})


class ClockStepView(Schema):
    """`count` working days after `start`: weekdays in `off` did not count, days in `worked` did
    though they are Saturdays or Sundays, and on those in `stopped` the clock stood. `count` null:
    the day follows from something else.
    """

    step = ma.fields.String(required=True, validate=ma.validate.OneOf(list(Step)))
    due_on = ma.fields.Date(required=True)
    provisional = ma.fields.Boolean(required=True)
    start = ma.fields.Date(required=True)
    count = ma.fields.Integer(required=True, allow_none=True)
    off = ma.fields.List(ma.fields.Nested(SpanView), required=True)
    worked = ma.fields.List(ma.fields.Nested(SpanView), required=True)
    stopped = ma.fields.List(ma.fields.Nested(SpanView), required=True)


class ClockReasonView(Schema):
    code = ma.fields.String(required=True, metadata={"example": "hard_to_survey"})
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class ExtensionView(Schema):
    on = ma.fields.Date(required=True)
    reason = ma.fields.Nested(ClockReasonView, required=True)
    note = ma.fields.String(required=True)


class PauseView(Schema):
    """Without `until` the clock stands now."""

    since = ma.fields.Date(required=True)
    until = ma.fields.Date(required=True, allow_none=True)
    reason = ma.fields.Nested(ClockReasonView, required=True)
    note = ma.fields.String(required=True)


class CaseClockView(Schema):
    """`waiting`: the calendar was changed a moment ago, and the kept days are not reckoned by it
    yet.
    """

    steps = ma.fields.List(ma.fields.Nested(ClockStepView), required=True)
    waiting = ma.fields.Boolean(required=True)
    extension = ma.fields.Nested(ExtensionView, required=True, allow_none=True)
    pauses = ma.fields.List(ma.fields.Nested(PauseView), required=True)
    moves = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(["extend", "pause", "resume"])),
        required=True,
        metadata={"description": "what I may do with the clock now"},
    )
    extension_reasons = ma.fields.List(ma.fields.Nested(ClockReasonView), required=True)
    pause_reasons = ma.fields.List(ma.fields.Nested(ClockReasonView), required=True)


def clock_view(work: Work, actor: Actor, case: Case) -> dict[str, Any] | None:
    """In the words of `CaseClockView`; None before the acceptance."""
    found = service.clock_facts(work, actor, case)
    if found is None:
        return None
    words = policy.vocabulary(work)
    moves = {"extend": found.may_extend, "pause": found.may_pause, "resume": found.may_resume}
    return {
        "steps": [_step(one, found.notes) for one in found.steps],
        "waiting": found.waiting,
        "extension": _extension(found, words.extension_reasons),
        "pauses": [
            {
                "since": row.since,
                "until": row.until,
                "reason": _reason(row.reason, words.pause_reasons),
                "note": note,
            }
            for row, note in zip(found.pauses, found.pause_notes, strict=True)
        ],
        "moves": [name for name, may in moves.items() if may],
        "extensionReasons": _reasons(words.extension_reasons),
        "pauseReasons": _reasons(words.pause_reasons),
    }


def shown_to(work: Work, actor: Actor, found: CaseFacts) -> dict[str, Any]:
    """A case in the words of `ApplicationView`; staff see its clock, too."""
    shown = application_view(work, service.seen_by(work, actor, found), actor.id)
    if actor.is_staff:
        shown["clock"] = clock_view(work, actor, found.case)
    return shown


def _extension(found: ClockFacts, words: Mapping[str, Words]) -> dict[str, Any] | None:
    clock = found.clock
    if clock.extended_on is None or clock.extension_reason is None:
        return None
    return {
        "on": clock.extended_on,
        "reason": _reason(clock.extension_reason, words),
        "note": found.extension_note,
    }


def _step(one: StepDue, notes: Mapping[date, str]) -> dict[str, Any]:
    return {
        "step": one.step,
        "dueOn": one.due,
        "provisional": one.provisional,
        "start": one.start,
        "count": one.count,
        **{
            name: [
                {"first": first, "last": last, "note": notes.get(first, "")}
                for first, last in spans(getattr(one, name))
            ]
            for name in ("off", "worked", "stopped")
        },
    }


def _reasons(words: Mapping[str, Words]) -> list[dict[str, str]]:
    return [_reason(code, words) for code in words]


def _reason(code: str, words: Mapping[str, Words]) -> dict[str, str]:
    """One that the rules have dropped since is named by its code."""
    said = words.get(code) or Words(code, code)
    return {"code": code, "zh": said.zh, "en": said.en}
