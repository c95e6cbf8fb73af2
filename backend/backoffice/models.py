"""The back office's own tables; it shares none with the main system."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from backend.backoffice.states import CaseState, TaskState
from backend.core.db import Base, Instant, Row, Sealed


class BoSpec(Row, Base):
    """A process in SpiffWorkflow's own text, kept once for all its cases; no personal data."""

    __tablename__ = "bo_specs"

    digest: Mapped[str] = mapped_column(String(64), unique=True)  # SHA-256 of text, hex
    text: Mapped[str] = mapped_column(Text)


class BoStaff(Row, Base):
    """A member of the back office's own staff; a county-wide scope has six digits or fewer."""

    __tablename__ = "bo_staff"

    name: Mapped[bytes] = mapped_column(Sealed)
    username: Mapped[str | None] = mapped_column(String(40), unique=True, index=True)  # of pages
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(Sealed)
    last_totp_step: Mapped[int | None]
    roles: Mapped[list[str]] = mapped_column(JSON)
    scope: Mapped[str] = mapped_column(String(12), index=True)
    delegated: Mapped[bool] = mapped_column(default=False)  # the county lets this township decide
    active: Mapped[bool] = mapped_column(default=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class BoSession(Row, Base):
    """A log-in at the back office's pages; only the hash of its token is kept."""

    __tablename__ = "bo_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("bo_staff.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class BoCase(Row, Base):
    """One case as it was forwarded, and how far its process has come."""

    __tablename__ = "bo_cases"
    __table_args__ = (
        Index("ix_bo_cases_publicity", "stage", "publicity_until"),
        Index("ix_bo_cases_due", "state", "due_on", "id"),
    )

    case_id: Mapped[UUID] = mapped_column(unique=True)  # the main system's id
    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12))
    programme: Mapped[str] = mapped_column(String(40))
    area: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[str] = mapped_column(String(10))
    publicity_exempt: Mapped[bool]
    pays: Mapped[bool] = mapped_column(server_default=true())  # whether money follows an approval
    state: Mapped[str] = mapped_column(String(12), default=CaseState.IN_REVIEW)
    stage: Mapped[str] = mapped_column(String(20))
    opened_on: Mapped[date]
    accepted_on: Mapped[date]  # 受理: the statutory clock runs from here
    due_on: Mapped[date]
    due_provisional: Mapped[bool]
    publicity_until: Mapped[date | None]
    spec_id: Mapped[UUID] = mapped_column(ForeignKey("bo_specs.id"))
    last_sequence_in: Mapped[int]
    sequence_out: Mapped[int] = mapped_column(default=0)
    snapshot: Mapped[bytes] = mapped_column(Sealed)
    findings: Mapped[bytes] = mapped_column(Sealed)
    workflow_state: Mapped[bytes] = mapped_column(Sealed)


class BoTask(Row, Base):
    """A task of a case, for lists: the process knows which is open, this row knows until when."""

    __tablename__ = "bo_tasks"
    __table_args__ = (Index("ix_bo_tasks_open", "state", "due_on", "id"),)

    case_row_id: Mapped[UUID] = mapped_column(ForeignKey("bo_cases.id"), index=True)
    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=TaskState.OPEN)
    opened_on: Mapped[date]
    due_on: Mapped[date]
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    completed_by: Mapped[UUID | None] = mapped_column(ForeignKey("bo_staff.id"))
    result: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[bytes | None] = mapped_column(Sealed)


class BoInbox(Row, Base):
    """A webhook that was taken: the same id is never handled twice."""

    __tablename__ = "bo_inbox"
    __table_args__ = (Index("ix_bo_inbox_order", "case_id", "sequence"),)

    webhook_id: Mapped[str] = mapped_column(String(80), unique=True)
    county: Mapped[str] = mapped_column(String(6))
    case_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(60))
    sequence: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))


class BoEvent(Row, Base):
    """What was told about a case, in order; the body holds reasons and amounts, so it is sealed."""

    __tablename__ = "bo_events"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    case_id: Mapped[UUID]
    county: Mapped[str] = mapped_column(String(6))
    sequence: Mapped[int]
    type: Mapped[str] = mapped_column(String(60))
    body: Mapped[bytes] = mapped_column(Sealed)
