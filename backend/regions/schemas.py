"""What the doors of this room take and show."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.regions.rules import WORKING_OF, DayEntry, Level, is_code
from backend.regions.service import YearEntry
from backend.web.schemas import Schema, Shaped, Text, absent


class DivisionCode(ma.fields.String):
    """A 12-digit division code."""

    def __init__(self, **kwargs: Any) -> None:
        # The pattern is for OpenAPI, whose dialect has no \Z; Python's $ would let a newline pass.
        shape = {"pattern": "^[0-9]{12}$", "example": "610303100001"}
        kwargs["metadata"] = shape | kwargs.get("metadata", {})
        super().__init__(validate=_must_be_code, **kwargs)


def _must_be_code(text: str) -> None:
    if not is_code(text):
        raise ma.ValidationError("division_unknown")


class DivisionQuery(Schema):
    parent = DivisionCode(
        load_default=absent,
        metadata={"description": "whose children; without it the provinces"},
    )
    name = Text(20, load_default=absent, metadata={"description": "a part of the name"})


class DivisionView(Schema):
    code = DivisionCode(required=True)
    name = ma.fields.String(required=True, metadata={"example": "金台区"})
    level = ma.fields.Function(
        lambda place: place.level.name.lower(),
        required=True,
        metadata={"type": "string", "enum": [level.name.lower() for level in Level]},
    )
    parent = DivisionCode(required=True, allow_none=True)


class DivisionList(Schema):
    items = ma.fields.List(ma.fields.Nested(DivisionView), required=True)


PREFIX = "[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}"
_MOST_DAYS = 120


def _prefix(**more: Any) -> Shaped:
    return Shaped(PREFIX, metadata={"example": "610304", "description": more.pop("of")}, **more)


class CalendarQuery(Schema):
    prefix = _prefix(
        of="the beginning of a division's code; without it the whole country", load_default=absent
    )


def _note(**more: Any) -> Text:
    return Text(60, metadata={"example": "春节放假"}, **more)


class CalendarDayView(Schema):
    """A day that differs from Monday to Friday."""

    date = ma.fields.Date(required=True, attribute="day")
    kind = ma.fields.Function(
        lambda day: "work" if day.working else "rest",
        required=True,
        metadata={"type": "string", "enum": ["rest", "work"]},
    )
    note = ma.fields.String(required=True, metadata={"example": "春节放假"})
    prefix = ma.fields.String(
        required=True, metadata={"description": "whose day it is; empty is the whole country's"}
    )


class CalendarYearView(Schema):
    """A year's days off and worked Saturdays and Sundays. Not `known`: nobody has entered them
    yet, and whatever is reckoned past its beginning is provisional.
    """

    year = ma.fields.Integer(required=True)
    prefix = ma.fields.String(required=True)
    known = ma.fields.Boolean(required=True)
    source = ma.fields.String(required=True, allow_none=True)
    days = ma.fields.List(ma.fields.Nested(CalendarDayView), required=True)


class CalendarChangeBody(Schema):
    """Why, and for which place: my own division without `prefix`, or one within it."""

    prefix = _prefix(of="a division within mine", load_default=None)
    reason = Text(
        200, required=True, least=2, metadata={"example": "县政府通知，当天因暴雪停止办公。"}
    )


class CalendarDayBody(CalendarChangeBody):
    """`usual` takes back what this place said of the day."""

    kind = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(list(WORKING_OF)),
        metadata={"example": "rest"},
    )
    note = _note(load_default="")

    @ma.validates_schema
    def check_note(self, data: dict[str, Any], **_: Any) -> None:
        """A day that differs says what day it is."""
        if data["kind"] != "usual" and not data["note"]:
            raise ma.ValidationError("field_required", "note")


class YearDayBody(Schema):
    date = ma.fields.Date(required=True, metadata={"example": "2027-02-08"})
    kind = ma.fields.String(
        required=True, validate=ma.validate.OneOf(["rest", "work"]), metadata={"example": "rest"}
    )
    note = _note(required=True)

    @ma.post_load
    def as_entry(self, day: dict[str, Any], **_: Any) -> DayEntry:
        return DayEntry(day["date"], WORKING_OF[day["kind"]], day["note"])


class CalendarYearBody(CalendarChangeBody):
    """All days of the year that differ from Monday to Friday, as the notice says."""

    source = Text(
        200, required=True, least=2,
        metadata={"example": "国务院办公厅关于2027年部分节假日安排的通知"},
    )  # fmt: skip
    days = ma.fields.List(
        ma.fields.Nested(YearDayBody), required=True, validate=ma.validate.Length(0, _MOST_DAYS)
    )


def year_entry(year: int, body: dict[str, Any]) -> YearEntry:
    """A loaded body as the service takes it."""
    return YearEntry(year, body["source"], body["days"])
