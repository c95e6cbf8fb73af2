"""Applications and what the staff wrote about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.applications.states import ApplicationState
from backend.core.crypto import Vault
from backend.core.db import Base, Instant, Row, Sealed


class Application(Row, Base):
    """One matter of one household."""

    __tablename__ = "applications"
    __table_args__ = (
        # All that the desk's list asks and is put in order by: it reads the rows of one page only.
        Index("ix_applications_desk", "state", "division", "submitted_at", "id", "submitted_on"),
        Index("ix_applications_owner", "owner_account_id", "id"),
    )

    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12))
    area: Mapped[str] = mapped_column(String(5))
    programme: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(24), default=ApplicationState.DRAFT)
    stage: Mapped[str | None] = mapped_column(String(20))
    stage_until: Mapped[date | None]  # publicity: its last day
    owner_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    applicant_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    mandate_id: Mapped[UUID | None] = mapped_column(ForeignKey("mandates.id"))
    recorded_by: Mapped[UUID | None]  # of staff: who began it at the counter (窗口代录)
    handed_in_by: Mapped[UUID | None]  # of staff: who handed it in there last
    counter: Mapped[bytes | None] = mapped_column(Sealed)  # papers seen, a relative of the officer
    updated_at: Mapped[datetime] = mapped_column(Instant)
    form: Mapped[bytes] = mapped_column(Sealed)  # cash, promise, relatives among staff
    assessment: Mapped[bytes | None] = mapped_column(Sealed)
    policy_version: Mapped[str | None] = mapped_column(String(64))
    content_hash: Mapped[str | None] = mapped_column(String(64))
    receipt_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    due_provisional: Mapped[bool] = mapped_column(default=False)
    correction: Mapped[bytes | None] = mapped_column(Sealed)  # what the desk wrote
    corrections: Mapped[int] = mapped_column(default=0)  # how often it was sent back
    outcome: Mapped[bytes | None] = mapped_column(Sealed)  # amount, reasons, who decided, when
    heard_sequence: Mapped[int] = mapped_column(default=0)


class CaseRow(NamedTuple):
    """An application as it lies in the table, for reading only; see `Application`."""

    id: UUID
    version: int
    created_at: datetime
    county: str
    division: str
    area: str
    programme: str
    state: str
    stage: str | None
    stage_until: date | None
    owner_account_id: UUID | None
    applicant_person_id: UUID | None
    mandate_id: UUID | None
    recorded_by: UUID | None
    handed_in_by: UUID | None
    counter: bytes | None
    form: bytes
    assessment: bytes | None
    policy_version: str | None
    receipt_code: str | None
    submitted_on: date | None
    accepted_on: date | None
    due_on: date | None
    due_provisional: bool
    correction: bytes | None
    outcome: bytes | None

    def unseal(self, vault: Vault, column: str) -> Any:
        """As `Row.unseal`."""
        sealed = getattr(self, column)
        return (
            None
            if sealed is None
            else vault.open(Application.__tablename__, column, self.id, sealed)
        )


Case = Application | CaseRow


class CaseNote(Row, Base):
    """A note that staff wrote for each other."""

    __tablename__ = "case_notes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    county: Mapped[str] = mapped_column(String(6))
    staff_id: Mapped[UUID]
    text: Mapped[bytes] = mapped_column(Sealed)


class CaseClock(Row, Base):
    """What a case's last days were reckoned from and came to; `id` is the case's own."""

    __tablename__ = "case_clocks"

    id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    calendar_revision: Mapped[int]  # that of the calendar by which it was reckoned
    steps: Mapped[list[list[Any]]] = mapped_column(JSON)  # step, last day, whether provisional
    publicity: Mapped[list[list[str]]] = mapped_column(JSON)  # first and last day of each notice
    extended_on: Mapped[date | None]
    extended_by: Mapped[UUID | None]
    extension_reason: Mapped[str | None] = mapped_column(String(40))
    extension_note: Mapped[bytes | None] = mapped_column(Sealed)


class CasePause(Row, Base):
    """A time in which a case's clock stood: from `since` to the day before `until`."""

    __tablename__ = "case_pauses"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    county: Mapped[str] = mapped_column(String(6))
    since: Mapped[date]
    until: Mapped[date | None]  # the day on which it went on
    paused_by: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[bytes] = mapped_column(Sealed)
