"""Accounts, persons, log-in sessions, staff, mandates, and the messages that people find when
they log in.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Digest, Instant, Row, Sealed
from backend.identity.states import MandateState


class Person(Row, Base):
    """A citizen ID number that this system has met; whose it is, only a proof tells."""

    __tablename__ = "persons"

    id_number: Mapped[bytes] = mapped_column(Sealed)
    id_number_digest: Mapped[bytes] = mapped_column(
        Digest("id_number", source="id_number"), unique=True
    )


class Account(Row, Base):
    """A WeChat user under our mini-program, and the person that it claims or was proven to be."""

    __tablename__ = "accounts"

    openid: Mapped[bytes] = mapped_column(Sealed)
    openid_digest: Mapped[bytes] = mapped_column(Digest("openid", source="openid"), unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[bytes | None] = mapped_column(Sealed)  # as typed with the claim
    assurance: Mapped[str | None] = mapped_column(String(1))  # A, B, C; None: only claimed
    phone: Mapped[bytes | None] = mapped_column(Sealed)  # as WeChat told it, if the holder let it
    proof: Mapped[bytes | None] = mapped_column(Sealed)  # which papers the desk saw
    read_up_to: Mapped[UUID | None]  # the newest message that its holder has seen


class StaffMember(Row, Base):
    """Somebody who works at a desk: roles within a scope (division prefix), password and TOTP."""

    __tablename__ = "staff_members"

    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[bytes] = mapped_column(Sealed)
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[bytes] = mapped_column(Sealed)
    last_totp_step: Mapped[int] = mapped_column(default=0)
    roles: Mapped[list[str]] = mapped_column(JSON)
    scope: Mapped[str] = mapped_column(String(12))
    active: Mapped[bool] = mapped_column(default=True)


class LoginSession(Row, Base):
    """One log-in; only the hash of its token is kept."""

    __tablename__ = "login_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_members.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    idle_seconds: Mapped[int | None]
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class Mandate(Row, Base):
    """A signed paper by which a principal lets a helper file for them, checked by the township."""

    __tablename__ = "mandates"

    helper_account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    principal_person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    principal_name: Mapped[bytes] = mapped_column(Sealed)
    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12), index=True)
    state: Mapped[str] = mapped_column(String(20), default=MandateState.AWAITING_PAPER)
    valid_until: Mapped[date]
    paper_document_id: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    reason: Mapped[bytes | None] = mapped_column(Sealed)  # what the desk wrote


class InboxMessage(Row, Base):
    """A notice for an account, or for whoever proves to be a person; it names no programme,
    illness or amount.
    """

    __tablename__ = "inbox_messages"

    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    code: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    about: Mapped[UUID | None]
