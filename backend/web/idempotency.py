"""Idempotency-Key: a double tap, a retry after a dead network, and a replay all get the first
answer.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Response, request
from sqlalchemy import bindparam, delete, select

from backend.core.access import Actor
from backend.core.errors import BadRequest, Conflict, Invalid
from backend.core.prepared import Prepared, inserting
from backend.core.uow import Units, Work
from backend.web.models import IdempotentAnswer

KEEPING = timedelta(days=7)
_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_KEPT_HEADERS = ("ETag", "Location", "Content-Type")
_KEPT = Prepared(
    select(
        IdempotentAnswer.route,
        IdempotentAnswer.body_hash,
        IdempotentAnswer.status,
        IdempotentAnswer.headers,
        IdempotentAnswer.body,
    ).where(IdempotentAnswer.id == bindparam("id"))
)
_KEEP = inserting(IdempotentAnswer, unless_taken=True)
_running: set[UUID] = set()
_running_lock = threading.Lock()


class KeyMissing(BadRequest):
    """The route needs an Idempotency-Key of 8 to 128 visible characters."""

    code = "idempotency_key_missing"


class KeyReused(Invalid):
    """The key came with another body or route before."""

    code = "idempotency_key_reused"


class StillRunning(Conflict):
    """The first request with this key has not ended yet."""

    code = "idempotency_still_running"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under one key: the route's template, and the hash of what was asked of it."""

    id: UUID
    route: str
    body_hash: bytes


def attempt(actor: Actor, key: str | None = None) -> Attempt:
    """The current request's key (that of its header, unless a form brings one), bound to its actor;
    raises KeyMissing.
    """
    key = request.headers.get("Idempotency-Key", "") if key is None else key
    if not _KEY.fullmatch(key):
        raise KeyMissing()
    who = str(actor.id or "anonymous")
    digest = hashlib.sha256(f"{who}\x1f{key}".encode()).digest()
    return Attempt(UUID(bytes=digest[:16]), _route(), _asked_hash())


def _route() -> str:
    """Never the path: a signer's link stands in it, of which only a hash is ever kept."""
    return f"{request.method} {request.url_rule}"[:120]


def _asked_hash() -> bytes:
    """Of path and body; of a form its fields and files, since its boundary differs each time."""
    digest = hashlib.sha256(f"{request.path}\x1f".encode())
    if request.mimetype != "multipart/form-data":
        digest.update(request.get_data(cache=True))
        return digest.digest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{len(name)}:{name}{len(value)}:{value}".encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda part: part[0]):
        digest.update(name.encode() + hashlib.sha256(file.stream.read()).digest())
        file.stream.seek(0)
    return digest.digest()


def replay(units: Units, attempt: Attempt) -> Response | None:
    """The kept answer, None the first time; raises KeyReused."""
    with units.glance() as work:
        kept = _KEPT.row(work, id=attempt.id)
    if kept is None:
        return None
    route, body_hash, status, headers, sealed = kept
    if body_hash != attempt.body_hash or route != attempt.route:
        raise KeyReused()
    body = units.vault.open(IdempotentAnswer.__tablename__, "body", attempt.id, sealed)
    return Response(
        body.encode(), status=status, headers={**headers, "Idempotency-Replayed": "true"}
    )


@contextmanager
def running(attempt: Attempt) -> Iterator[None]:
    """Hold the key within this process while its first request runs; raises StillRunning."""
    with _running_lock:
        if attempt.id in _running:
            raise StillRunning(retry_after=2)
        _running.add(attempt.id)
    try:
        yield
    finally:
        with _running_lock:
            _running.discard(attempt.id)


def keep(work: Work, attempt: Attempt, response: Response) -> None:
    """Save the answer in the request's own commit; raises StillRunning when another process was
    first.
    """
    if work.dialect.name == "postgresql":
        lock = int.from_bytes(attempt.id.bytes[:8], "big", signed=True)
        if not work.driver.execute("SELECT pg_try_advisory_xact_lock(%s)", (lock,)).fetchone()[0]:
            raise StillRunning(retry_after=2)
    body = response.get_data(as_text=True)
    kept = _KEEP.run(
        work,
        id=attempt.id,
        route=attempt.route,
        body_hash=attempt.body_hash,
        status=response.status_code,
        headers={h: response.headers[h] for h in _KEPT_HEADERS if h in response.headers},
        body=work.vault.seal(IdempotentAnswer.__tablename__, "body", attempt.id, body),
        answered_at=work.wall.now(),
    )
    if not kept:  # a lost race
        raise StillRunning(retry_after=1)


def forget_old(work: Work) -> int:
    """Delete answers past their keeping time; returns how many."""
    bound = work.wall.now() - KEEPING
    done = work.session.execute(
        delete(IdempotentAnswer).where(IdempotentAnswer.answered_at < bound)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
