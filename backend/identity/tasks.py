"""Jobs of identity."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, delete

from backend.core.uow import Units
from backend.identity.models import LoginSession

KEPT_AFTER_END = timedelta(days=7)


def forget_sessions(units: Units) -> int:
    """Delete log-ins that ended a week ago; returns how many."""
    with units.write() as work:
        bound = work.wall.now() - KEPT_AFTER_END
        gone = work.session.execute(delete(LoginSession).where(LoginSession.expires_at < bound))
        return cast(CursorResult[object], gone).rowcount
