"""The face check: a single-use challenge, the comparison outside any unit, three outcomes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from backend.consent.errors import (
    ChallengeNotMet,
    ChallengeUsed,
    ConsentAlreadyGiven,
    FaceConsentMissing,
    FaceNeedsPerson,
    FaceNotMatching,
    FaceStandsStill,
    FramesDiffer,
    FrameTooLarge,
    PhotoUnreadable,
    WrongTurn,
)
from backend.consent.models import FaceAttempt, FaceChallenge, SigningSession
from backend.consent.ports import MAX_FRAME_BYTES, FaceDecision, FaceVerifier
from backend.consent.rules.face import CHALLENGE_ACTIONS, FRAMES_DIFFER, FaceOutcome
from backend.consent.rules.statements import Way, face_statement, ways
from backend.consent.service.identify import decode_photo, open_reference
from backend.consent.service.invite import MOST_FACE_FAILURES
from backend.consent.service.links import note, sitting
from backend.consent.service.reviews import (
    THREE_FAILURES,
    UNCERTAIN,
    ReviewPictures,
    drop_reviews,
    open_review,
)
from backend.consent.states import MOVES, InvitationState
from backend.core import attempts
from backend.core.access import Actor
from backend.core.clocks import lives
from backend.core.errors import AppError
from backend.core.transitions import next_state
from backend.core.uow import Units, Work

CHALLENGE_TIME: Final = timedelta(minutes=3)
CHALLENGE_LENGTH: Final = 2
FACE_TRIES: Final = attempts.Limit("consent_face", 20, timedelta(days=1))
OTHER_WAY: Final = "other_way"
_NOT_FOLLOWED: Final = (ChallengeNotMet, FaceStandsStill, WrongTurn)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What to do before the camera, once, until `expires_at`."""

    challenge_id: UUID
    actions: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FaceSent:
    """One face check as it comes from the phone; pictures as base64."""

    challenge_id: UUID
    reference: str = field(repr=False)
    frames: Sequence[str] = field(repr=False)
    face_consent: bool
    review_consent: bool


@dataclass(frozen=True, slots=True)
class FaceAnswer:
    """`outcome` is accept, review (a person will look, sign now) or other_way (choose one of
    `ways`).
    """

    outcome: str
    state: str
    under_review: bool
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """Everything of one check that was decided, on its way into the database."""

    decision: FaceDecision
    actions: tuple[str, ...]
    pictures: ReviewPictures | None


def new_challenge(
    units: Units, actor: Actor, token: str, rng: random.Random | None = None
) -> Challenge:
    """Two random actions for this sitting. Raises FaceNeedsPerson, TooManyAttempts (20 a day)."""
    attempts.spend(units, FACE_TRIES, str(actor.invitation_id))
    chosen = (rng or random.SystemRandom()).sample(CHALLENGE_ACTIONS, CHALLENGE_LENGTH)
    with units.last() as work:
        session = sitting(work, actor, token)
        _may_check(session)
        challenge = FaceChallenge(
            id=work.new_id(),
            created_at=work.wall.now(),
            county=session.county,
            session_id=session.id,
            actions=chosen,
            expires_at=work.wall.now() + CHALLENGE_TIME,
        )
        work.session.add(challenge)
        return Challenge(challenge.id, tuple(chosen), challenge.expires_at)


def check_face(
    units: Units, face: FaceVerifier, actor: Actor, token: str, sent: FaceSent
) -> FaceAnswer:
    """Compare the frames with the card's portrait and record what was decided, never the
    pictures.

    A rejected check is recorded in a unit of its own and raises FaceNotMatching (or FramesDiffer)
    with the tries left, the third one FaceNeedsPerson. Movements that were not seen are recorded
    and cost no try: an old person's slow turn must not end the way. Raises also
    FaceConsentMissing, ReferenceBroken, ChallengeUsed, and what `FaceVerifier.verify` raises.
    """
    if not sent.face_consent:
        raise FaceConsentMissing(path="/faceConsent")
    frames = [_frame(text, number) for number, text in enumerate(sent.frames)]
    invitation_id, session_id = _ids(units, actor, token)
    reference = open_reference(units.vault, invitation_id, session_id, sent.reference)
    actions = _use_challenge(units, actor, token, sent.challenge_id)
    try:
        decision = face.verify(reference, frames, actions)
    except _NOT_FOLLOWED as unseen:
        _record_unseen(units, actor, token, unseen)
        raise
    pictures = ReviewPictures(reference, tuple(frames)) if sent.review_consent else None
    checked = _Checked(decision, actions, pictures)
    if decision.outcome is FaceOutcome.REJECT:
        raise _record_failure(units, actor, token, checked)
    with units.last() as work:
        return _record_success(work, actor, token, checked)


