"""What both writes share: the idempotent answer, persons by digest, a chained audit row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import BadRequest, Conflict, UnprocessableEntity

from backend.audit.rules import GENESIS, row_hash
from benchmarks.peers.floor.entry import Caller
from benchmarks.peers.floor.store import Query, Store
from benchmarks.peers.ids import uuid7
from benchmarks.peers.sealing import Seals

_KEY = re.compile(r"[\x21-\x7e]{8,128}")
_KEPT = "SELECT route, body_hash, status, headers, body FROM idempotent_answers WHERE id = ?"
_KEEP = (
    "INSERT INTO idempotent_answers (id, route, body_hash, status, headers, body, answered_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_HEAD = "SELECT seq, hash FROM audit_heads WHERE chain = ?"
_AUDIT = (
    "INSERT INTO audit_rows (id, chain, seq, county, at, legal_date, actor_role, actor_id, action,"
    " subject, details, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request under one key."""

    id: str
    route: str
    body_hash: bytes


def attempt(store: Store, who: Caller) -> Attempt:
    """The request's Idempotency-Key, bound to its account; 400 where there is none."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise BadRequest()
    digest = hashlib.sha256(f"{store.id_out(who.account)}\x1f{key}".encode()).digest()
    asked = hashlib.sha256(f"{request.path}\x1f".encode() + request.get_data(cache=True)).digest()
    return Attempt(str(UUID(bytes=digest[:16])), f"POST {request.url_rule}"[:120], asked)


def kept(query: Query, store: Store, seals: Seals, attempt: Attempt) -> Response | None:
    """The answer that this key got before."""
    row = query.one(_KEPT, store.id_in(attempt.id))
    if row is None:
        return None
    route, body_hash, status, headers, body = row
    if route != attempt.route or body_hash != attempt.body_hash:
        raise UnprocessableEntity()
    plain = seals.open("idempotent_answers", "body", attempt.id, body)
    return Response(plain.encode(), status, headers={**store.json_out(headers)})


def keep(
    query: Query, store: Store, seals: Seals, attempt: Attempt, status: int, etag: int, body: bytes
) -> None:
    """Save the answer, sealed, in the same commit; 409 where another request was first."""
    headers = {"ETag": f'"{etag}"', "Content-Type": "application/json"}
    sealed = seals.seal("idempotent_answers", "body", attempt.id, body.decode())
    done = query.run(
        _KEEP, store.id_in(attempt.id), attempt.route, attempt.body_hash, status,
        store.json_in(headers), sealed, store.at_in(datetime.now(UTC)),
    )  # fmt: skip
    if done != 1:
        raise Conflict()


def persons(query: Query, store: Store, seals: Seals, numbers: Sequence[str]) -> dict[str, Any]:
    """The person of each ID number, met now or before."""
    digests = {seals.digest("id_number", number): number for number in numbers}
    found = _met(query, list(digests))
    fresh = [(digest, number) for digest, number in digests.items() if digest not in found]
    if fresh:
        now = store.at_in(datetime.now(UTC))
        rows = []
        for digest, number in fresh:
            ident = str(uuid7())
            sealed = seals.seal("persons", "id_number", ident, number)
            rows.append((store.id_in(ident), now, 1, sealed, digest))
        query.many(
            "INSERT INTO persons (id, created_at, version, id_number, id_number_digest)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            rows,
        )
        found |= {row[4]: row[0] for row in rows}
        if not isinstance(rows[0][0], str):  # PostgreSQL: somebody else may have met them just now
            found = _met(query, list(digests))
    return {number: found[digest] for digest, number in digests.items()}


def _met(query: Query, digests: list[bytes]) -> dict[bytes, Any]:
    marks = ", ".join("?" * len(digests))
    sql = f"SELECT id_number_digest, id FROM persons WHERE id_number_digest IN ({marks})"  # noqa: S608
    return {bytes(digest): ident for digest, ident in query.all(sql, *digests)}


def audit(
    query: Query, store: Store, who: Caller, action: str, case: str, county: str,
    details: dict[str, Any], *, new: bool,
) -> None:  # fmt: skip
    """Append to the case's chain and move its head."""
    chain, now = f"case:{case}", datetime.now(UTC)
    seq, previous = 0, GENESIS
    if not new:
        head = query.one(_HEAD + store.lock_row, chain)
        assert head is not None
        seq, previous = head[0], bytes(head[1])
    day, ident = (now + timedelta(hours=8)).date(), uuid7()
    digest = row_hash(
        previous, chain=chain, seq=seq + 1, county=county, at=now, legal_date=day,
        actor_role="citizen", actor_id=UUID(store.id_out(who.account)), action=action,
        subject=f"application:{case}", details=details, id=ident,
    )  # fmt: skip
    query.run(
        _AUDIT, store.id_in(str(ident)), chain, seq + 1, county, store.at_in(now),
        day.isoformat(), "citizen", who.account, action, f"application:{case}",
        store.json_in(details), previous, digest,
    )  # fmt: skip
    if new:
        query.run(
            "INSERT INTO audit_heads (chain, seq, hash, anchored_seq) VALUES (?, 1, ?, 0)",
            chain, digest,
        )  # fmt: skip
    else:
        query.run(
            "UPDATE audit_heads SET seq = ?, hash = ? WHERE chain = ?", seq + 1, digest, chain
        )
