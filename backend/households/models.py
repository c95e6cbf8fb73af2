"""The people of a case."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Digest, Row, Sealed


class HouseholdMember(Row, Base):
    """One person of a case: living with the applicant, or a supporter living apart."""

    __tablename__ = "household_members"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    county: Mapped[str] = mapped_column(String(6))
    role: Mapped[str] = mapped_column(String(10))
    relation: Mapped[str] = mapped_column(String(2))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[bytes] = mapped_column(Sealed)
    id_number: Mapped[bytes] = mapped_column(Sealed)
    id_number_digest: Mapped[bytes] = mapped_column(
        Digest("id_number", source="id_number"), index=True
    )
    details: Mapped[bytes] = mapped_column(Sealed)  # phone, work, health, incomes, expenses
