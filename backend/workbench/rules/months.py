"""A year as a wall calendar: months, weeks, and what each day is."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.core.errors import FieldError
from backend.regions.rules import DayEntry, year_faults

_SATURDAY = 5
MOST_RANGE = 20
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节", "其他")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day; `mark` says 休 or 班 where it is not as its weekday is."""

    day: date
    mark: str
    off: bool
    note: str


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month from Monday to Sunday; None stands where another month's day is."""

    number: int
    weeks: Sequence[Sequence[Cell | None]]


def months_of(year: int, exceptions: Mapping[date, tuple[bool, str]]) -> list[Month]:
    """Twelve months; `exceptions`: whether a day is worked, and what day it is."""
    wall = calendar.Calendar()
    return [
        Month(
            number,
            [
                [_cell(day, exceptions) if day.month == number else None for day in week]
                for week in wall.monthdatescalendar(year, number)
            ],
        )
        for number in range(1, 13)
    ]


def _cell(day: date, exceptions: Mapping[date, tuple[bool, str]]) -> Cell:
    weekend = day.weekday() >= _SATURDAY
    if day not in exceptions:
        return Cell(day, "", weekend, "")
    working, note = exceptions[day]
    mark = "" if working != weekend else "班" if working else "休"
    return Cell(day, mark, not working, note)


def year_of_form(year: int, form: Mapping[str, str]) -> tuple[list[DayEntry], list[FieldError]]:
    """The days of a filled-in form and what is wrong with it, each fault at its field.

    A row is one holiday: `n/from` to `n/to` are off, `n/work1` and `n/work2` are worked for it.
    Of the days off only Monday to Friday are kept: the others are off anyway.
    """
    entries: list[DayEntry] = []
    fields: list[str] = []
    faults: list[FieldError] = []
    for n, name in enumerate(HOLIDAYS):
        first, last = (_date(form, f"{n}/{end}", faults) for end in ("from", "to"))
        if first and last is None:
            last = None if form.get(f"{n}/to", "").strip() else first
        if last and first is None and not form.get(f"{n}/from", "").strip():
            faults.append(FieldError(f"/{n}/from", "field_required"))
        if first and last:
            faults += _range_faults(n, first, last)
            for day in _weekdays(first, last):
                entries.append(DayEntry(day, False, f"{name}放假"))
                fields.append(f"{n}/from")
        for place in (f"{n}/work1", f"{n}/work2"):
            worked = _date(form, place, faults)
            if worked:
                entries.append(DayEntry(worked, True, f"{name}调休上班"))
                fields.append(place)
    told = {
        f"/{fields[int(path.split('/')[2])]}": code for path, code in year_faults(year, entries)
    }
    return entries, [*faults, *(FieldError(path, code) for path, code in told.items())]


def _range_faults(n: int, first: date, last: date) -> list[FieldError]:
    if last < first:
        return [FieldError(f"/{n}/to", "calendar_range_turned")]
    if (last - first).days >= MOST_RANGE:
        return [FieldError(f"/{n}/to", "calendar_range_long", {"most": MOST_RANGE})]
    return []


def _weekdays(first: date, last: date) -> list[date]:
    length = min((last - first).days + 1, MOST_RANGE)
    days = [first + timedelta(days=n) for n in range(max(length, 0))]
    return [day for day in days if day.weekday() < _SATURDAY]


def _date(form: Mapping[str, str], name: str, faults: list[FieldError]) -> date | None:
    typed = form.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        faults.append(FieldError(f"/{name}", "field_invalid"))
        return None
