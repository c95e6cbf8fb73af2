"""Requests for help and who took them up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, Row, Sealed
from backend.help.states import HelpState

_UNFINISHED = text("state IN ('open', 'taken')")


class HelpRequest(Row, Base):
    """One request of one account, in one place."""

    __tablename__ = "help_requests"
    __table_args__ = (
        Index("ix_help_requests_desk", "state", "division"),
        Index("ix_help_requests_account", "account_id", "id"),
        # One at a time, whatever the code above believes.
        Index(
            "uq_help_requests_unfinished",
            "account_id",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(20), default=HelpState.OPEN)
    name: Mapped[bytes | None] = mapped_column(Sealed)  # as the account typed it, if it did
    phone: Mapped[bytes | None] = mapped_column(Sealed)
    note: Mapped[bytes | None] = mapped_column(Sealed)
    taken_by: Mapped[UUID | None]
    taken_as: Mapped[str | None] = mapped_column(String(20))  # village or township
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[bytes | None] = mapped_column(Sealed)  # what the desk wrote when it was done
    updated_at: Mapped[datetime] = mapped_column(Instant)
