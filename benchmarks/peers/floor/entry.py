"""What every request passes: a limit per address, the session, headers and one line of log."""

from __future__ import annotations

import hashlib
import secrets
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, NotFound, TooManyRequests, Unauthorized

from benchmarks.peers.floor.store import Query, Store

LIMIT = 1200  # a minute and address
SEEN_EVERY = timedelta(minutes=1)
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
)
_SESSION = (
    "SELECT s.id, s.expires_at, s.idle_seconds, s.last_seen_at, s.revoked_at, a.id, a.person_id,"
    " a.assurance FROM login_sessions s JOIN accounts a ON a.id = s.account_id"
    " WHERE s.token_hash = ?"
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A citizen's account; `person` is None until the claim on it was proven."""

    account: Any
    claimed: Any
    person: Any


def caller(query: Query, store: Store) -> Caller:
    """Who the bearer token belongs to; 401 where it is unknown, ended, expired or idle."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not 20 <= len(token) <= 64:
        raise Unauthorized()
    row = query.one(_SESSION, hashlib.sha256(token.encode()).digest())
    if row is None:
        raise Unauthorized()
    session, expires_at, idle_seconds, last_seen_at, revoked_at, account, person, assurance = row
    now, seen = datetime.now(UTC), store.at_of(last_seen_at)
    if revoked_at is not None or now >= store.at_of(expires_at):
        raise Unauthorized()
    if idle_seconds is not None and now - seen >= timedelta(seconds=idle_seconds):
        raise Unauthorized()
    if now - seen >= SEEN_EVERY:
        g.seen = (store.at_in(now), session)
    return Caller(account, person, person if assurance is not None else None)


def may_see(who: Caller, owner: Any, applicant: Any) -> None:
    """Its owner, or the proven person that it is for; 404 for everybody else."""
    if who.account != owner and (who.person is None or who.person != applicant):
        raise NotFound()


def note_seen(store: Store) -> None:
    """Write down when the session was last used, at most once a minute."""
    if seen := g.pop("seen", None):
        with store.write() as query:
            query.run("UPDATE login_sessions SET last_seen_at = ? WHERE id = ?", *seen)


def answer(body: Any, status: int, version: int | None = None) -> Response:
    found = Response(
        body if isinstance(body, bytes) else orjson.dumps(body), status, mimetype="application/json"
    )
    if version is not None:
        found.headers["ETag"] = f'"{version}"'
    return found


def install(app: Flask, store: Store) -> None:
    """Around every request."""
    counts: dict[str, int] = {}
    minute = [0]
    lock = threading.Lock()

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        g.request_id = secrets.token_hex(8)
        address = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with lock:
            now = int(time.time()) // 60
            if now != minute[0]:
                minute[0] = now
                counts.clear()
            counts[address] = count = counts.get(address, 0) + 1
        if count > LIMIT:
            raise TooManyRequests()

    @app.after_request
    def end(response: Response) -> Response:
        note_seen(store)
        for name, value in _HEADERS:
            response.headers[name] = value
        response.headers["X-Request-Id"] = g.request_id
        line = {
            "request_id": g.request_id,
            "method": request.method,
            "route": str(request.url_rule),
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.started) * 1000, 1),
            "timestamp": datetime.now(UTC).isoformat(),
        }
        sys.stderr.write(orjson.dumps(line).decode() + "\n")
        return response

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        return answer({"status": error.code, "title": error.name}, error.code or 500)
