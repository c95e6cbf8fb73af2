"""Audit rows, the head of each chain, and the daily roots over all heads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant

_MOVED = text("seq > anchored_seq")


class AuditRow(Base):
    """One thing that happened; `hash` covers all of it and the hash before it."""

    __tablename__ = "audit_rows"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))  # "case:<uuid>", "system", …
    seq: Mapped[int]
    county: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column(Instant)
    legal_date: Mapped[date]
    actor_role: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Base):
    """The last row of a chain; locking it serialises the chain's writers."""

    __tablename__ = "audit_heads"
    # What the daily root looks for: the few chains that moved, among those of all cases ever.
    __table_args__ = (
        Index("ix_audit_heads_moved", "chain", sqlite_where=_MOVED, postgresql_where=_MOVED),
    )

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    anchored_seq: Mapped[int] = mapped_column(default=0)


class AuditRoot(Base):
    """One day's anchor: a hash over every chain's head as it stood, chained to the day before."""

    __tablename__ = "audit_roots"

    legal_date: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    chains: Mapped[int]
    heads: Mapped[dict[str, Any]] = mapped_column(JSON)  # chain → [seq, hash hex], moved since
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
