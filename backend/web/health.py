"""Health doors: alive, and ready with the state of each part; asking them makes no work."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import marshmallow as ma
import structlog
from flask import Response, jsonify

from backend.core.uow import Units
from backend.web.context import web_kit
from backend.web.doors import EVERYBODY, Doors
from backend.web.schemas import Schema

log = structlog.get_logger("zhangban.web")


class State(StrEnum):
    """`degraded`: people are served, somebody should look; `failing`: they cannot be served."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Part:
    """How one part does; `detail` is one word of a fixed set and shows nothing from inside."""

    state: State
    detail: str


@dataclass
class Check:
    """Looks at one part, at most once in `every_s` seconds however many ask.

    A look that raises is a fault of the part: `worst` says what that means to people.
    """

    look: Callable[[Units], Part]
    worst: State = State.DEGRADED
    every_s: float = 5.0
    clock: Callable[[], float] = time.monotonic
    _seen: Part | None = None
    _again_at: float = 0.0
    _one_looks: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, units: Units) -> Part:
        seen = self._seen
        if seen is not None and self.clock() < self._again_at:
            return seen
        # While one looks at a part that hangs, the others are told what was seen last.
        if not self._one_looks.acquire(blocking=seen is None):
            return seen or Part(self.worst, "fault")
        try:
            if self._seen is None or self.clock() >= self._again_at:
                self._seen = self._outcome(units)
                self._again_at = self.clock() + self.every_s
            return self._seen
        finally:
            self._one_looks.release()

    def _outcome(self, units: Units) -> Part:
        try:
            return self.look(units)
        except Exception:  # any fault of a part is what this answer is about
            log.warning("health_check_failed", exc_info=True)
            return Part(self.worst, "fault")


class PartView(Schema):
    state = ma.fields.Enum(State, by_value=True, required=True)
    detail = ma.fields.String(required=True, metadata={"example": "fresh"})


class HealthView(Schema):
    """`failing` (503): people cannot be served; `degraded`: they are, but a part wants looking at.
    `demo` says that this is a demonstration.
    """

    status = ma.fields.Enum(State, by_value=True, required=True)
    demo = ma.fields.Boolean(required=True)
    parts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(PartView))


def doors(checks: Mapping[str, Check]) -> Doors:
    """The health doors over the named parts."""
    blp = Doors("operations", __name__, url_prefix="/health", description="Is it running?")

    @blp.get("/live")
    @blp.door("healthLive", EVERYBODY)
    @blp.response(200, HealthView)
    def live() -> dict[str, Any]:
        """Is the process alive?"""
        return {"status": State.OK, "demo": web_kit().demo}

    @blp.get("/ready")
    @blp.door("healthReady", EVERYBODY)
    @blp.alt_response(503, schema=HealthView, description="People cannot be served.")
    @blp.response(200, HealthView)
    def ready() -> Response:
        """Does every part work? The answer may be some seconds old."""
        kit = web_kit()
        parts = {name: check(kit.units) for name, check in checks.items()}
        status = worst_of(parts.values())
        told = {name: {"state": part.state, "detail": part.detail} for name, part in parts.items()}
        response = jsonify({"status": status, "demo": kit.demo, "parts": told})
        response.status_code = 503 if status is State.FAILING else 200
        return response

    return blp


def worst_of(parts: Any) -> State:
    """The whole is as well as its worst part."""
    order = list(State)
    return max((part.state for part in parts), key=order.index, default=State.OK)
