"""Reads of single rows: invitations by token, consents, sittings, reviews that wait, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from backend.consent.errors import ReviewNotFound
from backend.consent.models import (
    Consent,
    ConsentInvitation,
    CounterRecord,
    EvidenceHead,
    EvidenceRow,
    FaceAttempt,
    FaceReview,
    SigningSession,
)
from backend.consent.states import LIVE, ConsentState, ReviewState
from backend.core.clocks import lives
from backend.core.crypto import token_hash
from backend.core.errors import NotFound
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.regions import queries as regions

MOST_TOKEN_LENGTH = 64


def by_token(work: Work, token: str, *, lock: bool = False) -> ConsentInvitation | None:
    """The invitation of a token, whatever has become of it."""
    if len(token) > MOST_TOKEN_LENGTH:
        return None
    statement = select(ConsentInvitation).where(ConsentInvitation.token_hash == token_hash(token))
    return work.session.scalar(statement.with_for_update() if lock else statement)


def is_live(work: Work, invitation: ConsentInvitation) -> bool:
    """Whether its link can still be used."""
    in_time = lives(work.wall.now(), invitation.created_at, invitation.expires_at)
    return invitation.state in LIVE and in_time


def live_of(
    work: Work, case_id: UUID, member_id: UUID, *, lock: bool = False
) -> ConsentInvitation | None:
    """The invitation by which a signer can sign now."""
    statement = select(ConsentInvitation).where(
        ConsentInvitation.case_id == case_id,
        ConsentInvitation.member_id == member_id,
        ConsentInvitation.state.in_(LIVE),
    )
    found = work.session.scalar(statement.with_for_update() if lock else statement)
    return found if found is not None and is_live(work, found) else None


def newest_consent(work: Work, invitation_id: UUID) -> Consent | None:
    """What was given by an invitation, taken back or not."""
    statement = select(Consent).where(Consent.invitation_id == invitation_id)
    return work.session.scalar(statement.order_by(Consent.id.desc()).limit(1))


def invitation(work: Work, invitation_id: UUID, *, lock: bool = False) -> ConsentInvitation:
    """One invitation; raises NotFound."""
    found = work.session.get(ConsentInvitation, invitation_id, with_for_update=lock or None)
    if found is None:
        raise NotFound()
    return found


def invitations_of(work: Work, case_id: UUID, member_id: UUID) -> Sequence[ConsentInvitation]:
    """All invitations of one signer in one case, locked, the oldest first."""
    statement = select(ConsentInvitation).where(
        ConsentInvitation.case_id == case_id, ConsentInvitation.member_id == member_id
    )
    ordered = statement.order_by(ConsentInvitation.created_at, ConsentInvitation.id)
    return list(work.session.scalars(ordered.with_for_update()))


def overdue(work: Work, most: int, *, lock: bool = True) -> Sequence[ConsentInvitation]:
    """Live invitations whose time is over, at most `most`."""
    statement = select(ConsentInvitation).where(
        ConsentInvitation.state.in_(LIVE), ConsentInvitation.expires_at <= work.wall.now()
    )
    ordered = statement.order_by(ConsentInvitation.expires_at).limit(most)
    return list(work.session.scalars(_skipping(ordered) if lock else ordered))


def consents_to_confirm(work: Work, case_id: UUID) -> Sequence[Consent]:
    """Counting consents of a case whose person is known by their own card only, locked."""
    statement = select(Consent).where(
        Consent.case_id == case_id,
        Consent.state == ConsentState.GIVEN,
        Consent.assurance == "A",
        Consent.counted_at.is_not(None),
        Consent.person_confirmed_at.is_(None),
    )
    return list(work.session.scalars(statement.order_by(Consent.id).with_for_update()))


def consent(work: Work, consent_id: UUID, *, lock: bool = False) -> Consent:
    """One consent; raises NotFound."""
    if lock:
        _lock_invitation(work, Consent, consent_id)
    found = work.session.get(Consent, consent_id, with_for_update=lock or None)
    if found is None:
        raise NotFound()
    return found


def consents_of(work: Work, id_number: str, most: int) -> Sequence[Consent]:
    """What the person of a normalised ID number signed in any case and did not lose to a review,
    the newest first.
    """
    statement = (
        select(Consent)
        .join(ConsentInvitation, ConsentInvitation.id == Consent.invitation_id)
        .where(
            ConsentInvitation.signer_digest.in_(work.vault.digests("id_number", id_number)),
            Consent.state != ConsentState.VOID,
        )
    )
    return list(work.session.scalars(statement.order_by(Consent.id.desc()).limit(most)))


def given_consent(work: Work, invitation_id: UUID) -> Consent | None:
    """The standing consent of an invitation."""
    return work.session.scalar(
        select(Consent)
        .where(Consent.invitation_id == invitation_id, Consent.state == ConsentState.GIVEN)
        .with_for_update()
    )


def signing_session(work: Work, session_id: UUID | None) -> SigningSession | None:
    """A sitting that is not over."""
    found = work.session.get(SigningSession, session_id) if session_id else None
    return _unless_over(work, found)


def signing_session_by_token(work: Work, token: str) -> SigningSession | None:
    """The sitting of a token, unless it is over."""
    found = work.session.scalar(
        select(SigningSession).where(SigningSession.token_hash == token_hash(token))
    )
    return _unless_over(work, found)


def _unless_over(work: Work, found: SigningSession | None) -> SigningSession | None:
    if found is None or not lives(work.wall.now(), found.created_at, found.expires_at):
        return None
    return found


def attempt(work: Work, attempt_id: UUID) -> FaceAttempt:
    """One face check's record."""
    return work.session.get_one(FaceAttempt, attempt_id)


