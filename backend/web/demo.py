"""Doors of demo mode: they exist only there."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma

from backend.core import legal_offset
from backend.core.clocks import LegalClock
from backend.web.context import work
from backend.web.doors import EVERYBODY, Doors
from backend.web.schemas import Schema

blp = Doors("demo", __name__, url_prefix="/api/v1/demo", description="Demo mode only")


class MoveBody(Schema):
    days = ma.fields.Integer(
        required=True, strict=True, validate=ma.validate.Range(0, 400), metadata={"example": 8}
    )


class ClockView(Schema):
    legal_date = ma.fields.Date(required=True)
    offset_days = ma.fields.Integer(required=True)


@blp.post("/clock")
@blp.door("moveLegalClock", EVERYBODY)
@blp.arguments(MoveBody)
@blp.response(200, ClockView)
def move_legal_clock(body: dict[str, Any]) -> dict[str, Any]:
    """Move statutory time on by some days; sessions and signatures keep the real time."""
    offset = legal_offset.move(work().session, body["days"])
    today: date = LegalClock(work().wall, offset).today()
    return {"legal_date": today, "offset_days": offset}
