"""Doors of regions: choosing a place."""

from __future__ import annotations

from datetime import date
from typing import Any

from backend.core.access import Role
from backend.core.errors import NotFound
from backend.regions import errors, queries, schemas, service
from backend.regions.queries import YearView
from backend.regions.rules import WORKING_OF, DayEntry
from backend.web import Doors, actor, if_match, with_etag, work
from backend.web.doors import EVERYBODY

CALENDAR_STAFF = frozenset({Role.COUNTY, Role.CITY})
blp = Doors("regions", __name__, url_prefix="/api/v1", description="Places")


@blp.get("/divisions")
@blp.door("listDivisions", EVERYBODY, problems=[errors.DivisionUnknown])
@blp.arguments(schemas.DivisionQuery, location="query")
@blp.response(200, schemas.DivisionList)
def list_divisions(query: dict[str, Any]) -> dict[str, Any]:
    """The divisions directly below one, by code; at most 1,000."""
    return {"items": queries.list_divisions(work(), query["parent"], query["name"])}


_CHANGING = [errors.DivisionUnknown, errors.CalendarYearFar]


@blp.get("/calendar/<int:year>")
@blp.door("getCalendar", EVERYBODY, problems=[NotFound], etag=True)
@blp.arguments(schemas.CalendarQuery, location="query")
@blp.response(200, schemas.CalendarYearView)
def get_calendar(query: dict[str, Any], year: int) -> YearView:
    """A year's working days: what differs from Monday to Friday, in the country or a place."""
    if not 2000 <= year <= 2100:
        raise NotFound()
    return with_etag(queries.calendar_year(work(), query["prefix"] or "", year))


@blp.put("/staff/calendar/days/<string:day>")
@blp.door(
    "putCalendarDay", CALENDAR_STAFF, problems=[NotFound, *_CHANGING], versioned=True, etag=True
)
@blp.arguments(schemas.CalendarDayBody)
@blp.response(200, schemas.CalendarYearView)
def put_calendar_day(body: dict[str, Any], day: str) -> YearView:
    """Change one day of my place; the answer is its whole year. `If-Match` names the version of
    that year in that place, as `getCalendar` tells it.
    """
    entry = DayEntry(_day(day), WORKING_OF[body["kind"]], body["note"])
    return with_etag(
        service.put_day(work(), actor(), if_match(), _prefix(body), entry, body["reason"])
    )


@blp.put("/staff/calendar/<int:year>")
@blp.door("putCalendarYear", CALENDAR_STAFF, problems=_CHANGING, versioned=True, etag=True)
@blp.arguments(schemas.CalendarYearBody)
@blp.response(200, schemas.CalendarYearView)
def put_calendar_year(body: dict[str, Any], year: int) -> YearView:
    """Enter a year as it was announced; it counts as known from now on."""
    entry = schemas.year_entry(year, body)
    return with_etag(
        service.put_year(work(), actor(), if_match(), _prefix(body), entry, body["reason"])
    )


def _prefix(body: dict[str, Any]) -> str:
    return body["prefix"] or actor().scope or "none"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as none:
        raise NotFound() from none
