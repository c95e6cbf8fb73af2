"""How often one address may ask: a fixed window a minute, counted in this process."""

from __future__ import annotations

from flask import Flask, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from backend.core.errors import TooManyAttempts

_WINDOW_S = 60


def limit_by_address(app: Flask, limit: str) -> None:
    """Let the app answer 429 to an address that passes `limit` ("1200/minute").

    `limits` is what flask-limiter counts with; its hook around it takes a tenth of a millisecond
    a request (docs/adr/0008-hot-paths.md).
    """
    window = parse(limit)
    counter = FixedWindowRateLimiter(MemoryStorage())

    @app.before_request
    def count() -> None:
        if not counter.hit(window, request.remote_addr or ""):
            raise TooManyAttempts(retry_after=_WINDOW_S)
