"""One row a phone: what its holder was told, and how much of it WeChat was asked to say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, Row

# Said in literals, in the index as in its queries: databases match the words, not what they mean.
DUE = text("handled < told")


class Notice(Row, Base):
    """The notices of one account: `told` counts what was left in its inbox, `handled` up to where a
    message went or was given up. One message covers all that lies between, so nobody is called
    twice for news that came together.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_due", "next_at", sqlite_where=DUE, postgresql_where=DUE),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), unique=True)
    told: Mapped[int]
    handled: Mapped[int] = mapped_column(default=0)
    news_at: Mapped[datetime] = mapped_column(Instant)
    page: Mapped[str] = mapped_column(String(100))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)  # when a send last began
    sent: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    inbox_only: Mapped[int] = mapped_column(default=0)  # refused, or given up
    last_outcome: Mapped[str | None] = mapped_column(String(60))
