"""Answers kept for a repeated request."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, Sealed


class IdempotentAnswer(Base):
    """The answer that one actor's key got: replayed for the same body, refused for another."""

    __tablename__ = "idempotent_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True)  # from SHA-256(actor, key)
    route: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(Sealed)
    answered_at: Mapped[datetime] = mapped_column(Instant, index=True)
