"""Doors of forwarding: the signed way back, and the desk's view of deliveries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
import structlog
from flask import request

from backend.applications.errors import ApplicationNotFound
from backend.core import logs
from backend.core.access import Role
from backend.core.errors import Invalid
from backend.core.transitions import IllegalMove
from backend.forwarding import errors, schemas, service
from backend.relay.errors import SignatureInvalid
from backend.relay.rules import verify
from backend.relay.service import DeliveryView
from backend.web import Doors, actor, if_match, work
from backend.web.context import web_kit
from backend.web.doors import EVERYBODY
from backend.web.leads import first_current
from backend.web.problems import JsonBroken, field_errors

DESK = frozenset({Role.TOWNSHIP, Role.COUNTY, Role.CITY})

blp = Doors("forwarding", __name__, url_prefix="/api/v1", description="To the back office")


@blp.post("/backoffice/events")
@blp.door(
    "receiveBackofficeEvent",
    EVERYBODY,
    problems=[
        SignatureInvalid,
        JsonBroken,
        Invalid,
        errors.EventUnknown,
        errors.EventContradicts,
        ApplicationNotFound,
    ],
    message=schemas.Event,
    body_kb=256,
)
@blp.response(200, schemas.EventAnswer)
def receive_backoffice_event() -> dict[str, Any]:
    """Take one signed event (Standard Webhooks, CloudEvents 1.0 JSON); twice is as good as once."""
    message_id, event = _verified_event()
    data = event["data"]
    logs.about_case(data["caseId"])
    outcome = service.receive(
        work(), message_id, event["type"], UUID(data["caseId"]), data["sequence"], data
    )
    return {"outcome": outcome}


def _verified_event() -> tuple[str, dict[str, Any]]:
    """The signature is checked over the raw body before anything of it is read."""
    raw = request.get_data()
    secrets = [key.secret for key in web_kit().units.vault.ring.all("webhook")]
    headers = {name.lower(): value for name, value in request.headers.items()}
    message_id = verify(secrets, headers, raw)
    structlog.contextvars.bind_contextvars(message_id=message_id[:64])
    try:
        event: dict[str, Any] = schemas.Event().load(orjson.loads(raw))
    except orjson.JSONDecodeError as broken:
        raise JsonBroken() from broken
    except ma.ValidationError as wrong:
        raise errors.EventUnknown(errors=field_errors(wrong.messages)[:20]) from wrong
    if event["id"] != message_id:
        raise SignatureInvalid()
    return message_id, event


@blp.get("/staff/deliveries")
@blp.door("listDeliveries", DESK, leads={"retryDelivery": first_current(delivery_id="id")})
@blp.arguments(schemas.DeliveryQuery, location="query")
@blp.response(200, schemas.DeliveryPage)
def list_deliveries(query: dict[str, Any]) -> Any:
    """What my county, or my city's counties, sent to the back office; what waits or died there."""
    states = [query["state"]] if query["state"] else []
    return service.list_deliveries(work(), actor(), states, query["page"])


@blp.post("/staff/deliveries/<uuid:delivery_id>/retry")
@blp.door("retryDelivery", DESK, problems=[errors.DeliveryNotFound, IllegalMove], versioned=True)
@blp.response(200, schemas.DeliveryItem)
def retry_delivery(delivery_id: UUID) -> DeliveryView:
    """Send a dead delivery, or one that waits to be tried again, at once: own county only (403)."""
    return service.resend(work(), actor(), delivery_id, if_match())
