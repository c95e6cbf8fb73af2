"""The tables of this room."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant


class Division(Base):
    """A division (行政区划) of any level; its 12-digit code is its identity, never its name."""

    __tablename__ = "divisions"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[int]
    parent: Mapped[str | None] = mapped_column(String(12), ForeignKey("divisions.code"), index=True)


class CalendarYear(Base):
    """A year whose days off were announced and entered, for the country (prefix '') or a region."""

    __tablename__ = "calendar_years"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True, default="", server_default="")
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200))


class CalendarDay(Base):
    """A day that differs from Monday to Friday, in the whole country (prefix '') or a region."""

    __tablename__ = "calendar_days"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(String(60))


HEAD = 1


class CalendarHead(Base):
    """The single row `id = 1`: how many changes there were. Whoever keeps a day that was reckoned
    by the calendar holds it, so that no change slips in between.
    """

    __tablename__ = "calendar_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]


class CalendarChange(Base):
    """One change of a year: where, by whom and why; `settled` once all that it touches is
    reckoned again.
    """

    __tablename__ = "calendar_changes"
    __table_args__ = (
        Index("ix_calendar_changes_open", "settled", "revision"),
        Index("ix_calendar_changes_year", "year", "prefix"),
    )

    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prefix: Mapped[str] = mapped_column(String(12))
    year: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    settled: Mapped[bool]
