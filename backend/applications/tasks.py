"""Jobs of the worker: cases whose days an older calendar gave are reckoned again."""

from __future__ import annotations

from typing import Final

from backend.applications import queries
from backend.applications.service import clock
from backend.core.access import SYSTEM
from backend.core.uow import Units, Work
from backend.regions import queries as regions
from backend.regions import service as calendar

BATCH: Final = 20
_MOST_BATCHES: Final = 500


def reckon_again(units: Units, batch: int = BATCH) -> int:
    """Go through the changes of the calendar, the first one first, in short write units; returns
    how many cases had a day changed.

    Each case keeps the revision that it was reckoned by, so a worker that died goes on where it
    stood, and a case that was done is not touched again.
    """
    moved = 0
    for _ in range(_MOST_BATCHES):
        with units.read() as work:
            if regions.oldest_unsettled(work) is None:
                break
        with units.write() as work:
            moved += _batch(work, batch)
    return moved


def _batch(work: Work, most: int) -> int:
    change = regions.oldest_unsettled(work)
    if change is None:
        return 0
    cases = queries.reckoned_before(work, change.prefix, change.revision, most)
    if not cases:
        calendar.settle(work, change.revision)
    return sum(clock.reckon_again(work, SYSTEM, case, "calendar") for case in cases)
