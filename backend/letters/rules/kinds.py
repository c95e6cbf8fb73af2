"""The kinds of letters, who sends them, and how they are numbered."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from backend.letters.rules.words import said
from backend.regions.rules import DIGITS, Level


class Kind(StrEnum):
    """A letter's kind."""

    RECEIPT = "receipt"  # 收件回执
    ACCEPTANCE = "acceptance"  # 受理通知书
    NOTICE = "notice"  # 一次性告知书
    REFUSAL = "refusal"  # 不予受理通知书
    APPROVAL = "approval"  # 确认告知书
    DENIAL = "denial"  # 不予确认告知书
    AUTHORISATION = "authorisation"  # 授权书


class EndedAs(StrEnum):
    """Why a letter holds no longer."""

    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


def office_name(place: str, level: Level) -> str:
    """Who signs for a place: 某县民政局, 某镇人民政府, 某街道办事处."""
    if level <= Level.COUNTY:
        return f"{place}民政局"
    if place.endswith("街道"):
        return f"{place}办事处"
    return f"{place}人民政府" if place.endswith(("镇", "乡", "苏木")) else place


def office_code(division: str, level: Level) -> str:
    """The 12 digits of the office of this level that a case's division belongs to."""
    return division[: DIGITS[level]].ljust(len(division), "0")


def number(kind: Kind, office: str, year: int, serial: int) -> str:
    """A letter's number (文号): unique by its office, kind and year."""
    digits = DIGITS[Level.TOWNSHIP] if office[6:9].strip("0") else DIGITS[Level.COUNTY]
    series = said(kind, "series")
    return said("common", "number", series=series, year=year, office=office[:digits], serial=serial)


def long_day(day: date) -> str:
    """2026年3月2日, as letters write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_after(day: date) -> str:
    """The first month of payment: the one after the decision (民发〔2021〕57号)."""
    year, month = divmod(day.year * 12 + day.month, 12)
    return f"{year}年{month + 1}月"
