"""Record, anchor and verify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.audit.models import AuditHead, AuditRoot, AuditRow
from backend.audit.rules import GENESIS, root_hash, row_hash
from backend.core.access import Actor
from backend.core.db import insert_absent
from backend.core.errors import AppError
from backend.core.uow import Units, Work


@dataclass(frozen=True, slots=True)
class Anchored:
    """What a case's newest row of one action said that a daily root covers, and that root."""

    legal_date: date
    root: bytes
    details: dict[str, Any]


SYSTEM_CHAIN = "system"
NOWHERE = "000000"


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not hold."""

    chain: str
    seq: int
    what: str  # "removed" | "changed" | "head" | "root"


def record(
    work: Work,
    actor: Actor,
    action: str,
    subject: str,
    *,
    case: UUID | None = None,
    county: str = NOWHERE,
    **details: Any,
) -> AuditRow:
    """Append to the case's chain (or the system's) within the caller's commit.

    `details` are JSON-able and hold no personal data: ids, codes, counts, states.
    """
    chain = f"case:{case}" if case else SYSTEM_CHAIN
    head = work.session.get(AuditHead, chain, with_for_update=True)
    if head is None:
        insert_absent(work.session, AuditHead, chain=chain, seq=0, hash=GENESIS, anchored_seq=0)
        head = work.session.get_one(AuditHead, chain, with_for_update=True)
    columns: dict[str, Any] = {
        "chain": chain,
        "seq": head.seq + 1,
        "county": county,
        "at": work.wall.now(),
        "legal_date": work.legal.today(),
        "actor_role": actor.label,
        "actor_id": actor.id,
        "action": action,
        "subject": subject,
        "details": details,
    }
    row = AuditRow(
        id=work.new_id(), previous=head.hash, hash=row_hash(head.hash, **columns), **columns
    )
    work.session.add(row)
    head.seq, head.hash = row.seq, row.hash
    return row


def record_refusal(units: Units, actor: Actor, refused: AppError) -> None:
    """Keep what the permission table refused, in a unit of its own: the request's was rolled
    back.
    """
    action = getattr(refused, "action", refused.code)
    with units.write() as work:
        record(work, actor, "access.refused", str(action))


def anchor(work: Work) -> AuditRoot | None:
    """Write today's root over the heads that moved since the last one; None where today has one."""
    today = work.legal.today()
    last = work.session.scalar(select(AuditRoot).order_by(AuditRoot.legal_date.desc()).limit(1))
    if last is not None and last.legal_date >= today:
        return None
    moved = select(AuditHead).where(AuditHead.seq > AuditHead.anchored_seq)
    heads: dict[str, list[Any]] = {}
    for head in work.session.scalars(moved.order_by(AuditHead.chain).with_for_update()):
        heads[head.chain] = [head.seq, head.hash.hex()]
        head.anchored_seq = head.seq
    previous = last.hash if last else GENESIS
    root = AuditRoot(
        legal_date=today,
        at=work.wall.now(),
        chains=len(heads),
        heads=heads,
        previous=previous,
        hash=root_hash(previous, today, heads),
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


def verify(work: Work) -> list[Break]:
    """Every place where a row was removed, changed or swapped, a head cut off, or a root does
    not fit.
    """
    return [*_verify_chains(work), *_verify_roots(work)]


def _verify_chains(work: Work) -> Iterator[Break]:
    statement = select(AuditRow).order_by(AuditRow.chain, AuditRow.seq)
    ends: dict[str, tuple[int, bytes]] = {}
    for row in work.session.scalars(statement.execution_options(yield_per=500)):
        seq, previous = ends.get(row.chain, (0, GENESIS))
        if row.seq != seq + 1:
            yield Break(row.chain, seq + 1, "removed")
        elif row.previous != previous or row.hash != _hash_again(row):
            yield Break(row.chain, row.seq, "changed")
        ends[row.chain] = (row.seq, row.hash)
    for head in work.session.scalars(select(AuditHead)):
        if ends.pop(head.chain, (0, GENESIS)) != (head.seq, head.hash):
            yield Break(head.chain, head.seq, "head")
    for chain, (seq, _) in ends.items():
        yield Break(chain, seq, "head")


def _hash_again(row: AuditRow) -> bytes:
    return row_hash(
        row.previous,
        chain=row.chain,
        seq=row.seq,
        county=row.county,
        at=row.at,
        legal_date=row.legal_date,
        actor_role=row.actor_role,
        actor_id=row.actor_id,
        action=row.action,
        subject=row.subject,
        details=row.details,
    )


def _verify_roots(work: Work) -> Iterator[Break]:
    previous = GENESIS
    for root in work.session.scalars(select(AuditRoot).order_by(AuditRoot.legal_date)):
        day = root.legal_date.isoformat()
        if root.previous != previous or root.hash != root_hash(
            previous, root.legal_date, root.heads
        ):
            yield Break(f"root {day}", 0, "root")
        previous = root.hash
        for chain, (seq, digest) in root.heads.items():
            anchored = work.session.scalar(
                select(AuditRow.hash).where(AuditRow.chain == chain, AuditRow.seq == seq)
            )
            if anchored is None or anchored.hex() != digest:
                yield Break(chain, seq, f"does not fit the root of {day}")
