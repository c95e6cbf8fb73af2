"""Give a consent with one's name, refuse it, or take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.consent import queries
from backend.consent.errors import (
    AgreementMissing,
    ConsentAlreadyGiven,
    ConsentNotStanding,
    NotVerified,
    SignatureBroken,
    SignatureEmpty,
    SignatureTooLong,
    StatementChanged,
)
from backend.consent.events import ConsentRefused, ConsentWithdrawn
from backend.consent.models import (
    Consent,
    ConsentInvitation,
    FaceAttempt,
    FaceReview,
    SigningSession,
)
from backend.consent.permissions import CONSENT_WITHDRAW
from backend.consent.rules.face import FaceOutcome
from backend.consent.rules.scope import Assurance
from backend.consent.rules.strokes import Strokes, strokes_fault, strokes_hash
from backend.consent.service.evidence import append, count
from backend.consent.service.fields import counter_fields, face_fields, scope_fields
from backend.consent.service.invite import authority, check_statement
from backend.consent.service.links import note, sitting, target_of
from backend.consent.service.reviews import drop_reviews
from backend.consent.states import CONSENT_MOVES, MOVES, ConsentState, InvitationState, ReviewState
from backend.core.access import Actor, require
from backend.core.errors import Invalid
from backend.core.transitions import next_state
from backend.core.uow import Work

FACE: Final = "face"
COUNTER: Final = "counter"
_FAULTS: Final[Mapping[str, type[Invalid]]] = {
    kind.code: kind for kind in (SignatureBroken, SignatureEmpty, SignatureTooLong)
}


@dataclass(frozen=True, slots=True)
class Signature:
    """What comes from the signing pad: strokes of [x, y, milliseconds], and which text was agreed
    to.
    """

    strokes: Strokes = field(repr=False)
    statement_hash: str
    agreed: bool
    assisted: bool


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent as its signer and the desk see it; `counts` is false while a person still has to
    look.
    """

    id: UUID
    invitation_id: UUID
    case_id: UUID
    state: str
    way: str
    assurance: str
    counts: bool
    under_review: bool
    given_at: datetime
    withdrawn_at: datetime | None


def give(work: Work, actor: Actor, token: str, signature: Signature) -> ConsentView:
    """Sign. The consent counts at once, or when staff accept the review of an uncertain face.

    Raises InvitationNotFound, ConsentAlreadyGiven, NotVerified, AgreementMissing, SignatureEmpty,
    SignatureTooLong, SignatureBroken, StatementChanged.
    """
    session = sitting(work, actor, token)
    invitation = session.invitation
    if invitation.state == InvitationState.GIVEN:
        raise ConsentAlreadyGiven()
    attempt, counts = _seen_face(work, session)
    _check_signature(invitation, signature)
    invitation.state = next_state(MOVES, InvitationState(invitation.state), "give")
    note(work, actor, "consent.given", invitation, way=FACE, counts=counts)
    consent = _consent(work, invitation, FACE, Assurance.A, assisted=signature.assisted)
    consent.attempt_id = attempt.id
    consent.seal(work.vault, strokes=[[list(p) for p in s] for s in signature.strokes])
    work.session.flush()
    fields = {
        **_scope(work, invitation),
        **face_fields(attempt, session, under_review=not counts),
        "assisted": signature.assisted,
        "strokes_sha256": strokes_hash(signature.strokes),
        "given_at": consent.given_at.isoformat(),
    }
    append(work, actor, consent, "given", fields)
    if counts:
        count(work, actor, consent)
    return consent_view(consent)


def _seen_face(work: Work, session: SigningSession) -> tuple[FaceAttempt, bool]:
    """This sitting's face check, and whether nobody has to look at it any more."""
    if session.attempt_id is None:
        raise NotVerified()
    attempt = queries.attempt(work, session.attempt_id)
    if attempt.outcome == FaceOutcome.ACCEPT:
        return attempt, True
    review: FaceReview | None = queries.review_of_attempt(work, attempt.id)
    if review is None or review.state not in {ReviewState.OPEN, ReviewState.ACCEPTED}:
        raise NotVerified()
    return attempt, review.state == ReviewState.ACCEPTED


