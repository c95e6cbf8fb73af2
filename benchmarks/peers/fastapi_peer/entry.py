"""Who is calling, the limit per address, headers and the log around every request."""

from __future__ import annotations

import hashlib
import secrets
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Header, HTTPException
from sqlalchemy import Connection, select, update
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.peers.fastapi_peer.database import Database, accounts, sessions

LIMIT = 1200  # a minute and address
SEEN_EVERY = timedelta(minutes=1)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
}


async def bearer_token(authorization: Annotated[str, Header()] = "") -> str:
    token = authorization.removeprefix("Bearer ")
    if not 20 <= len(token) <= 64:
        raise HTTPException(401)
    return token


Token = Annotated[str, Depends(bearer_token)]


@dataclass(frozen=True, slots=True)
class Caller:
    """A citizen's account; `person` is None until the claim on it was proven."""

    account: UUID
    claimed: UUID | None
    person: UUID | None
    session: UUID
    seen: bool  # whether the session's last use is to be written down


def caller(connection: Connection, token: str) -> Caller:
    """Who the token belongs to; 401 where it is unknown, ended, expired or idle."""
    statement = (
        select(
            sessions.c.id.label("session"),
            sessions.c.expires_at,
            sessions.c.idle_seconds,
            sessions.c.last_seen_at,
            sessions.c.revoked_at,
            accounts.c.id,
            accounts.c.person_id,
            accounts.c.assurance,
        )
        .join(accounts, accounts.c.id == sessions.c.account_id)
        .where(sessions.c.token_hash == hashlib.sha256(token.encode()).digest())
    )
    row = connection.execute(statement).one_or_none()
    now = datetime.now(UTC)
    if row is None or row.revoked_at is not None or now >= row.expires_at:
        raise HTTPException(401)
    idle = now - row.last_seen_at
    if row.idle_seconds is not None and idle >= timedelta(seconds=row.idle_seconds):
        raise HTTPException(401)
    person = row.person_id if row.assurance is not None else None
    return Caller(row.id, row.person_id, person, row.session, idle >= SEEN_EVERY)


def note_seen(database: Database, who: Caller) -> None:
    """Write down when the session was last used, at most once a minute."""
    if who.seen:
        with database.write() as connection:
            statement = update(sessions).where(sessions.c.id == who.session)
            connection.execute(statement.values(last_seen_at=datetime.now(UTC)))


def may_see(who: Caller, case: Any) -> None:
    """Its owner, or the proven person that it is for; 404 for everybody else."""
    if who.account != case.owner_account_id and (
        who.person is None or who.person != case.applicant_person_id
    ):
        raise HTTPException(404)


class Around:
    """Limit, request id, security headers and one line of log, as plain ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._counts: dict[str, int] = {}
        self._minute = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, request_id, status = time.perf_counter(), secrets.token_hex(8), [500]

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["X-Request-Id"] = request_id
            await send(message)

        if self._is_too_much(scope):
            await send_on({"type": "http.response.start", "status": 429, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._app(scope, receive, send_on)
        route = scope.get("route")
        line = {
            "request_id": request_id,
            "method": scope["method"],
            "route": getattr(route, "path", "unknown"),
            "status": status[0],
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "timestamp": datetime.now(UTC).isoformat(),
        }
        sys.stderr.write(orjson.dumps(line).decode() + "\n")

    def _is_too_much(self, scope: Scope) -> bool:
        forwarded = next((v for k, v in scope["headers"] if k == b"x-forwarded-for"), b"")
        address = forwarded.decode().rpartition(",")[2].strip()
        now = int(time.time()) // 60
        if now != self._minute:
            self._minute = now
            self._counts.clear()
        self._counts[address] = count = self._counts.get(address, 0) + 1
        return count > LIMIT
