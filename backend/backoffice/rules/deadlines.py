"""Time limits as dated data per place, and what they mean for a case."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from backend.backoffice.states import TaskName
from backend.regions.rules import Calendar, DueDate, add_working_days

_FILE = Path(__file__).parent.parent / "process" / "deadlines.toml"


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The limits of one place from one day on: working days, and the calendar days of publicity."""

    division: str
    valid_from: date
    case: int
    publicity_days: int
    tasks: Mapping[TaskName, int]


@cache
def shipped() -> tuple[Deadlines, ...]:
    """The limits that ship with this release."""
    return read(_FILE.read_text(encoding="utf-8"))


def read(text: str) -> tuple[Deadlines, ...]:
    """Limits out of TOML; raises KeyError or ValueError where a task has none."""
    return tuple(
        Deadlines(
            division=str(entry["division"]),
            valid_from=entry["valid_from"],
            case=int(entry["case"]),
            publicity_days=int(entry["publicity_days"]),
            tasks={name: int(entry["tasks"][name]) for name in TaskName},
        )
        for entry in tomllib.loads(text)["deadlines"]
    )


def limits_for(known: Sequence[Deadlines], division: str, on: date) -> Deadlines:
    """The limits of a place on a day: the nearest division prefix, then the latest ones."""
    fitting = [d for d in known if division.startswith(d.division) and d.valid_from <= on]
    if not fitting:
        raise LookupError("no time limits are known for this place and day")
    return max(fitting, key=lambda d: (len(d.division), d.valid_from))


def case_due(limits: Deadlines, accepted_on: date, calendar: Calendar) -> DueDate:
    """The last day of the whole case: 30 working days from acceptance (民发〔2021〕57号)."""
    return add_working_days(accepted_on, limits.case, calendar)


def task_due(
    limits: Deadlines, task: TaskName, opened_on: date, case_due_on: date, calendar: Calendar
) -> date:
    """The day by which a task should be done, not after the case's own unless that has passed."""
    own = add_working_days(opened_on, limits.tasks[task], calendar).date
    return max(min(own, case_due_on), opened_on)


def publicity_until(limits: Deadlines, posted_on: date) -> date:
    """The last day of the notice: the day it is put up does not count (民法典 Art. 201).

    Put up on 22 November for seven days, the notice hangs on the whole of 23 to 29 November; the
    case goes on from the 30th. Days off count: the rule says days (7天), not working days.
    """
    return posted_on + timedelta(days=limits.publicity_days)


def is_publicity_over(until: date, today: date) -> bool:
    """Whether the last day has passed whole."""
    return until < today
