"""Invitations, signing sessions, face checks and their reviews, consents, counter records,
evidence.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.consent.states import ConsentState, CounterState, InvitationState, ReviewState
from backend.core.db import Base, Digest, Instant, Row, Sealed

_LIVE = text("state IN ('open', 'identified', 'verified', 'given')")
_GIVEN = text("state = 'given'")


class ConsentInvitation(Row, Base):
    """One signer asked for one case; `wards` are the members that they sign for beside
    themselves.
    """

    __tablename__ = "consent_invitations"
    __table_args__ = (
        Index(
            "uq_consent_invitations_live",
            "case_id",
            "member_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # The state first: nearly all that ran out was given or refused long ago.
        Index("ix_consent_invitations_due", "state", "expires_at"),
    )

    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12), index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    member_id: Mapped[UUID]
    wards: Mapped[list[str]] = mapped_column(JSON)
    capacity: Mapped[str] = mapped_column(String(20))
    purposes: Mapped[list[str]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64))
    statement_version: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    state: Mapped[str] = mapped_column(String(20), default=InvitationState.OPEN)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    signer_name: Mapped[bytes] = mapped_column(Sealed)
    signer_id_number: Mapped[bytes] = mapped_column(Sealed)
    signer_digest: Mapped[bytes] = mapped_column(
        Digest("id_number", source="signer_id_number"), index=True
    )
    applicant_name: Mapped[bytes] = mapped_column(Sealed)
    identified_at: Mapped[datetime | None] = mapped_column(Instant)
    face_failures: Mapped[int] = mapped_column(default=0)
    under_review: Mapped[bool] = mapped_column(default=False)
    way_wished: Mapped[str | None] = mapped_column(String(20))
    refusal_reason: Mapped[bytes | None] = mapped_column(Sealed)
    link: Mapped[bytes | None] = mapped_column(Sealed)  # the token, to be shown again
    renews: Mapped[UUID | None]  # the one that ran out, where its signer asked for this one
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)


class SigningSession(Row, Base):
    """A sitting of 15 minutes: one identified person, one invitation; `attempt_id` once the face
    was seen.
    """

    __tablename__ = "signing_sessions"

    county: Mapped[str] = mapped_column(String(6))
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("consent_invitations.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    client: Mapped[str] = mapped_column(String(20))
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("face_attempts.id"))

    invitation: Mapped[ConsentInvitation] = relationship(lazy="joined", innerjoin=True)


class FaceChallenge(Row, Base):
    """Two actions to be made before the camera, once, within three minutes."""

    __tablename__ = "face_challenges"

    county: Mapped[str] = mapped_column(String(6))
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("signing_sessions.id", ondelete="CASCADE"), index=True
    )
    actions: Mapped[list[str]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class FaceAttempt(Row, Base):
    """What a face check decided and by which means; no image and no template (R3)."""

    __tablename__ = "face_attempts"

    county: Mapped[str] = mapped_column(String(6))
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("consent_invitations.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    score_permille: Mapped[int]
    engine: Mapped[str] = mapped_column(String(60))
    model_sha256: Mapped[str] = mapped_column(String(64))
    threshold_version: Mapped[str] = mapped_column(String(40))
    liveness: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    challenge: Mapped[list[str]] = mapped_column(JSON)
    face_statement: Mapped[str] = mapped_column(String(40))
    face_statement_sha256: Mapped[str] = mapped_column(String(64))


class FaceReview(Row, Base):
    """A person has to look: at an uncertain check (with pictures, where the signer let us) or
    after three failures.
    """

    __tablename__ = "face_reviews"

    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12), index=True)
    case_id: Mapped[UUID]
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("consent_invitations.id"), index=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("face_attempts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default=ReviewState.OPEN, index=True)
    bundle: Mapped[bytes | None] = mapped_column(Sealed)
    bundle_until: Mapped[datetime | None] = mapped_column(Instant, index=True)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[bytes | None] = mapped_column(Sealed)

    invitation: Mapped[ConsentInvitation] = relationship(lazy="joined", innerjoin=True)
    attempt: Mapped[FaceAttempt] = relationship(lazy="joined", innerjoin=True)


class Consent(Row, Base):
    """A given consent; it counts once nothing is left to be looked at."""

    __tablename__ = "consents"
    __table_args__ = (
        Index(
            "uq_consents_given",
            "invitation_id",
            unique=True,
            sqlite_where=_GIVEN,
            postgresql_where=_GIVEN,
        ),
    )

    county: Mapped[str] = mapped_column(String(6))
    division: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[UUID] = mapped_column(index=True)
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("consent_invitations.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=ConsentState.GIVEN)
    way: Mapped[str] = mapped_column(String(20))
    assurance: Mapped[str] = mapped_column(String(1))
    assisted: Mapped[bool]
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("face_attempts.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)
    counted_at: Mapped[datetime | None] = mapped_column(Instant)
    person_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawal_reason: Mapped[bytes | None] = mapped_column(Sealed)
    strokes: Mapped[bytes | None] = mapped_column(Sealed)

    invitation: Mapped[ConsentInvitation] = relationship(lazy="joined", innerjoin=True)

    @property
    def counts(self) -> bool:
        return self.state == ConsentState.GIVEN and self.counted_at is not None


class CounterRecord(Row, Base):
    """A consent given before staff, waiting for the second witness."""

    __tablename__ = "counter_records"

    county: Mapped[str] = mapped_column(String(6))
    invitation_id: Mapped[UUID] = mapped_column(ForeignKey("consent_invitations.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=CounterState.RECORDED)
    first_witness: Mapped[UUID]
    second_witness: Mapped[UUID | None]
    papers_seen: Mapped[bytes] = mapped_column(Sealed)
    reason: Mapped[bytes] = mapped_column(Sealed)

    invitation: Mapped[ConsentInvitation] = relationship(lazy="joined", innerjoin=True)


class EvidenceRow(Row, Base):
    """One link of a case's evidence: the signed record as it was, and what opens its fields."""

    __tablename__ = "consent_evidence"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    county: Mapped[str] = mapped_column(String(6))
    case_id: Mapped[UUID]
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consents.id"), index=True)
    sequence: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(128))
    opening: Mapped[bytes] = mapped_column(Sealed)


class EvidenceHead(Base):
    """The signed end of a case's evidence: how many records, and the hash of the last."""

    __tablename__ = "consent_evidence_heads"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    count: Mapped[int]
    last: Mapped[str] = mapped_column(String(64))
    record: Mapped[dict[str, Any]] = mapped_column(JSON)
    signature: Mapped[str] = mapped_column(String(128))
