"""What the doors of this room take and show."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.regions.rules import Level, is_code
from backend.web.schemas import Schema, Text, absent


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
