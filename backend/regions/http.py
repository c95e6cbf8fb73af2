"""Doors of regions: choosing a place."""

from __future__ import annotations

from typing import Any

from backend.regions import errors, queries, schemas
from backend.web import Doors, work
from backend.web.doors import EVERYBODY

blp = Doors("regions", __name__, url_prefix="/api/v1", description="Places")


@blp.get("/divisions")
@blp.door("listDivisions", EVERYBODY, problems=[errors.DivisionUnknown])
@blp.arguments(schemas.DivisionQuery, location="query")
@blp.response(200, schemas.DivisionList)
def list_divisions(query: dict[str, Any]) -> dict[str, Any]:
    """The divisions directly below one, by code; at most 1,000."""
    return {"items": queries.list_divisions(work(), query["parent"], query["name"])}
