"""Staff keep the calendar of their place: a single day, or a whole year as it was announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert

from backend.audit import service as audit
from backend.core.access import Actor, require
from backend.core.errors import FieldError, Invalid
from backend.core.uow import Work
from backend.regions import queries
from backend.regions.errors import CalendarYearFar, DivisionUnknown
from backend.regions.models import CalendarDay, CalendarYear
from backend.regions.permissions import CALENDAR_EDIT
from backend.regions.queries import YearView
from backend.regions.rules import DayEntry, day_fault, year_faults
from backend.regions.service.changes import lock_head, note_change

COUNTY_DIGITS = 6
YEARS_BACK, YEARS_AHEAD = 1, 2


@dataclass(frozen=True, slots=True)
class YearEntry:
    """A year as a notice announces it."""

    year: int
    source: str
    days: Sequence[DayEntry]


def put_day(
    work: Work, actor: Actor, version: int, prefix: str, entry: DayEntry, reason: str
) -> YearView:
    """Make a day of a place one off, one worked, or as usual (its own entry is taken away).

    Raises AccessRefused, DivisionUnknown, CalendarYearFar, StaleVersion, Invalid at `/kind` where
    the day is so anyway. What was reckoned by the day is reckoned again soon.
    """
    found = _for_change(work, actor, version, prefix, entry.day.year)
    calendar = queries.calendar(work, prefix)
    own = next((d for d in found.days if d.day == entry.day and d.prefix == prefix), None)
    fault = day_fault(entry, calendar, has_own=own is not None)
    if fault is not None:
        raise Invalid(errors=[FieldError("/kind", fault)])
    _drop_days(work, prefix, entry.day, entry.day)
    if entry.working is not None:
        work.session.add(CalendarDay(prefix=prefix, **entry.columns()))
    return _changed(
        work, actor, "calendar.day_set", prefix, entry.day.year, reason,
        day=entry.day.isoformat(), kind=entry.kind,
    )  # fmt: skip


def put_year(
    work: Work, actor: Actor, version: int, prefix: str, entry: YearEntry, reason: str
) -> YearView:
    """Enter a whole year of a place: all its own days of that year are those of the entry now.

    Raises as `put_day`; Invalid names each wrong day (`/days/3/date`).
    """
    _for_change(work, actor, version, prefix, entry.year)
    faults = year_faults(entry.year, entry.days)
    if faults:
        raise Invalid(errors=[FieldError(path, code) for path, code in faults])
    _drop_days(work, prefix, date(entry.year, 1, 1), date(entry.year, 12, 31))
    known = work.session.get(CalendarYear, (prefix, entry.year))
    if known is None:
        work.session.add(CalendarYear(prefix=prefix, year=entry.year, source=entry.source))
    else:
        known.source = entry.source
    rows = [{"prefix": prefix, **day.columns()} for day in entry.days]
    if rows:
        work.session.execute(insert(CalendarDay), rows)
    return _changed(
        work, actor, "calendar.year_entered", prefix, entry.year, reason, days=len(rows)
    )


def _for_change(work: Work, actor: Actor, version: int, prefix: str, year: int) -> YearView:
    """The year as it is, which nobody else changes until the commit."""
    require(CALENDAR_EDIT, actor, prefix)
    if not queries.has_any_within(work, prefix):
        raise DivisionUnknown(path="/prefix")
    this = work.legal.today().year
    if not this - YEARS_BACK <= year <= this + YEARS_AHEAD:
        raise CalendarYearFar(first=this - YEARS_BACK, last=this + YEARS_AHEAD)
    lock_head(work)
    found = queries.calendar_year(work, prefix, year)
    work.check_version(found, version)
    return found


def _drop_days(work: Work, prefix: str, first: date, last: date) -> None:
    work.session.execute(
        delete(CalendarDay).where(
            CalendarDay.prefix == prefix, CalendarDay.day.between(first, last)
        )
    )


def _changed(
    work: Work, actor: Actor, action: str, prefix: str, year: int, reason: str, **details: Any
) -> YearView:
    change = note_change(work, prefix, year, reason, actor.id)
    county = prefix[:COUNTY_DIGITS] if len(prefix) >= COUNTY_DIGITS else audit.NOWHERE
    subject = f"calendar:{prefix}:{year}"
    # the reason is free text and stands in the change that the row names
    audit.record(work, actor, action, subject, county=county, revision=change.revision, **details)
    return queries.calendar_year(work, prefix, year)
