"""Reads: divisions for pickers and headings, the calendar of a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from backend.core.lookups import begins_with
from backend.core.prepared import Prepared
from backend.core.uow import Work
from backend.regions.errors import DivisionTooWide, DivisionUnknown
from backend.regions.models import (
    HEAD,
    CalendarChange,
    CalendarDay,
    CalendarHead,
    CalendarYear,
    Division,
)
from backend.regions.rules import CODE_DIGITS, Calendar, Level, ancestors_of, is_code, prefixes_of

# The largest parent in the whole country has some 600 children.
MAX_CHILDREN = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """A division as other rooms see it."""

    code: str
    name: str
    level: Level
    parent: str | None


def list_divisions(
    work: Work, parent: str | None = None, name_contains: str | None = None
) -> list[Place]:
    """The children of a division (of the country without one) by code, at most MAX_CHILDREN.

    Raises DivisionUnknown where the parent is none.
    """
    if parent is not None:
        get_division(work, parent, path="/parent")
    statement = select(Division).where(Division.parent == parent)
    if name_contains:
        statement = statement.where(Division.name.contains(name_contains, autoescape=True))
    rows = work.session.scalars(statement.order_by(Division.code).limit(MAX_CHILDREN))
    return [_place(row) for row in rows]


_DIVISION = Prepared(
    select(Division.code, Division.name, Division.level, Division.parent).where(
        Division.code == bindparam("code")
    )
)


def get_division(work: Work, code: str, *, path: str | None = None) -> Place:
    """One division; raises DivisionUnknown, pointing at `path` of the request."""
    row = _DIVISION.row(work, code=code) if is_code(code) else None
    if row is None:
        raise DivisionUnknown(path=path)
    return Place(row[0], row[1], Level(row[2]), row[3])


def get_local(work: Work, code: str, *, path: str | None = None) -> Place:
    """A township, or a village below one: where a desk sees what is filed.

    Raises DivisionUnknown, DivisionTooWide.
    """
    place = get_division(work, code, path=path)
    if place.level < Level.TOWNSHIP:
        raise DivisionTooWide(path=path)
    return place


def lies_within(column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """That a column of 12-digit codes lies in a division prefix."""
    return begins_with(column, prefix, CODE_DIGITS)


def has_any_within(work: Work, prefix: str) -> bool:
    """Whether any division's code begins with this prefix."""
    within = lies_within(Division.code, prefix)
    return work.session.scalar(select(Division.code).where(within).limit(1)) is not None


def existing_codes(work: Work, codes: Iterable[str]) -> set[str]:
    """Which of these 12-digit codes are divisions."""
    return set(work.session.scalars(select(Division.code).where(Division.code.in_(list(codes)))))


def names_of(work: Work, codes: Iterable[str]) -> dict[str, str]:
    """The names of these 12-digit codes; one that is not known is missing."""
    statement = select(Division.code, Division.name).where(Division.code.in_(list(codes)))
    return {row.code: row.name for row in work.session.execute(statement)}


def division_path(work: Work, code: str) -> list[Place]:
    """The division and all above it, from the province down; empty where the code is not known."""
    if not is_code(code):
        return []
    chain = [*ancestors_of(code), code]
    rows = work.session.scalars(
        select(Division).where(Division.code.in_(chain)).order_by(Division.level)
    ).all()
    return [_place(row) for row in rows] if rows and rows[-1].code == code else []


def calendar(work: Work, division: str = "") -> Calendar:
    """The calendar of a division code or prefix; a region's own day wins over the country's."""
    prefixes = prefixes_of(division)
    years = work.session.scalars(select(CalendarYear.year).where(CalendarYear.prefix.in_(prefixes)))
    days = work.session.execute(
        select(CalendarDay.prefix, CalendarDay.day, CalendarDay.working, CalendarDay.note).where(
            CalendarDay.prefix.in_(prefixes)
        )
    ).all()
    nearest_last = sorted(days, key=lambda row: len(row.prefix))
    return Calendar(
        {row.day: row.working for row in nearest_last},
        frozenset(years),
        {row.day: row.note for row in nearest_last},
    )


def calendar_to_keep(work: Work, division: str) -> tuple[Calendar, int]:
    """The calendar of a place and its revision, for a day that is going to be kept: it does not
    change before the commit.
    """
    held = select(CalendarHead.revision).where(CalendarHead.id == HEAD).with_for_update(read=True)
    revision = work.session.scalar(held) or 0
    return calendar(work, division), revision


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of a year that differs from Monday to Friday; `prefix` is whose day it is."""

    day: date
    working: bool
    note: str
    prefix: str


@dataclass(frozen=True, slots=True)
class YearView:
    """A year as it holds in a division prefix. `version` counts the changes that touch it."""

    year: int
    prefix: str
    source: str | None
    days: list[YearDay]
    version: int

    @property
    def known(self) -> bool:
        """Whether its days off were announced and entered."""
        return self.source is not None


def calendar_year(work: Work, prefix: str, year: int) -> YearView:
    """One year in a division prefix ('' is the country): of several entries the nearest wins."""
    prefixes = prefixes_of(prefix)
    sources = work.session.execute(
        select(CalendarYear.prefix, CalendarYear.source).where(
            CalendarYear.year == year, CalendarYear.prefix.in_(prefixes)
        )
    ).all()
    days = work.session.scalars(
        select(CalendarDay).where(
            CalendarDay.prefix.in_(prefixes),
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
        )
    )
    nearest = {row.day: row for row in sorted(days, key=lambda row: len(row.prefix))}
    source = max(sources, key=lambda row: len(row.prefix), default=None)
    last = work.session.scalar(
        select(func.max(CalendarChange.revision)).where(
            CalendarChange.year == year, CalendarChange.prefix.in_(prefixes)
        )
    )
    found = [YearDay(d.day, d.working, d.note, d.prefix) for _, d in sorted(nearest.items())]
    return YearView(year, prefix, source.source if source else None, found, last or 0)


def changes_of(work: Work, prefix: str, year: int, most: int) -> Sequence[CalendarChange]:
    """Who changed a year in a place and why, the newest first."""
    statement = select(CalendarChange).where(
        CalendarChange.year == year, CalendarChange.prefix.in_(prefixes_of(prefix))
    )
    newest = statement.order_by(CalendarChange.revision.desc()).limit(most)
    return list(work.session.scalars(newest))


def oldest_unsettled(work: Work) -> CalendarChange | None:
    """The first change by which not everything is reckoned yet."""
    waiting = select(CalendarChange).where(CalendarChange.settled.is_(False))
    return work.session.scalar(waiting.order_by(CalendarChange.revision).limit(1))


def has_any(work: Work) -> bool:
    """Whether divisions were loaded at all."""
    return work.session.scalar(select(Division.code).limit(1)) is not None


def known_years(work: Work) -> list[int]:
    """The years whose days off were entered, for the country or by a place."""
    return list(work.session.scalars(select(CalendarYear.year).distinct().order_by("year")))


def _place(row: Division) -> Place:
    return Place(row.code, row.name, Level(row.level), row.parent)
