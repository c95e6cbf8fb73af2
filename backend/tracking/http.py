"""Doors of tracking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.applications.errors import ApplicationNotFound
from backend.tracking import schemas, service
from backend.tracking.errors import LookupFailed
from backend.tracking.service import Timeline
from backend.web import Doors, actor, client_address, units, work
from backend.web.doors import CITIZENS, EVERYBODY, STAFF

blp = Doors("tracking", __name__, url_prefix="/api/v1", description="Where the case stands")


@blp.get("/applications/<uuid:application_id>/timeline")
@blp.door("getTimeline", CITIZENS | STAFF, problems=[ApplicationNotFound])
@blp.response(200, schemas.TimelineView)
def get_timeline(application_id: UUID) -> Timeline:
    """Who did what when, what comes next and by when."""
    return service.timeline(work(), actor(), application_id)


@blp.post("/case-lookups")
@blp.door("lookUpCase", EVERYBODY, problems=[LookupFailed])
@blp.arguments(schemas.LookupBody)
@blp.response(200, schemas.TimelineView)
def look_up_case(body: dict[str, Any]) -> Timeline:
    """Where a case stands, without log-in: by receipt code and the last four of the ID number."""
    return service.look_up(units(), body["receipt_code"], body["last_four"], client_address())