def counter_record(work: Work, record_id: UUID) -> CounterRecord:
    """One record made at the counter, locked; raises NotFound."""
    _lock_invitation(work, CounterRecord, record_id)
    found = work.session.get(CounterRecord, record_id, with_for_update=True)
    if found is None:
        raise NotFound()
    return found


def review(work: Work, review_id: UUID, *, lock: bool = False) -> FaceReview:
    """One review; raises ReviewNotFound."""
    if lock:
        _lock_invitation(work, FaceReview, review_id)
    found = work.session.get(FaceReview, review_id, with_for_update=lock or None)
    if found is None:
        raise ReviewNotFound()
    return found


def review_of_attempt(work: Work, attempt_id: UUID) -> FaceReview | None:
    """The review that a face check led to."""
    return work.session.scalar(select(FaceReview).where(FaceReview.attempt_id == attempt_id))


def open_reviews_of(work: Work, invitation_id: UUID) -> Sequence[FaceReview]:
    """The reviews of an invitation that nobody has decided, locked."""
    statement = select(FaceReview).where(
        FaceReview.invitation_id == invitation_id, FaceReview.state == ReviewState.OPEN
    )
    return list(work.session.scalars(statement.with_for_update()))


def open_reviews(work: Work, scope: str, wanted: PageRequest) -> Page[FaceReview]:
    """Reviews within a division prefix that wait for a decision, the oldest first."""
    statement = select(FaceReview).where(
        FaceReview.state == ReviewState.OPEN, regions.lies_within(FaceReview.division, scope)
    )
    return keyset(work.session, statement, [FaceReview.id], [UUID], wanted, descending=False)


def stale_bundles(work: Work, most: int, *, lock: bool = True) -> Sequence[FaceReview]:
    """Reviews whose pictures have been kept for as long as they may, at most `most`."""
    statement = select(FaceReview).where(
        FaceReview.bundle.is_not(None), FaceReview.bundle_until <= work.wall.now()
    )
    some = statement.limit(most)
    return list(work.session.scalars(_skipping(some) if lock else some))


def _lock_invitation(
    work: Work, kind: type[Consent | CounterRecord | FaceReview], row_id: UUID
) -> None:
    """Everybody locks an invitation before what hangs on it, else two could wait for each other."""
    of_row = select(kind.invitation_id).where(kind.id == row_id).scalar_subquery()
    statement = select(ConsentInvitation).where(ConsentInvitation.id == of_row)
    work.session.scalars(statement.with_for_update()).one_or_none()


def _skipping(statement: Select[Any]) -> Select[Any]:
    """Lock, but leave what another worker holds."""
    return statement.with_for_update(skip_locked=True)


def evidence_head(work: Work, case_id: UUID, *, lock: bool = False) -> EvidenceHead | None:
    """The end of a case's evidence."""
    return work.session.get(EvidenceHead, case_id, with_for_update=lock or None)


def evidence_from(work: Work, case_id: UUID, sequence: int) -> Sequence[EvidenceRow]:
    """A case's evidence from one record on, in order."""
    statement = select(EvidenceRow).where(
        EvidenceRow.case_id == case_id, EvidenceRow.sequence >= sequence
    )
    return list(work.session.scalars(statement.order_by(EvidenceRow.sequence)))


def first_evidence(work: Work, consent_id: UUID) -> EvidenceRow:
    """The record that was made when the consent was given."""
    return work.session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.consent_id == consent_id)
        .order_by(EvidenceRow.sequence)
        .limit(1)
    ).one()
