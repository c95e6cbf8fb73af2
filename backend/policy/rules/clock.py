"""By when each step of a case is due: a programme's clocks over the calendar of its place.

民发〔2021〕57号: the check and the survey begin within days of the acceptance (受理), the decision
follows the publicity, the whole takes 30 working days, 45 where it was extended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from backend.policy.rules.values import Clocks
from backend.regions.rules import Calendar

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class Step(StrEnum):
    """What has a last day, in the order in which it comes."""

    CHECK_START = "check_start"
    SURVEY_START = "survey_start"
    PUBLICITY_END = "publicity_end"
    DECISION = "decision"
    NOTICE = "notice"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Stop:
    """Days on which the clock stands, the first and the last included; `last` before `first` is
    none at all, None is still to come.
    """

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether this day does not count. One that has no end yet stops nothing: by how much it
        moves the last day is known when it ends.
        """
        return self.last is not None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one case, as far as its clock depends on it.

    `publicity`: each time that the notice hung, without the day on which it was put up (民法典
    Art. 201). `publicity_ahead`: it will hang (again). `exempt`: it never does, the notice would
    name a minor.
    """

    accepted_on: date
    extended: bool = False
    pauses: tuple[Stop, ...] = ()
    publicity: tuple[Stop, ...] = ()
    publicity_ahead: bool = True
    exempt: bool = False
    decided_on: date | None = None

    @property
    def paused(self) -> bool:
        return any(pause.last is None for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class StepDue:
    """The last day of a step and how it was reckoned.

    `count` working days after `start`; of the weekdays `off` did not count, of the weekends
    `worked` did, and `stopped` are the days on which the clock stood. A step whose day is fixed
    otherwise (the notice hangs until then) has `count` None.
    """

    step: Step
    due: date
    provisional: bool
    start: date
    count: int | None
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()
    stopped: tuple[date, ...] = ()


def due_dates(
    clocks: Clocks, calendar: Calendar, course: Course, *, publicity_inside: bool
) -> tuple[StepDue, ...]:
    """The last day of each step, in their order; a step that the case does not have is left out.

    Where the publicity stands outside the clock (`publicity_inside` false) its days do not count.
    As long as it has not begun, it is reckoned as if it began on the last day that leaves the time
    for the decision.
    """
    total = clocks.extended_total_wd if course.extended else clocks.total_wd
    tail = min(clocks.decision_wd, total)
    stops = [*course.pauses, *(() if publicity_inside else course.publicity)]
    reckoning = _Reckoning(calendar, stops, late=course.paused)
    found = [
        reckoning.working(Step.CHECK_START, course.accepted_on, clocks.check_start_wd),
        reckoning.working(Step.SURVEY_START, course.accepted_on, clocks.survey_start_wd),
    ]
    by_then = reckoning.working(Step.PUBLICITY_END, course.accepted_on, total - tail)
    shown = _publicity_end(by_then, clocks, course, calendar, inside=publicity_inside)
    if shown is not None:
        found.append(shown)
        if course.publicity_ahead and not publicity_inside:
            planned = Stop(by_then.due + _ONE_DAY, shown.due)
            reckoning = _Reckoning(calendar, [*stops, planned], late=course.paused)
    whole = reckoning.working(Step.TOTAL, course.accepted_on, total)
    decision = _decision(whole, shown, reckoning, clocks, course)
    told = course.decided_on or decision.due
    notice = _Reckoning(calendar, (), late=decision.provisional and course.decided_on is None)
    return (*found, decision, notice.working(Step.NOTICE, told, clocks.notice_wd), whole)


def total_of(found: Iterable[StepDue]) -> StepDue:
    """The whole case's last day."""
    return next(one for one in found if one.step is Step.TOTAL)


def _publicity_end(
    by_then: StepDue, clocks: Clocks, course: Course, calendar: Calendar, *, inside: bool
) -> StepDue | None:
    """Until when the notice hangs, if it does, else by when it must have hung."""
    if course.publicity and not course.publicity_ahead:
        last = course.publicity[-1]
        if last.last is not None:
            return StepDue(
                Step.PUBLICITY_END, last.last, not calendar.knows(last.last), last.first, None
            )
    if course.exempt or not clocks.publicity_days or not course.publicity_ahead:
        return None
    if inside:
        return by_then
    end = by_then.due + timedelta(days=clocks.publicity_days)
    known = not by_then.provisional and all(
        calendar.knows(day) for day in (by_then.due + _ONE_DAY, end)
    )
    return StepDue(Step.PUBLICITY_END, end, not known, by_then.due, None)


def _decision(
    whole: StepDue, shown: StepDue | None, reckoning: _Reckoning, clocks: Clocks, course: Course
) -> StepDue:
    """Within the whole; once the end of the publicity is known, within its own days, too."""
    if shown is None or course.publicity_ahead:
        own = whole
    else:
        own = reckoning.working(Step.DECISION, shown.due, clocks.decision_wd)
    first = min(own, whole, key=lambda one: one.due)
    return StepDue(
        Step.DECISION, first.due, first.provisional, first.start, first.count, first.off,
        first.worked, first.stopped,
    )  # fmt: skip


class _Reckoning:
    """Counts the working days on which the clock does not stand."""

    def __init__(self, calendar: Calendar, stops: Sequence[Stop], *, late: bool) -> None:
        self._calendar = calendar
        self._stops = stops
        self._late = late  # it stands now: the day will move

    def working(self, step: Step, start: date, count: int) -> StepDue:
        """The `count`-th day after `start`, which itself does not count (民法典 Art. 201)."""
        day, left, known = start, count, True
        off: list[date] = []
        worked: list[date] = []
        stopped: list[date] = []
        while left:
            day += _ONE_DAY
            known = known and self._calendar.knows(day)
            weekday = day.weekday() < _SATURDAY
            counts = self._calendar.is_working(day)
            if counts and any(stop.holds(day) for stop in self._stops):
                stopped.append(day)
                continue
            left -= counts
            if weekday != counts:
                (worked if counts else off).append(day)
        late = self._late and step not in (Step.CHECK_START, Step.SURVEY_START)
        return StepDue(
            step, day, late or not known, start, count, tuple(off), tuple(worked), tuple(stopped)
        )


def spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days put together where one follows the other: first and last of each run."""
    found: list[tuple[date, date]] = []
    begins = [n for n, _ in enumerate(days) if n == 0 or days[n] - days[n - 1] > _ONE_DAY]
    for begin, end in pairwise([*begins, len(days)]):
        found.append((days[begin], days[end - 1]))
    return found
