"""The outbox in the layout that Debezium's event router reads, and the state of each delivery
beside it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.core.db import Base, Instant, Row
from backend.relay.states import DeliveryState

# Said in literals, in the index as in its queries: databases match the words, not what they mean.
UNHEARD = text("state IN ('pending', 'retrying', 'dead')")


class OutboxRow(Base):
    """Insert-only; `payload` holds ids, type, sequence, version and days, nobody's data."""

    __tablename__ = "outbox"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    aggregatetype: Mapped[str] = mapped_column(String(40))
    aggregateid: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    county: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Delivery(Row, Base):
    """Where one outbox row stands on its way to one destination; `sequence` orders a case's
    rows.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("destination", "aggregateid", "sequence"),
        Index("ix_deliveries_due", "state", "next_at"),
        # what nobody has heard yet: small, however many were sent; see queries.standing
        Index(
            "ix_deliveries_unheard",
            "destination",
            "created_at",
            "state",
            sqlite_where=UNHEARD,
            postgresql_where=UNHEARD,
        ),
    )

    outbox_id: Mapped[UUID] = mapped_column(ForeignKey("outbox.id"), unique=True)
    destination: Mapped[str] = mapped_column(String(40))
    aggregateid: Mapped[UUID]
    county: Mapped[str] = mapped_column(String(6))
    sequence: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(String(60))
    heard_at: Mapped[datetime | None] = mapped_column(Instant)

    outbox: Mapped[OutboxRow] = relationship(lazy="joined", innerjoin=True)
