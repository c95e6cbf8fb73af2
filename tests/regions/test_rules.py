"""Codes and working days, with the edge cases of the domain notes."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.regions import rules
from backend.regions.rules import Calendar, DueDate, Level
from backend.regions.service import DATA

BAOJI, JINTAI = "610300000000", "610303000000"


def shipped_2026() -> Calendar:
    lines = (DATA / "calendar-2026.tsv").read_text(encoding="utf-8").splitlines()
    days = [line.split("\t") for line in lines if line.startswith("2026")]
    return Calendar({date.fromisoformat(d[0]): d[1] == "work" for d in days}, frozenset({2026}))


CALENDAR = shipped_2026()


@pytest.mark.parametrize(
    ("code", "level", "above"),
    [
        ("610000000000", Level.PROVINCE, []),
        (BAOJI, Level.PREFECTURE, ["610000000000"]),
        (JINTAI, Level.COUNTY, [BAOJI, "610000000000"]),
        ("610303001000", Level.TOWNSHIP, [JINTAI, BAOJI, "610000000000"]),
        ("610303001001", Level.VILLAGE, ["610303001000", JINTAI, BAOJI, "610000000000"]),
        ("500100000000", Level.PREFECTURE, ["500000000000"]),
        # 东莞 has no counties: its townships hang on the city
        ("441900003000", Level.TOWNSHIP, ["441900000000", "440000000000"]),
    ],
)
def test_level_and_ancestors_follow_from_the_code(
    code: str, level: Level, above: list[str]
) -> None:
    assert rules.level_of(code) is level
    assert rules.ancestors_of(code) == above


@pytest.mark.parametrize(
    "text", ["", "6103", "61030300000", "6103030000000", "61030300000x", "６１０３０３００００００"]
)
def test_other_texts_are_no_codes(text: str) -> None:
    assert not rules.is_code(text)


def test_prefixes_and_county() -> None:
    assert rules.prefixes_of("610303001001") == [
        "",
        "61",
        "6103",
        "610303",
        "610303001",
        "610303001001",
    ]
    assert rules.county_of("610303001001") == "610303"
    assert rules.is_within("610303001001", "6103")
    assert rules.is_within("610303001001", "")
    assert not rules.is_within("610303001001", "6104")


def test_the_shipped_calendar_is_the_library_s_day_by_day() -> None:
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 2), 1, date(2026, 3, 3)),  # the day itself does not count
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        # edge case 26: Spring Festival, with the working Saturdays 14 and 28 February
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),
        (date(2026, 2, 13), 6, date(2026, 2, 28)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 3, 2), 30, date(2026, 4, 14)),  # 6 April is a day off
    ],
)
def test_working_days_of_2026(start: date, n: int, due: date) -> None:
    assert rules.add_working_days(start, n, CALENDAR) == DueDate(due, provisional=False)


def test_a_clock_that_runs_into_an_unknown_year_is_provisional() -> None:
    # domain §3: 30 working days from 22 November 2026 end in 2027, whose holidays nobody knows yet
    due = rules.add_working_days(date(2026, 11, 22), 30, CALENDAR)
    assert due == DueDate(date(2027, 1, 1), provisional=True)
    assert not rules.add_working_days(date(2026, 11, 22), 29, CALENDAR).provisional
    known = Calendar({**CALENDAR.exceptions, date(2027, 1, 1): False}, frozenset({2026, 2027}))
    assert rules.add_working_days(date(2026, 11, 22), 30, known) == DueDate(
        date(2027, 1, 4), provisional=False
    )


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (date(2026, 3, 2), 7, date(2026, 3, 9)),
        (date(2026, 9, 25), 7, date(2026, 10, 8)),  # the last day falls into the National Day
        (date(2026, 2, 7), 7, date(2026, 2, 14)),  # a Saturday, but a working one
    ],
)
def test_calendar_days_end_on_a_working_day(start: date, n: int, due: date) -> None:
    assert rules.add_calendar_days(start, n, CALENDAR) == DueDate(due, provisional=False)


def test_publicity_from_31_december_is_provisional() -> None:  # edge case 27
    due = rules.add_calendar_days(date(2026, 12, 31), 7, CALENDAR)
    assert due == DueDate(date(2027, 1, 7), provisional=True)


def test_days_left_count_the_due_date_and_go_below_zero() -> None:
    assert rules.working_days_left(date(2026, 9, 30), date(2026, 10, 10), CALENDAR) == 3
    assert rules.working_days_left(date(2026, 9, 30), date(2026, 9, 30), CALENDAR) == 0
    assert rules.working_days_left(date(2026, 10, 10), date(2026, 9, 30), CALENDAR) == -3


@given(st.dates(date(2025, 6, 1), date(2027, 6, 1)), st.integers(0, 60))
def test_due_dates_grow_and_agree_with_days_left(start: date, n: int) -> None:
    due = rules.add_working_days(start, n, CALENDAR).date
    assert rules.working_days_left(start, due, CALENDAR) == n
    assert rules.add_working_days(start, n + 1, CALENDAR).date > due
    assert n == 0 or CALENDAR.is_working(due)


@pytest.mark.parametrize("n", [-1, rules.MAX_DAYS + 1])
def test_absurd_spans_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match=str(n)):
        rules.add_working_days(date(2026, 3, 2), n, CALENDAR)
    with pytest.raises(ValueError, match=str(n)):
        rules.add_calendar_days(date(2026, 3, 2), n, CALENDAR)
