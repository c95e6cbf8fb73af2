"""The working-day calendar of a place: a year on the wall, one day changed, a year entered."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from backend.core.access import Role
from backend.core.errors import FieldError, Invalid, NotFound
from backend.regions import queries as regions
from backend.regions import schemas, service
from backend.regions.rules import WORKING_OF, DayEntry
from backend.staff import queries as staff
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench.http.desk import STAFF, pages, show
from backend.workbench.rules.months import HOLIDAYS, months_of, year_of_form

KEEPERS = frozenset({Role.COUNTY, Role.CITY})
_DAY, _CHANGE = schemas.CalendarDayBody(), schemas.CalendarYearBody(exclude=["days"])
_CHANGES = 10


@pages.page("/calendar", "deskCalendarNow", STAFF)
def calendar_now() -> Response:
    """This year's."""
    return to(f"/desk/calendar/{work().legal.today().year}")


@pages.page("/calendar/<int:year>", "deskCalendar", STAFF)
def calendar_page(year: int) -> str:
    """A year of my place: days off, worked Saturdays and Sundays, who changed what and why."""
    this = work().legal.today().year
    if abs(year - this) > 10:
        raise NotFound()
    prefix = actor().scope or ""
    found = regions.calendar_year(work(), prefix, year)
    changes = regions.changes_of(work(), prefix, year, _CHANGES)
    return show(
        "calendar",
        it=found,
        months=months_of(year, {d.day: (d.working, d.note) for d in found.days}),
        own={d.day for d in found.days if d.prefix == prefix},
        chosen=_chosen(year),
        holidays=HOLIDAYS,
        may_keep=actor().has(*KEEPERS) and this - 1 <= year <= this + 2,
        place=staff.place_name(work(), prefix.ljust(12, "0")),
        changes=[(one, staff.staff_name(work(), one.changed_by)) for one in changes],
    )


def _chosen(year: int) -> str:
    """The day that was clicked; nothing where the address holds something else."""
    try:
        found = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return ""
    return found.isoformat() if found.year == year else ""


@pages.act("/calendar/<int:year>/day", "deskCalendarDay", KEEPERS, shows=calendar_page)
def change_day(year: int) -> Response:
    """One day of my place."""
    body = load(_DAY, _text("kind", "note", "reason"))
    try:
        day = date.fromisoformat(request.form.get("date", "").strip())
    except ValueError as none:
        raise Invalid(errors=[FieldError("/date", "field_invalid")]) from none
    if day.year != year:
        raise Invalid(errors=[FieldError("/date", "calendar_other_year")])
    entry = DayEntry(day, WORKING_OF[body["kind"]], body["note"])
    service.put_day(work(), actor(), version(), actor().scope or "none", entry, body["reason"])
    return to(f"/desk/calendar/{year}", "said_calendar_changed")


@pages.act("/calendar/<int:year>", "deskCalendarYear", KEEPERS, shows=calendar_page)
def enter_year(year: int) -> Response:
    """A whole year as the notice announces it."""
    body = load(_CHANGE, _text("source", "reason"))
    entries, faults = year_of_form(year, request.form)
    if not entries and not faults:
        faults = [FieldError("/0/from", "field_required")]
    if faults:
        raise Invalid(errors=faults)
    entry = service.YearEntry(year, body["source"], entries)
    service.put_year(work(), actor(), version(), actor().scope or "none", entry, body["reason"])
    return to(f"/desk/calendar/{year}", "said_calendar_changed")


def _text(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "").strip() for name in names}
