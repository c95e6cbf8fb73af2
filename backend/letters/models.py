"""Letters as they were issued, the files that were made of them, and their numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Row, Sealed


class Letter(Row, Base):
    """One letter: what it says is kept as it was said; `consent_id` and `member_id` where a signer
    is its author.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("ix_letters_case", "case_id", "id"),
        # All letters of a day at one desk, to be printed together.
        Index("ix_letters_day", "issued_on", "division", "id"),
    )

    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consents.id"), index=True)
    member_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(20))
    office: Mapped[str] = mapped_column(String(12))  # whose letter it is: a division's code
    number: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    code: Mapped[str] = mapped_column(String(20), unique=True)
    content: Mapped[bytes] = mapped_column(Sealed)
    ended_as: Mapped[str | None] = mapped_column(String(20))
    ended_on: Mapped[date | None]


class LetterFile(Row, Base):
    """A PDF that was made of a letter: its hash. A later release may draw the same words anew."""

    __tablename__ = "letter_files"
    __table_args__ = (UniqueConstraint("letter_id", "sha256"),)

    county: Mapped[str] = mapped_column(String(6))
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))


class LetterSerial(Base):
    """The last number that an office gave to a kind of letter in a year."""

    __tablename__ = "letter_serials"

    office: Mapped[str] = mapped_column(String(12), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
