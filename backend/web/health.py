"""Health doors: alive, and ready with the name of each part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import marshmallow as ma
from flask import Response, jsonify

from backend.web.context import web_kit
from backend.web.doors import EVERYBODY, Doors
from backend.web.schemas import Schema

Check = Callable[[], None]


class HealthView(Schema):
    """`status` is `ok` or `failing`; `parts` names each part; `demo` says that this is a
    demonstration.
    """

    status = ma.fields.String(required=True, metadata={"example": "ok"})
    demo = ma.fields.Boolean(required=True)
    parts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String())


def doors(checks: Mapping[str, Check]) -> Doors:
    """The health doors; each check raises when its part does not work."""
    blp = Doors("operations", __name__, url_prefix="/health", description="Is it running?")

    @blp.get("/live")
    @blp.door("healthLive", EVERYBODY)
    @blp.response(200, HealthView)
    def live() -> dict[str, Any]:
        """Is the process alive?"""
        return {"status": "ok", "demo": web_kit().demo}

    @blp.get("/ready")
    @blp.door("healthReady", EVERYBODY)
    @blp.alt_response(503, schema=HealthView, description="A part does not work.")
    @blp.response(200, HealthView)
    def ready() -> Response:
        """Does every part work?"""
        parts = {name: _outcome(check) for name, check in checks.items()}
        failing = any(outcome != "ok" for outcome in parts.values())
        body = {"status": "failing" if failing else "ok", "demo": web_kit().demo, "parts": parts}
        response = jsonify(body)
        response.status_code = 503 if failing else 200
        return response

    return blp


def _outcome(check: Check) -> str:
    try:
        check()
    except Exception as fault:  # any fault of a part is what this answer is about
        return type(fault).__name__
    return "ok"
