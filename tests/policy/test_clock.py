"""The last day of each step: by hand for the calendar of 2026, and what must hold for any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.policy.rules.clock import Course, Step, StepDue, Stop, due_dates, spans
from backend.policy.rules.values import Clocks
from backend.regions.rules import Calendar
from backend.regions.service import DATA

DIBAO = Clocks(3, 3, 7, 10, 3, 30, 45)
_ROWS = [line.split("\t") for line in (DATA / "calendar-2026.tsv").read_text().splitlines()[2:]]
C2026 = Calendar(
    {date.fromisoformat(day): kind == "work" for day, kind, _ in _ROWS},
    frozenset({2026}),
    {date.fromisoformat(day): note for day, _, note in _ROWS},
)
# Made up: nobody knows 2027 yet.
OFF_2027 = [date(2027, 1, 1), *(date(2027, 2, n) for n in (5, 8, 9, 10, 11))]
C2027 = Calendar(
    {**C2026.exceptions, **dict.fromkeys(OFF_2027, False), date(2027, 1, 30): True},
    frozenset({2026, 2027}),
)


def days(
    course: Course, calendar: Calendar = C2026, *, inside: bool = True, clocks: Clocks = DIBAO
) -> dict[str, StepDue]:
    found = due_dates(clocks, calendar, course, publicity_inside=inside)
    return {str(one.step): one for one in found}


def dues(course: Course, calendar: Calendar = C2026, **more: Any) -> dict[str, str]:
    return {name: one.due.isoformat() for name, one in days(course, calendar, **more).items()}


def test_every_step_of_a_case_accepted_on_2_march() -> None:
    assert dues(Course(date(2026, 3, 2))) == {
        "check_start": "2026-03-05",
        "survey_start": "2026-03-05",
        "publicity_end": "2026-03-30",  # the 20th working day: ten are left for the decision
        "decision": "2026-04-14",
        "notice": "2026-04-17",
        "total": "2026-04-14",
    }


def test_a_publicity_outside_the_clock_moves_what_follows_it() -> None:
    found = dues(Course(date(2026, 3, 2)), inside=False)
    assert found["survey_start"] == "2026-03-05"
    assert found["publicity_end"] == "2026-04-06"  # seven days after 30 March, a day off or not
    assert (found["decision"], found["total"]) == ("2026-04-20", "2026-04-20")


def test_when_the_notice_hung_is_what_counts_once_it_did() -> None:
    hung = Stop(date(2026, 3, 10), date(2026, 3, 16))
    over = Course(date(2026, 3, 2), publicity=(hung,), publicity_ahead=False)
    found = days(over, inside=False)
    assert found["total"].due == date(2026, 4, 21)  # five working days did not count
    assert found["total"].stopped == tuple(date(2026, 3, n) for n in (10, 11, 12, 13, 16))
    assert found["publicity_end"].due == date(2026, 3, 16)
    # the decision has ten working days from the end of the notice, within the whole
    assert found["decision"].due == date(2026, 3, 30)
    assert dues(over)["total"] == "2026-04-14"  # inside, it moves nothing
    assert dues(over)["decision"] == "2026-03-30"


def test_edge_26_spring_festival_and_a_working_saturday() -> None:
    found = days(Course(date(2026, 2, 12)))
    # 13th, Saturday 14th (调休), then the festival to the 23rd, and the 24th
    assert found["survey_start"].due == date(2026, 2, 24)
    assert found["survey_start"].worked == (date(2026, 2, 14),)
    assert spans(found["survey_start"].off) == [
        (date(2026, 2, 16), date(2026, 2, 20)),
        (date(2026, 2, 23), date(2026, 2, 23)),
    ]
    assert not found["total"].provisional


def test_edge_26_without_a_calendar_of_2027() -> None:
    course = Course(date(2026, 11, 24))
    guess, firm = days(course), days(course, C2027)
    assert (guess["total"].due, guess["total"].provisional) == (date(2027, 1, 5), True)
    assert not guess["survey_start"].provisional
    # New Year's day of 2027 is one day more, and nothing is a guess any longer
    assert (firm["total"].due, firm["total"].provisional) == (date(2027, 1, 6), False)
    assert firm["total"].off == (date(2027, 1, 1),)


def test_edge_27_a_notice_from_31_december() -> None:
    hung = Stop(date(2027, 1, 1), date(2027, 1, 7))
    course = Course(date(2026, 12, 1), publicity=(hung,), publicity_ahead=False)
    guess = days(course)
    assert (guess["publicity_end"].due, guess["publicity_end"].provisional) == (hung.last, True)
    assert guess["total"].due == date(2027, 1, 12)
    firm = days(course, C2027, inside=False)
    assert firm["total"].stopped == tuple(date(2027, 1, n) for n in (4, 5, 6, 7))
    assert (firm["total"].due, firm["total"].provisional) == (date(2027, 1, 19), False)


def test_edge_27_an_objection_on_the_last_day_brings_a_second_notice() -> None:
    first = Stop(date(2027, 1, 1), date(2027, 1, 7))
    objected = Course(date(2026, 12, 1), publicity=(first,))  # back at the survey
    ahead = days(objected, C2027, inside=False)
    # the second notice is still to come: its seven days are reckoned as late as possible
    assert ahead["publicity_end"].due > ahead["survey_start"].due
    # withdrawn: it goes on to the decision, and the one notice that hung is all that did not count
    withdrawn = days(replace(objected, publicity_ahead=False), C2027, inside=False)
    assert withdrawn["total"].due == date(2027, 1, 19)
    assert ahead["total"].due > withdrawn["total"].due
    # inside the clock the whole keeps its day, objection or not
    assert dues(objected, C2027)["total"] == dues(replace(objected, publicity=()), C2027)["total"]


def test_an_extension_makes_30_working_days_45() -> None:
    found = days(Course(date(2026, 3, 2), extended=True))
    assert (found["total"].count, found["total"].due) == (45, date(2026, 5, 8))


def test_days_on_which_the_clock_stood_do_not_count() -> None:
    stood = Course(date(2026, 3, 2), pauses=(Stop(date(2026, 3, 9), date(2026, 3, 13)),))
    assert dues(stood)["total"] == "2026-04-21"
    same_day = Course(date(2026, 3, 2), pauses=(Stop(date(2026, 3, 9), date(2026, 3, 8)),))
    assert dues(same_day)["total"] == "2026-04-14"
    stands = days(Course(date(2026, 3, 2), pauses=(Stop(date(2026, 3, 9), None),)))
    assert (stands["total"].due, stands["total"].provisional) == (date(2026, 4, 14), True)
    assert not stands["survey_start"].provisional


def test_a_notice_that_would_name_a_minor_is_no_step() -> None:
    found = dues(Course(date(2026, 3, 2), exempt=True), inside=False)
    assert "publicity_end" not in found
    assert found["total"] == "2026-04-14"


def test_the_notice_runs_from_the_decision() -> None:
    told = Course(date(2026, 3, 2), publicity_ahead=False, decided_on=date(2026, 3, 20))
    assert dues(told)["notice"] == "2026-03-25"


def test_short_clocks_are_no_longer_than_their_whole() -> None:
    urgent = Clocks(1, 1, 7, 10, 1, 2, 2)
    found = days(Course(date(2026, 3, 2), exempt=True), clocks=urgent)
    assert found["decision"].due == found["total"].due == date(2026, 3, 4)


STARTS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
DAY = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = st.dictionaries(DAY, st.booleans(), max_size=40).map(
    lambda found: Calendar(found, frozenset({2026}))
)
NUMBER = st.integers(1, 20)


@st.composite
def clocks(draw: st.DrawFn) -> Clocks:
    total = draw(st.integers(1, 40))
    more = draw(st.integers(0, 20))
    return Clocks(draw(NUMBER), draw(NUMBER), draw(NUMBER), draw(NUMBER), draw(NUMBER), total,
                  total + more)  # fmt: skip


@st.composite
def courses(draw: st.DrawFn) -> Course:
    start = draw(STARTS)
    length = draw(st.integers(-1, 30))
    first = start + timedelta(days=draw(st.integers(0, 40)))
    pause = Stop(first, draw(st.none() | st.just(first + timedelta(days=length))))
    posted = start + timedelta(days=draw(st.integers(1, 40)))
    hung = Stop(posted, posted + timedelta(days=draw(st.integers(0, 7))))
    ahead = draw(st.booleans())
    return Course(
        start,
        extended=draw(st.booleans()),
        pauses=draw(st.sampled_from([(), (pause,)])),
        publicity=() if ahead and draw(st.booleans()) else (hung,),
        publicity_ahead=ahead,
        exempt=draw(st.booleans()),
    )


def _all(rules: Clocks, calendar: Calendar, course: Course, inside: bool) -> dict[Step, date]:
    found = due_dates(rules, calendar, course, publicity_inside=inside)
    return {one.step: one.due for one in found}


@given(clocks(), CALENDARS, courses(), st.booleans(), st.integers(1, 20))
def test_a_later_start_ends_no_earlier(
    rules: Clocks, calendar: Calendar, course: Course, inside: bool, days_later: int
) -> None:
    later = replace(course, accepted_on=course.accepted_on + timedelta(days=days_later))
    before, after = (_all(rules, calendar, one, inside) for one in (course, later))
    assert all(after[step] >= due for step, due in before.items())


@given(clocks(), CALENDARS, courses(), st.booleans(), DAY)
def test_one_more_day_off_ends_nothing_earlier(
    rules: Clocks, calendar: Calendar, course: Course, inside: bool, holiday: date
) -> None:
    longer = replace(calendar, exceptions={**calendar.exceptions, holiday: False})
    before, after = (_all(rules, one, course, inside) for one in (calendar, longer))
    assert all(after[step] >= due for step, due in before.items())


@given(clocks(), CALENDARS, courses(), st.booleans())
def test_an_extension_and_a_pause_shorten_nothing(
    rules: Clocks, calendar: Calendar, course: Course, inside: bool
) -> None:
    short = replace(course, extended=False, pauses=())
    before = _all(rules, calendar, short, inside)
    for longer in (replace(short, extended=True), replace(short, pauses=course.pauses)):
        after = _all(rules, calendar, longer, inside)
        assert all(after[step] >= due for step, due in before.items())


@given(clocks(), CALENDARS, courses(), st.booleans())
def test_what_was_counted_adds_up(
    rules: Clocks, calendar: Calendar, course: Course, inside: bool
) -> None:
    for one in due_dates(rules, calendar, course, publicity_inside=inside):
        if one.count is None:
            continue
        between = [one.start + timedelta(days=n) for n in range(1, (one.due - one.start).days + 1)]
        weekdays = sum(day.weekday() < 5 for day in between)
        assert one.count == weekdays - len(one.off) + len(one.worked) - len(one.stopped)
