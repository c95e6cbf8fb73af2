"""Division codes and working-day arithmetic as plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum

CODE_DIGITS = 12
MAX_DAYS = 1000
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Level(IntEnum):
    """How far down a division stands (统计用区划代码: 2 + 2 + 2 + 3 + 3 digits)."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


DIGITS: Mapping[Level, int] = {
    Level.PROVINCE: 2,
    Level.PREFECTURE: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: CODE_DIGITS,
}


def is_code(text: str) -> bool:
    """Whether this has the form of a 12-digit division code; such a division need not exist."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def level_of(code: str) -> Level:
    """The level of a 12-digit code, by the zeros it ends in."""
    used = code.rstrip("0")
    return next(level for level, digits in DIGITS.items() if len(used) <= digits)


def ancestors_of(code: str) -> list[str]:
    """The 12-digit codes that may lie above this one, nearest first.

    A city without counties (东莞) is its own county level: a code can be missing in between.
    """
    padded = dict.fromkeys(code[:digits].ljust(CODE_DIGITS, "0") for digits in DIGITS.values())
    return [above for above in reversed(padded) if level_of(above) < level_of(code)]


def prefixes_of(code: str) -> list[str]:
    """All prefixes that rules can be written for, from the country ('') down to the code."""
    return ["", *(code[:digits] for digits in DIGITS.values())]


def is_within(code: str, prefix: str) -> bool:
    """Whether a 12-digit code lies in a division prefix ('' is the whole country)."""
    return code.startswith(prefix)


def county_of(code: str) -> str:
    """The 6-digit county code that every table of a case carries."""
    return code[:6]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a region: exceptions from Monday to Friday, and the known years.

    `notes` say for an exception what day it is (春节放假).
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()
    notes: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether offices work; in a year that is not known, Monday to Friday is assumed."""
        return self.exceptions.get(day, day.weekday() < _SATURDAY)

    def knows(self, day: date) -> bool:
        """Whether the holidays of that year were announced and entered."""
        return day.year in self.known_years


@dataclass(frozen=True, slots=True)
class DayEntry:
    """What staff say about a day: off, worked, or (None) as usual."""

    day: date
    working: bool | None
    note: str = ""

    @property
    def kind(self) -> str:
        return KIND_OF[self.working]

    def columns(self) -> dict[str, object]:
        """As a row of the table keeps it."""
        return {"day": self.day, "working": self.working, "note": self.note}


KIND_OF: Mapping[bool | None, str] = {False: "rest", True: "work", None: "usual"}
WORKING_OF: Mapping[str, bool | None] = {kind: working for working, kind in KIND_OF.items()}


def day_fault(entry: DayEntry, calendar: Calendar, *, has_own: bool) -> str | None:
    """Why a single entry would say nothing new, as a catalogue code: most often the wrong day was
    chosen.
    """
    if entry.working is None:
        return None if has_own else "calendar_day_usual"
    if entry.working != calendar.is_working(entry.day) or has_own:
        return None
    return "calendar_day_works" if entry.working else "calendar_day_rests"


def year_faults(year: int, days: Sequence[DayEntry]) -> list[tuple[str, str]]:
    """Each wrong day of a whole year: its path in the body, and a catalogue code."""
    found, seen = [], set()
    for n, entry in enumerate(days):
        if entry.day.year != year:
            found.append((f"/days/{n}/date", "calendar_other_year"))
        elif entry.day in seen:
            found.append((f"/days/{n}/date", "calendar_day_twice"))
        elif entry.working and entry.day.weekday() < _SATURDAY:
            found.append((f"/days/{n}/date", "calendar_day_works"))
        seen.add(entry.day)
    return found


@dataclass(frozen=True, slots=True)
class DueDate:
    """A last day; provisional when a year on the way to it is not known yet."""

    date: date
    provisional: bool


def add_working_days(start: date, n: int, calendar: Calendar) -> DueDate:
    """The n-th working day after `start`, which itself does not count (民法典 Art. 201).

    `n` is 0 to MAX_DAYS; 0 is `start` itself. ValueError outside.
    """
    _check(n)
    day, left, known = start, n, True
    while left:
        day += _ONE_DAY
        known = known and calendar.knows(day)
        left -= calendar.is_working(day)
    return DueDate(day, provisional=not known)


def add_calendar_days(start: date, n: int, calendar: Calendar) -> DueDate:
    """The n-th day after `start`; a day off moves to the next working day (民法典 Art. 201, 203).

    `n` is 0 to MAX_DAYS. ValueError outside.
    """
    _check(n)
    day = start + timedelta(days=n)
    while not calendar.is_working(day):
        day += _ONE_DAY
    known = all(year in calendar.known_years for year in range(start.year, day.year + 1))
    return DueDate(day, provisional=not known)


def working_days_left(today: date, due: date, calendar: Calendar) -> int:
    """How many working days remain after today, the due date included; negative when past."""
    if due < today:
        return -working_days_left(due, today, calendar)
    days = min((due - today).days, MAX_DAYS)
    return sum(calendar.is_working(today + timedelta(days=n)) for n in range(1, days + 1))


def _check(n: int) -> None:
    if not 0 <= n <= MAX_DAYS:
        raise ValueError(n)
