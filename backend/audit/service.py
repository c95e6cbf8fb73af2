"""Record, anchor and verify."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from backend.audit import queries
from backend.audit.models import AuditHead, AuditRoot, AuditRow
from backend.audit.rules import (
    GENESIS,
    Break,
    chain_breaks,
    removed,
    root_breaks,
    root_hash,
    root_name,
    row_hash,
)
from backend.core import attempts, logs
from backend.core.access import Actor
from backend.core.errors import AppError, TooManyAttempts
from backend.core.prepared import Prepared, inserting
from backend.core.uow import Units, Work


@dataclass(frozen=True, slots=True)
class Anchored:
    """What a case's newest row of one action said that a daily root covers, and that root."""

    legal_date: date
    root: bytes
    details: dict[str, Any]


ROOT_FORMAT = "zhangban-audit-root/1"
NOWHERE = "000000"
_LOOKED_UP = 500  # chains a statement
REFUSALS = attempts.Limit("access-refused", 300, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class KeptRoot:
    """A daily root that was kept outside the database."""

    legal_date: date
    hash: bytes


_HEAD = Prepared(
    select(AuditHead.seq, AuditHead.hash)
    .where(AuditHead.chain == bindparam("of"))
    .with_for_update()
)
_BEGIN = inserting(AuditHead, unless_taken=True)
_APPEND = inserting(AuditRow)
_MOVE = Prepared(
    update(AuditHead)
    .where(AuditHead.chain == bindparam("of"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)


def record(
    work: Work,
    actor: Actor,
    action: str,
    subject: str,
    *,
    case: UUID | None = None,
    county: str = NOWHERE,
    **details: Any,
) -> None:
    """Append to the case's chain (or one of the system's) within the caller's commit.

    `details` are JSON-able and hold no personal data: ids, codes, counts, states.
    """
    if case is not None:
        logs.about_case(case)
    row_id = work.new_id()
    chain = f"case:{case}" if case else system_chain(actor.id or row_id)
    seq, previous = _locked_head(work, chain)
    columns: dict[str, Any] = {
        "id": row_id,
        "chain": chain,
        "seq": seq + 1,
        "county": county,
        "at": work.wall.now(),
        "legal_date": work.legal.today(),
        "actor_role": actor.label,
        "actor_id": actor.id,
        "action": action,
        "subject": subject,
        "details": details,
    }
    digest = row_hash(previous, **columns)
    _APPEND.run(work, previous=previous, hash=digest, **columns)
    _MOVE.run(work, of=chain, to_seq=seq + 1, to_hash=digest)


def _locked_head(work: Work, chain: str) -> tuple[int, bytes]:
    """The last row's sequence and hash, held until the commit: a chain has one writer at a time."""
    head = _HEAD.row(work, of=chain)
    if head is None:
        _BEGIN.run(work, chain=chain, seq=0, hash=GENESIS)
        head = _HEAD.row(work, of=chain)
    return head[0], bytes(head[1])


def system_chain(writer: UUID) -> str:
    """Where what belongs to no case goes: sixteen chains, so that log-ins do not wait in one line.

    An actor's rows stay in one chain; rows of nobody in particular are spread.
    """
    return f"system:{writer.hex[-1]}"


def record_refusal(units: Units, actor: Actor, refused: AppError) -> None:
    """Keep what the permission table refused, in a unit of its own: the request's was rolled
    back. Whoever tries doors for hours is told to stop, and the chain is not filled with it:
    raises TooManyAttempts.
    """
    action = getattr(refused, "action", refused.code)
    with units.write() as work:
        left = attempts.count(work, REFUSALS, str(actor.id)) if actor.id else None
        if left is None:
            record(work, actor, "access.refused", str(action))
    if left is not None:
        raise TooManyAttempts(retry_after=left)


def anchor(work: Work) -> AuditRoot | None:
    """Write today's root over the heads that moved since the last one; None where today has one."""
    today = work.legal.today()
    last = queries.newest_root(work)
    if last is not None and last.legal_date >= today:
        return None
    moved = select(AuditHead).where(AuditHead.seq > AuditHead.anchored_seq)
    heads: dict[str, list[Any]] = {}
    for head in work.session.scalars(moved.order_by(AuditHead.chain).with_for_update()):
        heads[head.chain] = [head.seq, head.hash.hex()]
        head.anchored_seq = head.seq
    previous, now = last.hash if last else GENESIS, work.wall.now()
    root = AuditRoot(
        legal_date=today,
        at=now,
        chains=len(heads),
        heads=heads,
        previous=previous,
        hash=root_hash(previous, today, heads, now),
    )
    work.session.add(root)
    return root


def newest_anchored(work: Work, case: UUID, action: str) -> Anchored | None:
    """The newest row of this action in the case's chain that a daily root covers, if any is."""
    chain = f"case:{case}"
    for root in work.session.scalars(select(AuditRoot).order_by(AuditRoot.legal_date.desc())):
        if chain not in root.heads:
            continue  # the chain had not moved since the root before
        rows = select(AuditRow).where(
            AuditRow.chain == chain,
            AuditRow.action == action,
            AuditRow.seq <= root.heads[chain][0],
        )
        row = work.session.scalar(rows.order_by(AuditRow.seq.desc()).limit(1))
        return None if row is None else Anchored(root.legal_date, root.hash, row.details)
    return None


def root_of(work: Work, day: date | None = None) -> dict[str, str] | None:
    """The newest daily root, or one day's, to be kept where nobody who can write to the database
    can: it stands for every row of every chain up to that day. `verify` takes it back.
    """
    root = queries.newest_root(work, day)
    if root is None:
        return None
    return {
        "format": ROOT_FORMAT,
        "legalDate": root.legal_date.isoformat(),
        "hash": root.hash.hex(),
    }


def read_kept_root(raw: bytes) -> KeptRoot:
    """What `root_of` answered, as JSON; raises ValueError where it is no such thing."""
    try:
        return kept_root(json.loads(raw))
    except ValueError as wrong:
        raise ValueError("not what `zhangban audit-root` prints") from wrong


def kept_root(found: Any) -> KeptRoot:
    """The same, read already."""
    try:
        kept = KeptRoot(date.fromisoformat(found["legalDate"]), bytes.fromhex(found["hash"]))
        fits = found["format"] == ROOT_FORMAT and len(kept.hash) == len(GENESIS)
    except (ValueError, KeyError, TypeError) as wrong:
        raise ValueError("not what `zhangban audit-root` prints") from wrong
    if not fits:
        raise ValueError("not what `zhangban audit-root` prints")
    return kept


def verify(work: Work, kept: Sequence[KeptRoot] = ()) -> list[Break]:
    """All that `breaks` finds."""
    return list(breaks(work, kept))


def breaks(work: Work, kept: Sequence[KeptRoot] = ()) -> Iterator[Break]:
    """Every place where a row was removed, changed or swapped, a head cut off or put back, a root
    forged, or the whole begun anew since a root that was kept elsewhere.

    Streams: memory does not grow with the audit. Rows that are written meanwhile do no harm where
    the unit sees one moment (`core.db.steady`).
    """
    for chain, rows in queries.chains(work):
        yield from chain_breaks(chain, rows)
    for chain, seq in queries.heads_without_rows(work):
        yield Break(chain, 1, removed(1, seq))
    yield from _verify_roots(work, kept)


def _verify_roots(work: Work, kept: Sequence[KeptRoot]) -> Iterator[Break]:
    before, covered, whole = GENESIS, 0, True
    missing = {root.legal_date: root.hash for root in kept}
    for root in queries.roots(work):
        if missing.pop(root.legal_date, root.hash) != root.hash:
            yield Break(root_name(root.legal_date), 0, "is not the one that was kept")
        found = list(root_breaks(root, before))
        before = root.hash
        if found:
            whole = False
            yield from found
            continue  # what it says of the chains says nothing
        for places in _batches(root.heads):
            for place in queries.as_they_stand(work, places):
                covered += place.anchored_seq == place.seq
                yield from _place_breaks(place, root)
    for day in missing:
        yield Break(root_name(day), 0, "removed")
    if whole and covered != queries.anchored_heads(work):
        yield from _uncovered(work)


def _batches(heads: Mapping[str, Any]) -> Iterator[list[tuple[str, int]]]:
    places = ((chain, head[0]) for chain, head in heads.items())
    while batch := list(islice(places, _LOOKED_UP)):
        yield batch


def _place_breaks(place: Any, root: Any) -> Iterator[Break]:
    """What became of a row that stood at the end of its chain when a root was made."""
    if place.hash is None:
        what = "removed"
    elif place.hash.hex() != root.heads[place.chain][1]:
        what = "rewritten"
    elif place.anchored_seq is not None and place.anchored_seq < place.seq:
        what = "is said to be under no root"
    else:
        return
    yield Break(place.chain, place.seq, f"{what}: the root of {root.legal_date} knows it")


def _uncovered(work: Work) -> Iterator[Break]:
    """Chains that are kept out of the daily roots by the word that one covers them already."""
    known: set[tuple[str, int]] = set()
    for root in queries.roots(work):
        known.update((chain, head[0]) for chain, head in root.heads.items())
    for place in queries.said_to_be_anchored(work):
        if place not in known:
            yield Break(*place, "is said to be under a root, and no root knows it")
