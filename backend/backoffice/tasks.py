"""The scheduler's way in: publications whose legal time is over."""

from typing import Final
from uuid import UUID

import structlog

from backend.backoffice import queries
from backend.backoffice.service import end_publicity
from backend.backoffice.service.engine import EngineError
from backend.core.uow import ChangedMeanwhile, Units

BATCH: Final = 20
log = structlog.get_logger("zhangban.backoffice")


def advance_publicity(units: Units) -> int:
    """Send `publicity_over` to every case whose last day of publicity is before legal today.

    One short write unit per case, so that a case which cannot go on stops no other; a second run
    changes nothing. Returns how many cases went on.
    """
    moved, after = 0, None
    while True:
        with units.read() as work:
            found = queries.published_before(work, work.legal.today(), after, BATCH)
        for case_row_id in found:
            moved += _advance(units, case_row_id)
        if len(found) < BATCH:
            return moved
        after = found[-1]


def _advance(units: Units, case_row_id: UUID) -> bool:
    try:
        with units.write() as work:
            return end_publicity(work, case_row_id)
    except ChangedMeanwhile:
        return False  # somebody works on the case just now; the next run sees it again
    except EngineError:
        log.exception("publicity_stuck", case_row_id=str(case_row_id))
        return False
