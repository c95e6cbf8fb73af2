"""How often one address may ask: so many times a minute, counted in this process."""

from __future__ import annotations

import math
import threading
import time
from collections import Counter

from flask import Flask, request

from backend.core.errors import TooManyAttempts

_WINDOW_S = 60
_MOST_ADDRESSES = 100_000  # a flood from more than these begins a new count


class Rate:
    """A fixed window. flask-limiter does the same and takes as long as the rest of a short read
    (docs/adr/0011-hot-paths.md); attempts that matter are counted in the database.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: Counter[str] = Counter()
        self._until = 0.0
        self._lock = threading.Lock()

    def take(self, who: str) -> int | None:
        """Count one; the seconds to wait where `who` has used up the window."""
        now = time.monotonic()
        with self._lock:
            if now >= self._until or len(self._counts) > _MOST_ADDRESSES:
                self._counts.clear()
                self._until = now + _WINDOW_S
            self._counts[who] += 1
            if self._counts[who] <= self._most:
                return None
            return math.ceil(self._until - now)


def limit_by_address(app: Flask, a_minute: int) -> None:
    """Let the app answer 429 to an address that asks more often."""
    rate = Rate(a_minute)

    @app.before_request
    def count() -> None:
        wait = rate.take(request.remote_addr or "")
        if wait is not None:
            raise TooManyAttempts(retry_after=wait)