def _check_signature(invitation: ConsentInvitation, signature: Signature) -> None:
    if not signature.agreed:
        raise AgreementMissing(path="/agreed")
    fault = strokes_fault(signature.strokes)
    if fault:
        raise _FAULTS[fault](path="/strokes")
    if signature.statement_hash != check_statement(invitation).text.hash:
        raise StatementChanged()


def _consent(
    work: Work, invitation: ConsentInvitation, way: str, assurance: Assurance, *, assisted: bool
) -> Consent:
    now = work.wall.now()
    consent = Consent(
        id=work.new_id(),
        created_at=now,
        county=invitation.county,
        division=invitation.division,
        case_id=invitation.case_id,
        invitation=invitation,
        state=ConsentState.GIVEN,
        way=way,
        assurance=assurance,
        assisted=assisted,
        given_at=now,
    )
    work.session.add(consent)
    return consent


def _scope(work: Work, invitation: ConsentInvitation) -> dict[str, Any]:
    who = authority(work, invitation.division)
    return scope_fields(work.vault, invitation, check_statement(invitation), who)


def give_before_staff(
    work: Work, actor: Actor, invitation: ConsentInvitation, witnesses: list[UUID], papers: str
) -> Consent:
    """A consent given at the counter before two people of staff: assurance C, it counts at once."""
    if invitation.state == InvitationState.GIVEN:
        raise ConsentAlreadyGiven()
    invitation.state = next_state(MOVES, InvitationState(invitation.state), "give_at_counter")
    drop_reviews(work, invitation)
    note(work, actor, "consent.given", invitation, way=COUNTER, counts=True)
    consent = _consent(work, invitation, COUNTER, Assurance.C, assisted=True)
    work.session.flush()
    fields = {
        **_scope(work, invitation),
        **counter_fields(witnesses, papers),
        "assisted": True,
        "strokes_sha256": None,
        "given_at": consent.given_at.isoformat(),
    }
    append(work, actor, consent, "given", fields)
    count(work, actor, consent)
    return consent


def refuse(work: Work, actor: Actor, token: str, reason: str | None) -> str:
    """Say no; what waited for a look is dropped. Returns the new state. Raises IllegalMove."""
    session = sitting(work, actor, token)
    invitation = session.invitation
    invitation.state = next_state(MOVES, InvitationState(invitation.state), "refuse")
    invitation.seal(work.vault, refusal_reason=reason)
    drop_reviews(work, invitation)
    note(work, actor, "consent.refused", invitation)
    work.emit(ConsentRefused(invitation.case_id, invitation.member_id))
    return invitation.state


def withdraw(work: Work, actor: Actor, consent_id: UUID, reason: str | None) -> ConsentView:
    """Take a given consent back; nothing new is checked from now on.

    For the signer, in their sitting or proven log-in, and for the desk on their word. Raises
    NotFound, ConsentNotStanding.
    """
    consent = queries.consent(work, consent_id, lock=True)
    invitation = consent.invitation
    require(CONSENT_WITHDRAW, actor, target_of(work, invitation))
    if consent.state != ConsentState.GIVEN:
        raise ConsentNotStanding()
    consent.state = next_state(CONSENT_MOVES, ConsentState(consent.state), "withdraw")
    consent.withdrawn_at = work.wall.now()
    consent.seal(work.vault, withdrawal_reason=reason)
    drop_reviews(work, invitation)
    note(work, actor, "consent.withdrawn", invitation)
    fields = {"withdrawn_at": consent.withdrawn_at.isoformat(), "reason": reason}
    append(work, actor, consent, "withdrawn", fields)
    work.emit(ConsentWithdrawn(invitation.case_id, invitation.member_id))
    return consent_view(consent)


def consent_view(consent: Consent) -> ConsentView:
    """A consent without its tables."""
    return ConsentView(
        id=consent.id,
        invitation_id=consent.invitation.id,
        case_id=consent.case_id,
        state=consent.state,
        way=consent.way,
        assurance=consent.assurance,
        counts=consent.counts,
        under_review=consent.state == ConsentState.GIVEN and consent.counted_at is None,
        given_at=consent.given_at,
        withdrawn_at=consent.withdrawn_at,
    )
