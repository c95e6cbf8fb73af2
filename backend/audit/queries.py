"""Reading the audit: chains and roots, streamed, so that any number of them can be gone through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, String, and_, column, func, select, values

from backend.audit.models import AuditHead, AuditRoot, AuditRow
from backend.core.uow import Work

_FETCHED = 1000
_ROWS = AuditRow.__table__.columns
_BESIDE_HEADS = (
    select(*_ROWS, AuditHead.seq.label("head_seq"), AuditHead.hash.label("head_hash"))
    .outerjoin(AuditHead, AuditHead.chain == AuditRow.chain)
    .order_by(AuditRow.chain, AuditRow.seq)
)


def chains(work: Work) -> Iterator[tuple[str, Iterator[Any]]]:
    """Every chain that has rows: its name, and its rows in order, each beside its chain's head.

    One statement, so that rows and heads are of one moment; the rows of a chain must be taken
    before the next chain.
    """
    statement = _BESIDE_HEADS.execution_options(yield_per=_FETCHED)
    yield from groupby(work.session.execute(statement), lambda row: row.chain)


def chain_of(work: Work, case: UUID) -> list[Any]:
    """The chain of one case: its rows in order, each beside the chain's head."""
    statement = _BESIDE_HEADS.where(AuditRow.chain == f"case:{case}")
    return list(work.session.execute(statement))


def heads_without_rows(work: Work) -> Iterator[tuple[str, int]]:
    """Heads that say that there are rows, where there is none: chain and last sequence."""
    statement = (
        select(AuditHead.chain, AuditHead.seq)
        .outerjoin(AuditRow, AuditRow.chain == AuditHead.chain)
        .where(AuditRow.chain.is_(None), AuditHead.seq > 0)
        .order_by(AuditHead.chain)
        .execution_options(yield_per=_FETCHED)
    )
    for row in work.session.execute(statement):
        yield row.chain, row.seq


def roots(work: Work) -> Iterator[Row[Any]]:
    """Every daily root, the oldest first, one at a time: a busy day's holds many heads."""
    statement = select(*AuditRoot.__table__.columns).order_by(AuditRoot.legal_date)
    yield from work.session.execute(statement.execution_options(yield_per=1))


def newest_roots(work: Work, most: int) -> Sequence[Row[Any]]:
    """The newest roots without their heads, the newest first."""
    wanted = ("legal_date", "at", "chains", "previous", "hash")
    columns = [AuditRoot.__table__.columns[name] for name in wanted]
    statement = select(*columns).order_by(AuditRoot.legal_date.desc())
    return work.session.execute(statement.limit(most)).all()


def newest_root(work: Work, day: date | None = None) -> AuditRoot | None:
    """The newest root, or that of one day."""
    statement = select(AuditRoot).order_by(AuditRoot.legal_date.desc()).limit(1)
    if day is not None:
        statement = statement.where(AuditRoot.legal_date == day)
    return work.session.scalar(statement)


def as_they_stand(work: Work, wanted: Sequence[tuple[str, int]]) -> Sequence[Row[Any]]:
    """For each chain and sequence: `hash` of that row and `anchored_seq` of the chain's head, None
    where there is no such row or head.
    """
    named = (
        values(column("chain", String), column("seq", Integer), name="wanted")
        .data(list(wanted))
        .cte("wanted")
    )
    at_place = and_(AuditRow.chain == named.c.chain, AuditRow.seq == named.c.seq)
    statement = (
        select(named.c.chain, named.c.seq, AuditRow.hash, AuditHead.anchored_seq)
        .select_from(named)
        .outerjoin(AuditRow, at_place)
        .outerjoin(AuditHead, AuditHead.chain == named.c.chain)
    )
    return work.session.execute(statement).all()


def anchored_heads(work: Work) -> int:
    """How many chains say that a root covers them."""
    statement = select(func.count()).select_from(AuditHead).where(AuditHead.anchored_seq > 0)
    return work.session.scalar(statement) or 0


def said_to_be_anchored(work: Work) -> Iterator[tuple[str, int]]:
    """The chains that say so, and up to which row."""
    statement = select(AuditHead.chain, AuditHead.anchored_seq).where(AuditHead.anchored_seq > 0)
    for row in work.session.execute(statement.execution_options(yield_per=_FETCHED)):
        yield row.chain, row.anchored_seq


def last_anchored_at(work: Work) -> datetime | None:
    """When the newest daily root was written; None before the first."""
    newest = select(AuditRoot.at).order_by(AuditRoot.legal_date.desc()).limit(1)
    return work.session.scalar(newest)
