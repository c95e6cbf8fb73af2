"""What an audit hash covers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import rfc8785

GENESIS = bytes(32)


def row_hash(
    previous: bytes,
    *,
    chain: str,
    seq: int,
    county: str,
    at: datetime,
    legal_date: date,
    actor_role: str,
    actor_id: UUID | None,
    action: str,
    subject: str,
    details: Mapping[str, Any],
) -> bytes:
    """SHA-256 over the hash before and the canonical JSON (RFC 8785) of every column of the row."""
    body: Any = {
        "chain": chain,
        "seq": seq,
        "county": county,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "legalDate": legal_date.isoformat(),
        "actorRole": actor_role,
        "actorId": str(actor_id) if actor_id else None,
        "action": action,
        "subject": subject,
        "details": dict(details),
    }
    return hashlib.sha256(previous + rfc8785.dumps(body)).digest()


def root_hash(previous: bytes, legal_date: date, heads: Mapping[str, list[Any]]) -> bytes:
    """SHA-256 over the root before and the heads as they stood, in canonical JSON."""
    body: Any = {"legalDate": legal_date.isoformat(), "heads": dict(heads)}
    return hashlib.sha256(previous + rfc8785.dumps(body)).digest()
