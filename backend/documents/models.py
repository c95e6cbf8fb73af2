"""The documents table: what lies in which slot of which case, and where its files are kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, Row
from backend.core.transitions import legal_moves, next_state
from backend.documents.states import MOVES, DocumentState


class Document(Row, Base):
    """One uploaded photo or PDF; the name that the file had on the phone is not kept."""

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_case", "case_id", "state"),)

    county: Mapped[str] = mapped_column(String(6))
    case_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    slot: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20), default=DocumentState.STORED)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]  # bytes of the full file
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the full file, plain
    uploaded_by: Mapped[UUID | None]
    uploaded_as: Mapped[str] = mapped_column(String(20))
    full_key: Mapped[str] = mapped_column(String(80), unique=True)
    thumb_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant)

    def move(self, action: str) -> None:
        """Do one action of its life; raises IllegalMove."""
        self.state = next_state(MOVES, DocumentState(self.state), action)

    @property
    def actions(self) -> list[str]:
        """The actions that its state allows."""
        return legal_moves(MOVES, DocumentState(self.state))

    @property
    def variants(self) -> list[str]:
        """What can be asked of its content."""
        return ["full", "thumb"] if self.thumb_key else ["full"]
