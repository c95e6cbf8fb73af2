"""What audit hashes cover, and what a chain that does not hold is told by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

from backend.core.canonical import canonical

GENESIS = bytes(32)
_MOST_COMPARED = 50  # misfits of one chain among which swapped pairs are looked for


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain or a root does not hold; `what` says what happened to it."""

    chain: str
    seq: int
    what: str


class Recorded(Protocol):
    """A row as it is kept, with what its chain's head says."""

    @property
    def id(self) -> UUID: ...
    @property
    def chain(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def county(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def legal_date(self) -> date: ...
    @property
    def actor_role(self) -> str: ...
    @property
    def actor_id(self) -> UUID | None: ...
    @property
    def action(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def details(self) -> dict[str, Any]: ...
    @property
    def previous(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...
    @property
    def head_seq(self) -> int | None: ...
    @property
    def head_hash(self) -> bytes | None: ...


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
    id: UUID | None = None,
) -> bytes:
    """SHA-256 over the hash before and the canonical JSON (RFC 8785) of every column of the row.

    Rows of the first release left their `id` out.
    """
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
    if id is not None:
        body["id"] = str(id)
    return hashlib.sha256(previous + canonical(body)).digest()


def root_hash(
    previous: bytes, legal_date: date, heads: Mapping[str, list[Any]], at: datetime | None = None
) -> bytes:
    """SHA-256 over the root before, the heads as they stood and the time, in canonical JSON.

    Roots of the first release left the time out.
    """
    body: Any = {"legalDate": legal_date.isoformat(), "heads": dict(heads)}
    if at is not None:
        body["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(previous + canonical(body)).digest()


def chain_breaks(chain: str, rows: Iterable[Recorded]) -> Iterator[Break]:
    """What does not hold in one chain; its rows come in order of `seq`, each with the chain's
    head.
    """
    before: Recorded | None = None
    joined = True
    misfits: list[Recorded] = []
    for row in rows:
        own = _is_own(row)
        yield from _link_breaks(before, row, asks=own and joined)
        if not own:
            misfits.append(row)
        # a row that was changed is named itself; the next one cannot be asked whether it follows
        before, joined = row, own
    yield from _misfit_breaks(chain, misfits)
    if before is not None:
        yield from _head_breaks(before, asks=joined)


def _link_breaks(before: Recorded | None, row: Recorded, *, asks: bool) -> Iterator[Break]:
    seq, last = (before.seq, before.hash) if before else (0, GENESIS)
    if row.seq > seq + 1:
        yield Break(row.chain, seq + 1, removed(seq + 1, row.seq - 1))
    elif row.seq <= seq:
        yield Break(row.chain, row.seq, "added")
    elif asks and row.previous != last:
        yield Break(row.chain, row.seq, "does not follow the row before it")


def _head_breaks(last: Recorded, *, asks: bool) -> Iterator[Break]:
    if last.head_seq is None:
        yield Break(last.chain, last.seq, "the chain has no head")
    elif last.head_seq > last.seq:
        yield Break(last.chain, last.seq + 1, removed(last.seq + 1, last.head_seq))
    elif last.head_seq < last.seq or (asks and last.head_hash != last.hash):
        yield Break(last.chain, last.seq, "the head does not fit")


def removed(first: int, last: int) -> str:
    """What is said of rows that are not there."""
    return "removed" if first == last else f"removed, with all up to row {last}"


def _misfit_breaks(chain: str, misfits: list[Recorded]) -> Iterator[Break]:
    compared = misfits if len(misfits) <= _MOST_COMPARED else []
    for row in misfits:
        home = next((o.seq for o in compared if o is not row and _came_from(row, o)), None)
        yield Break(chain, row.seq, "changed" if home is None else f"swapped with row {home}")


def _is_own(row: Recorded) -> bool:
    """Whether a row's hash is that of what stands in it."""
    return row.hash in (_hash_of(row, id=row.id), _hash_of(row))


def _came_from(row: Recorded, other: Recorded) -> bool:
    """Whether what stands in `row` was written at the place of `other`, with its hash or not."""
    ids = (row.id, other.id, None)
    moved = any(_hash_of(row, seq=other.seq, id=i) == row.hash for i in ids)
    return moved or any(
        _hash_of(row, seq=other.seq, previous=other.previous, id=i) == other.hash for i in ids
    )


def _hash_of(
    row: Recorded, *, seq: int | None = None, previous: bytes | None = None, id: UUID | None = None
) -> bytes:
    return row_hash(
        row.previous if previous is None else previous,
        chain=row.chain,
        seq=row.seq if seq is None else seq,
        county=row.county,
        at=row.at,
        legal_date=row.legal_date,
        actor_role=row.actor_role,
        actor_id=row.actor_id,
        action=row.action,
        subject=row.subject,
        details=row.details,
        id=id,
    )


class Rooted(Protocol):
    """A root as it is kept."""

    @property
    def legal_date(self) -> date: ...
    @property
    def at(self) -> datetime: ...
    @property
    def chains(self) -> int: ...
    @property
    def heads(self) -> dict[str, Any]: ...
    @property
    def previous(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...


def root_name(day: date) -> str:
    """What a root is called where a chain's name would stand."""
    return f"root {day.isoformat()}"


def root_breaks(root: Rooted, before: bytes) -> Iterator[Break]:
    """What does not hold of one root that should follow the root with the hash `before`."""
    name = root_name(root.legal_date)
    hashes = [root_hash(root.previous, root.legal_date, root.heads, at) for at in (root.at, None)]
    if root.hash not in hashes or root.chains != len(root.heads):
        yield Break(name, 0, "changed")
    elif root.previous != before:
        yield Break(name, 0, "does not follow the root before it")
