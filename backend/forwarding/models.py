"""What was forwarded, and what came back before its turn."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Row, Sealed


class CaseSnapshot(Row, Base):
    """The immutable picture of a case that one outbox row stands for."""

    __tablename__ = "case_snapshots"

    outbox_id: Mapped[UUID] = mapped_column(ForeignKey("outbox.id"), unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    county: Mapped[str] = mapped_column(String(6))
    body: Mapped[bytes] = mapped_column(Sealed)


class BackofficeEvent(Row, Base):
    """One event of the back office, kept by its message id; `applied` once its turn came."""

    __tablename__ = "backoffice_events"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    message_id: Mapped[str] = mapped_column(String(64), unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    county: Mapped[str] = mapped_column(String(6))
    sequence: Mapped[int]
    type: Mapped[str] = mapped_column(String(60))
    data: Mapped[bytes] = mapped_column(Sealed)
    applied: Mapped[bool] = mapped_column(default=False)
