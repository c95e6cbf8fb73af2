"""The scheduler's way in: publications whose legal time is over, log-ins that ran out."""

from datetime import timedelta
from typing import Final, cast
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, delete

from backend.backoffice import queries
from backend.backoffice.models import BoSession
from backend.backoffice.service import end_publicity
from backend.backoffice.service.engine import EngineError
from backend.core.uow import ChangedMeanwhile, Units

BATCH: Final = 20
KEPT_AFTER_END: Final = timedelta(days=7)
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


def forget_sessions(units: Units) -> int:
    """Delete log-ins at the pages that ran out a week ago; returns how many."""
    with units.write() as work:
        bound = work.wall.now() - KEPT_AFTER_END
        gone = work.session.execute(delete(BoSession).where(BoSession.expires_at < bound))
        return cast(CursorResult[object], gone).rowcount
