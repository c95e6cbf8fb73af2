"""Doors of a case's clock, for the office that may change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.applications import errors, schemas, service
from backend.applications.http.cases import view
from backend.applications.http.doors import blp
from backend.core.access import Role
from backend.web import actor, if_match, work

CLOCK_OFFICES = frozenset({Role.TOWNSHIP, Role.COUNTY})
_CHANGING = [errors.ApplicationNotFound, errors.ClockNotRunning, errors.ClockNotYours]
_REASONED = [*_CHANGING, errors.ClockReasonUnknown, errors.ClockOver]


@blp.post("/staff/applications/<uuid:application_id>/extension")
@blp.door(
    "extendClock",
    CLOCK_OFFICES,
    problems=[*_REASONED, errors.ClockExtended, errors.ClockNotExtendable],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.ExtensionBody)
@blp.response(200, schemas.ApplicationView)
def extend_clock(body: dict[str, Any], application_id: UUID) -> Response:
    """Make the time of a case longer (30 → 45 working days), once, for a reason of the law."""
    return view(service.extend(work(), actor(), application_id, if_match(), **body))


@blp.post("/staff/applications/<uuid:application_id>/pause")
@blp.door(
    "pauseClock",
    CLOCK_OFFICES,
    problems=[*_REASONED, errors.PauseNotAllowed, errors.ClockPaused],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.PauseBody)
@blp.response(200, schemas.ApplicationView)
def pause_clock(body: dict[str, Any], application_id: UUID) -> Response:
    """Let the clock stand from today on, where the place's rules have a pause."""
    return view(service.pause(work(), actor(), application_id, if_match(), **body))


@blp.post("/staff/applications/<uuid:application_id>/resumption")
@blp.door(
    "resumeClock",
    CLOCK_OFFICES,
    problems=[*_CHANGING, errors.ClockNotPaused],
    versioned=True,
    etag=True,
)
@blp.response(200, schemas.ApplicationView)
def resume_clock(application_id: UUID) -> Response:
    """Let the clock go on: today counts again."""
    return view(service.resume(work(), actor(), application_id, if_match()))
