"""Wishes and who took them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, Instant, Row, Sealed
from backend.wishes.states import WishState

_STANDS = text("ended IS NULL")


class Wish(Row, Base):
    """One wish of one person. `on_board_at` is set while the public board shows it, and no longer:
    the board's indexes hold nothing else.
    """

    __tablename__ = "wishes"
    __table_args__ = (
        Index("ix_wishes_desk", "state", "division"),
        Index("ix_wishes_board", "on_board_at", "id"),
        Index("ix_wishes_board_county", "county", "on_board_at", "id"),
        Index("ix_wishes_board_township", "township", "on_board_at", "id"),
        Index("ix_wishes_owner", "owner_account_id", "id"),
    )

    county: Mapped[str] = mapped_column(String(6))
    township: Mapped[str] = mapped_column(String(12))
    division: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    value_fen: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default=WishState.SUBMITTED)
    owner_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    posted_by: Mapped[UUID]  # the account or the member of staff
    vouched: Mapped[bool]  # posted by staff or by a proven account: it counts for the person
    beneficiary_person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    guardian_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[bytes] = mapped_column(Sealed)
    guardian_name: Mapped[bytes | None] = mapped_column(Sealed)
    phone: Mapped[bytes | None] = mapped_column(Sealed)
    may_show_phone: Mapped[bool]  # the giver may see the phone
    text: Mapped[bytes] = mapped_column(Sealed)  # as typed, before the review
    text_check: Mapped[str | None] = mapped_column(String(10))  # of `text`; None: nobody looked
    public_text: Mapped[str | None] = mapped_column(String(200))  # as the township published it
    reason: Mapped[bytes | None] = mapped_column(Sealed)  # of a return or a rejection
    on_board_at: Mapped[datetime | None] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class WishClaim(Row, Base):
    """One giver's part in a wish: taken up, delivered, confirmed by both, thanked for."""

    __tablename__ = "wish_claims"
    __table_args__ = (
        # One live claim per wish, whatever the code above believes.
        Index(
            "uq_wish_claims_live",
            "wish_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_wish_claims_wish", "wish_id", "id"),
        Index("ix_wish_claims_giver", "giver_account_id", "id"),
        Index("ix_wish_claims_due", "until", sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    wish_id: Mapped[UUID] = mapped_column(ForeignKey("wishes.id"))
    county: Mapped[str] = mapped_column(String(6))
    giver_account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    giver_person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    giver_name: Mapped[bytes] = mapped_column(Sealed)
    claimed_on: Mapped[date]
    until: Mapped[date]  # last day to deliver; once delivered, to confirm
    ended: Mapped[str | None] = mapped_column(String(12))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    note: Mapped[bytes | None] = mapped_column(Sealed)
    giver_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    denied_at: Mapped[datetime | None] = mapped_column(Instant)
    thanks: Mapped[bytes | None] = mapped_column(Sealed)


@dataclass(frozen=True, slots=True)
class WishFacts:
    """A wish and the claim that stands, or that fulfilled it: what permissions look at."""

    wish: Wish
    claim: WishClaim | None