def _frame(text: str, number: int) -> bytes:
    try:
        return decode_photo(text, MAX_FRAME_BYTES, f"/frames/{number}")
    except PhotoUnreadable as unreadable:
        if len(text) > MAX_FRAME_BYTES * 4 // 3:
            raise FrameTooLarge(
                path=f"/frames/{number}", max_kb=MAX_FRAME_BYTES // 1024
            ) from unreadable
        raise


def _ids(units: Units, actor: Actor, token: str) -> tuple[UUID, UUID]:
    with units.read() as work:
        session = sitting(work, actor, token, lock=False)
        _may_check(session)
        return session.invitation_id, session.id


def _may_check(session: SigningSession) -> None:
    if session.invitation.state == InvitationState.GIVEN:
        raise ConsentAlreadyGiven()
    next_state(MOVES, InvitationState(session.invitation.state), "verify")
    if session.invitation.face_failures >= MOST_FACE_FAILURES:
        raise FaceNeedsPerson()


def _use_challenge(units: Units, actor: Actor, token: str, challenge_id: UUID) -> tuple[str, ...]:
    """Spend the challenge before the slow part, so that a replay meets a used one."""
    with units.write() as work:
        session = sitting(work, actor, token)
        found = work.session.get(FaceChallenge, challenge_id, with_for_update=True)
        now = work.wall.now()
        if (
            found is None
            or found.session_id != session.id
            or found.used_at is not None
            or not lives(now, found.created_at, found.expires_at)
        ):
            raise ChallengeUsed()
        found.used_at = now
        return tuple(found.actions)


def _record_unseen(units: Units, actor: Actor, token: str, unseen: AppError) -> None:
    """An audit row only: without a comparison there is nothing else to keep."""
    with units.write() as work:
        session = sitting(work, actor, token)
        note(work, actor, "consent.face_unseen", session.invitation, code=unseen.code)


def _record_failure(
    units: Units, actor: Actor, token: str, checked: _Checked
) -> FaceNotMatching | FramesDiffer | FaceNeedsPerson:
    with units.write() as work:
        session = sitting(work, actor, token)
        invitation = session.invitation
        attempt = _attempt(work, session, checked)
        invitation.face_failures += 1
        note(work, actor, "consent.face_rejected", invitation, attempt=str(attempt.id))
        left = MOST_FACE_FAILURES - invitation.face_failures
        if left > 0:
            differ = FRAMES_DIFFER in checked.decision.reasons
            return FramesDiffer(tries_left=left) if differ else FaceNotMatching(tries_left=left)
        if left == 0:
            open_review(work, invitation, attempt, THREE_FAILURES)
        return FaceNeedsPerson()


def _record_success(work: Work, actor: Actor, token: str, checked: _Checked) -> FaceAnswer:
    session = sitting(work, actor, token)
    invitation = session.invitation
    _may_check(session)
    attempt = _attempt(work, session, checked)
    outcome = str(checked.decision.outcome)
    note(work, actor, f"consent.face_{outcome}", invitation, attempt=str(attempt.id))
    if checked.decision.outcome is FaceOutcome.REVIEW and checked.pictures is None:
        return FaceAnswer(OTHER_WAY, invitation.state, invitation.under_review, ways()[1:])
    drop_reviews(work, invitation)
    if checked.decision.outcome is FaceOutcome.REVIEW:
        open_review(work, invitation, attempt, UNCERTAIN, checked.pictures)
        invitation.under_review = True
    session.attempt_id = attempt.id
    invitation.state = next_state(MOVES, InvitationState(invitation.state), "verify")
    return FaceAnswer(outcome, invitation.state, invitation.under_review, ways())


def _attempt(work: Work, session: SigningSession, checked: _Checked) -> FaceAttempt:
    """What was decided by which means (R3), and the text of the face consent that allowed it
    (R2).
    """
    decision = checked.decision
    shown = face_statement(session.invitation.division)
    attempt = FaceAttempt(
        id=work.new_id(),
        created_at=work.wall.now(),
        county=session.county,
        invitation_id=session.invitation_id,
        outcome=decision.outcome,
        score_permille=decision.score_permille,
        engine=decision.engine,
        model_sha256=decision.model_sha256,
        threshold_version=decision.threshold_version,
        liveness=decision.liveness,
        reasons=list(decision.reasons),
        challenge=list(checked.actions),
        face_statement=shown.version,
        face_statement_sha256=shown.hash,
    )
    work.session.add(attempt)
    work.session.flush()  # rows below name it before the unit of work would write it
    return attempt
