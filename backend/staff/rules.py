"""By when the desk means to have looked at what came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from backend.regions.rules import Calendar, add_working_days

# Working days from the day on which a matter came. The statutory clock begins only with the
# acceptance (受理): until then these are the desk's own promise, the same for every place.
DESK_DAYS: Final[Mapping[str, int]] = {
    "application": 5,  # the design's 5 working days, after which a missing signer is a task
    "review": 2,  # its pictures are kept for seven days at most
    "counter": 1,
    "mandate": 3,
    "wish": 5,
    "help": 2,  # whoever asks cannot help himself, and waits beside the phone
}
_DAY = timedelta(days=1)


def due_on(kind: str, came_on: date, calendar: Calendar) -> date:
    """The last day to look at something that came on this day."""
    return add_working_days(came_on, DESK_DAYS[kind], calendar).date


def overdue_since(kind: str, today: date, calendar: Calendar) -> date:
    """Whatever came on this day or before should have been looked at before today."""
    day = today - _DAY
    while due_on(kind, day, calendar) >= today:
        day -= _DAY
    return day
