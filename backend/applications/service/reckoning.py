"""How the days of an accepted case come about, out of what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from backend.applications import queries
from backend.applications.models import Application, Case, CaseClock, CasePause
from backend.applications.states import Stage
from backend.core.uow import Work
from backend.households import service as households
from backend.households.rules import applicant_of
from backend.policy import queries as policy
from backend.policy.rules.clock import Course, StepDue, Stop, due_dates, total_of
from backend.policy.rules.values import Clocks, RegionRules
from backend.regions import queries as regions
from backend.regions.rules import Calendar

DAY = timedelta(days=1)
_PUBLISHED = frozenset({Stage.PUBLICITY, Stage.DECISION})  # the notice hangs, or has hung


def due_details(case: Application) -> dict[str, Any]:
    """What the audit keeps of the last day."""
    due = case.due_on.isoformat() if case.due_on else None
    return {"due_on": due, "provisional": case.due_provisional}


def reckon(work: Work, case: Application, kept: CaseClock) -> None:
    """Set the days of a case by the calendar as it is, which nobody changes until the commit."""
    calendar, kept.calendar_revision = regions.calendar_to_keep(work, case.division)
    found = _by(work, case, kept, calendar)
    kept.steps = as_kept(found)
    whole = total_of(found)
    case.due_on, case.due_provisional = whole.due, whole.provisional


def dates_of(
    work: Work, case: Case, kept: CaseClock, decided_on: date | None = None
) -> tuple[tuple[StepDue, ...], Calendar]:
    """The days as they would be reckoned now, and by which calendar."""
    calendar = regions.calendar(work, case.division)
    return _by(work, case, kept, calendar, decided_on), calendar


def _by(
    work: Work, case: Case, kept: CaseClock, calendar: Calendar, decided_on: date | None = None
) -> tuple[StepDue, ...]:
    course = _course(work, case, kept, decided_on)
    inside = rules_of(work, case).publicity_inside_clock
    return due_dates(clocks_of(work, case), calendar, course, publicity_inside=inside)


def _course(work: Work, case: Case, kept: CaseClock, decided_on: date | None) -> Course:
    assert case.accepted_on is not None  # noqa: S101 - only an accepted case has a clock
    applicant = applicant_of(households.people_of(work, case.id))
    return Course(
        accepted_on=case.accepted_on,
        extended=kept.extended_on is not None,
        pauses=tuple(_stop(row) for row in queries.pauses_of(work, case.id)),
        publicity=tuple(
            Stop(date.fromisoformat(first), date.fromisoformat(last))
            for first, last in kept.publicity
        ),
        publicity_ahead=decided_on is None and case.stage not in _PUBLISHED,
        exempt=applicant is not None and not applicant.is_adult(case.accepted_on),
        decided_on=decided_on,
    )


def _stop(row: CasePause) -> Stop:
    return Stop(row.since, row.until - DAY if row.until else None)


def clocks_of(work: Work, case: Case) -> Clocks:
    """The clocks of the case's programme."""
    held = policy.programme(work, case.programme, case.submitted_on, case.policy_version)
    return held.clocks


def rules_of(work: Work, case: Case) -> RegionRules:
    """The rules of the day of the acceptance: a case keeps those by which its clock began."""
    on = case.accepted_on or work.legal.today()
    return policy.rules_for(work, case.division, on, case.policy_version)


def new_clock(case: Case) -> CaseClock:
    """A clock that has not run yet."""
    return CaseClock(id=case.id, county=case.county, calendar_revision=0, steps=[], publicity=[])


def clock_of(work: Work, case: Application) -> CaseClock:
    """The case's clock; one that was accepted before there were any gets its own now."""
    kept = queries.clock_of(work, case.id)
    if kept is None:
        kept = new_clock(case)
        work.session.add(kept)
    return kept


def as_kept(found: Sequence[StepDue]) -> list[list[Any]]:
    """The days as their column keeps them."""
    return [[str(one.step), one.due.isoformat(), one.provisional] for one in found]


def kept_step(start: date, kept: Sequence[Any]) -> StepDue:
    """A day out of that column: how it came about is not kept."""
    step, day, provisional = kept
    return StepDue(step, date.fromisoformat(day), provisional, start, None)
