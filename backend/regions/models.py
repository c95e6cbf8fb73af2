"""The tables of this room."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base


class Division(Base):
    """A division (行政区划) of any level; its 12-digit code is its identity, never its name."""

    __tablename__ = "divisions"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[int]
    parent: Mapped[str | None] = mapped_column(String(12), ForeignKey("divisions.code"), index=True)


class CalendarYear(Base):
    """A year whose days off the State Council has announced and somebody has entered."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(200))


class CalendarDay(Base):
    """A day that differs from Monday to Friday, in the whole country (prefix '') or a region."""

    __tablename__ = "calendar_days"

    prefix: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    note: Mapped[str] = mapped_column(String(60))
