"""What both writes share: the idempotent answer, persons by digest, a chained audit row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, HTTPException, Request, Response
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from backend.audit.rules import GENESIS, row_hash
from benchmarks.peers.fastapi_peer.database import answers, audit_heads, audit_rows, persons
from benchmarks.peers.fastapi_peer.entry import Caller
from benchmarks.peers.fastapi_peer.reading import today
from benchmarks.peers.ids import uuid7
from benchmarks.peers.sealing import Seals

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Asked:
    """The request under its key, not yet bound to an account."""

    key: str
    route: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Attempt:
    """The same of one account."""

    id: UUID
    route: str
    body_hash: bytes


async def asked(
    request: Request,
    idempotency_key: Annotated[str, Header(pattern=r"^[\x21-\x7e]{8,128}$")],
) -> Asked:
    """The key, and the hash of what was asked under it."""
    digest = hashlib.sha256(f"{request.url.path}\x1f".encode() + await request.body()).digest()
    return Asked(idempotency_key, f"POST {request.scope['route'].path}"[:120], digest)


def attempt_of(asked: Asked, who: Caller) -> Attempt:
    digest = hashlib.sha256(f"{who.account}\x1f{asked.key}".encode()).digest()
    return Attempt(UUID(bytes=digest[:16]), asked.route, asked.body_hash)


def kept(connection: Connection, seals: Seals, attempt: Attempt) -> Response | None:
    """The answer that this key got before."""
    row = connection.execute(select(answers).where(answers.c.id == attempt.id)).one_or_none()
    if row is None:
        return None
    if row.route != attempt.route or row.body_hash != attempt.body_hash:
        raise HTTPException(422)
    plain = seals.open("idempotent_answers", "body", str(attempt.id), row.body)
    return Response(plain, row.status, headers=row.headers)


def keep(
    connection: Connection, seals: Seals, attempt: Attempt, status: int, etag: int, body: str
) -> Response:
    """Save the answer, sealed, in the same commit; 409 where another request was first."""
    headers = {"ETag": f'"{etag}"', "Content-Type": _JSON}
    try:
        connection.execute(
            insert(answers).values(
                id=attempt.id,
                route=attempt.route,
                body_hash=attempt.body_hash,
                status=status,
                headers=headers,
                body=seals.seal("idempotent_answers", "body", str(attempt.id), body),
                answered_at=datetime.now(UTC),
            )
        )
    except IntegrityError as lost:
        raise HTTPException(409) from lost
    return Response(body, status, headers=headers)


def persons_of(connection: Connection, seals: Seals, numbers: Sequence[str]) -> dict[str, UUID]:
    """The person of each ID number, met now or before."""
    digests = {seals.digest("id_number", number): number for number in numbers}
    statement = select(persons.c.id_number_digest, persons.c.id)
    found: dict[bytes, UUID] = {
        bytes(digest): ident
        for digest, ident in connection.execute(
            statement.where(persons.c.id_number_digest.in_(list(digests)))
        )
    }
    fresh = []
    for digest, number in digests.items():
        if digest not in found:
            ident = uuid7()
            found[digest] = ident
            fresh.append(
                {
                    "id": ident,
                    "created_at": datetime.now(UTC),
                    "version": 1,
                    "id_number": seals.seal("persons", "id_number", str(ident), number),
                    "id_number_digest": digest,
                }
            )
    if fresh:
        try:
            connection.execute(insert(persons), fresh)
        except IntegrityError as met:  # the client tries again, and then they are known
            raise HTTPException(409) from met
    return {number: found[digest] for digest, number in digests.items()}


def audit(
    connection: Connection, who: Caller, action: str, case: UUID, county: str,
    details: dict[str, Any],
) -> None:  # fmt: skip
    """Append to the case's chain and move its head."""
    chain, now = f"case:{case}", datetime.now(UTC)
    statement = select(audit_heads).where(audit_heads.c.chain == chain).with_for_update()
    head = connection.execute(statement).one_or_none()
    seq, previous = (head.seq, bytes(head.hash)) if head is not None else (0, GENESIS)
    columns: dict[str, Any] = {
        "id": uuid7(),
        "chain": chain,
        "seq": seq + 1,
        "county": county,
        "at": now,
        "legal_date": today(),
        "actor_role": "citizen",
        "actor_id": who.account,
        "action": action,
        "subject": f"application:{case}",
        "details": details,
    }
    digest = row_hash(previous, **columns)
    connection.execute(insert(audit_rows).values(previous=previous, hash=digest, **columns))
    moved = {"seq": seq + 1, "hash": digest}
    if head is None:
        connection.execute(insert(audit_heads).values(chain=chain, anchored_seq=0, **moved))
    else:
        connection.execute(update(audit_heads).where(audit_heads.c.chain == chain).values(**moved))
