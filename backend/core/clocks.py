"""Two clocks: `wall` for sessions, leases and signatures; `legal` for statutory time, which a
demo may move.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SKEW = timedelta(minutes=5)  # how far the clocks of two of our machines may be apart


def lives(now: datetime, began: datetime, ends: datetime) -> bool:
    """Whether what was granted from `began` to `ends` holds now.

    What began in the future began before somebody set the clock back: it would live longer than
    was granted, so it is over.
    """
    return began - SKEW <= now < ends


class WallClock:
    """The machine's clock, in aware UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock(WallClock):
    """A clock that stands still until it is told to go on; for tests and replays."""

    at: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 1, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at

    def advance(self, **delta: float) -> None:
        """Move on by a timedelta's keywords."""
        self.at += timedelta(**delta)


@dataclass(frozen=True, slots=True)
class LegalClock:
    """Statutory time: Beijing dates, moved by `offset_days` (0 outside demo mode)."""

    wall: WallClock
    offset_days: int = 0

    def now(self) -> datetime:
        """Aware time in Asia/Shanghai."""
        return (self.wall.now() + timedelta(days=self.offset_days)).astimezone(SHANGHAI)

    def today(self) -> date:
        """The date in China."""
        return self.now().date()
