"""How far a demo has moved statutory time: one row that every process reads."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.core.db import Base
from backend.core.prepared import Opened, Prepared


class LegalOffset(Base):
    """The single row `id = 1`; outside demo mode nobody reads it."""

    __tablename__ = "legal_offset"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[int]


_DAYS = Prepared(select(LegalOffset.days).where(LegalOffset.id == 1))


def offset_days(work: Opened) -> int:
    """Days between the wall's date and the legal one; 0 until somebody moved it."""
    found = _DAYS.row(work)
    return 0 if found is None else int(found[0])


def move(session: Session, days: int) -> int:
    """Move statutory time on by `days`; returns the whole offset."""
    row = session.get(LegalOffset, 1)
    if row is None:
        row = LegalOffset(id=1, days=0)
        session.add(row)
    row.days += days
    return row.days
