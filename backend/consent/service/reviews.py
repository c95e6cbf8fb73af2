"""A person looks at a face: the list, the pictures, the decision, and the end of the pictures."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update

from backend.audit import service as audit
from backend.consent import queries
from backend.consent.errors import ReviewNotFound, ReviewPicturesGone
from backend.consent.events import FaceReviewOpened, FaceReviewRejected
from backend.consent.models import (
    Consent,
    ConsentInvitation,
    FaceAttempt,
    FaceReview,
    SigningSession,
)
from backend.consent.permissions import FACE_REVIEW, Place
from backend.consent.service.evidence import append, count
from backend.consent.service.links import note
from backend.consent.states import (
    CONSENT_MOVES,
    MOVES,
    REVIEW_MOVES,
    ConsentState,
    InvitationState,
    ReviewState,
)
from backend.core.access import Actor, require
from backend.core.paging import Page, PageRequest
from backend.core.transitions import next_state
from backend.core.uow import Work

KEPT: Final = timedelta(days=7)
TIME_TO_TRY_AGAIN: Final = timedelta(days=7)  # our waiting must not use up the signer's time
UNCERTAIN: Final = "uncertain"
THREE_FAILURES: Final = "three_failures"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One review for the desk's list: no names, no pictures; `version` is for If-Match."""

    id: UUID
    case_id: UUID
    member_id: UUID
    invitation_id: UUID
    division: str
    kind: str
    state: str
    created_at: datetime
    has_pictures: bool
    score_permille: int
    engine: str
    reasons: tuple[str, ...]
    way_wished: str | None
    version: int

    @property
    def reason(self) -> str:
        """Why a person has to look, as one word."""
        return self.kind


@dataclass(frozen=True, slots=True)
class ShownPictures:
    """Base64 JPEGs for the page that shows card and camera side by side."""

    reference: str = field(repr=False)
    frames: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReviewPictures:
    """JPEGs that the signer let us show to a person of staff; never to be written anywhere."""

    reference: bytes = field(repr=False)
    frames: tuple[bytes, ...] = field(repr=False)


def list_reviews(work: Work, scope: str, wanted: PageRequest) -> Page[ReviewItem]:
    """Reviews that wait within a division prefix, the oldest first."""
    page = queries.open_reviews(work, scope, wanted)
    return Page([review_item(row) for row in page.items], page.next_cursor)


def get_review(work: Work, actor: Actor, review_id: UUID) -> ReviewItem:
    """One review without its pictures; raises ReviewNotFound, AccessRefused."""
    row = queries.review(work, review_id)
    require(FACE_REVIEW, actor, Place(row.division))
    return review_item(row)


def review_item(row: FaceReview) -> ReviewItem:
    """A review as the desk sees it."""
    return ReviewItem(
        id=row.id,
        case_id=row.case_id,
        member_id=row.invitation.member_id,
        invitation_id=row.invitation_id,
        division=row.division,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        has_pictures=row.bundle is not None,
        score_permille=row.attempt.score_permille,
        engine=row.attempt.engine,
        reasons=tuple(row.attempt.reasons),
        way_wished=row.invitation.way_wished,
        version=row.version,
    )


def review_pictures(work: Work, actor: Actor, review_id: UUID) -> ShownPictures:
    """The pictures of a review; every look is audited. Raises ReviewNotFound without any."""
    row = queries.review(work, review_id)
    require(FACE_REVIEW, actor, Place(row.division))
    bundle = row.unseal(work.vault, "bundle")
    if bundle is None:
        raise ReviewNotFound()
    case_id, county = row.case_id, row.county
    work.after_end(lambda after: _note_look(after, actor, review_id, case_id, county))
    return ShownPictures(bundle["reference"], tuple(bundle["frames"]))


def _note_look(work: Work, actor: Actor, review_id: UUID, case_id: UUID, county: str) -> None:
    audit.record(
        work, actor, "consent.review_seen", f"face_review:{review_id}", case=case_id, county=county
    )


def decide_review(
    work: Work, actor: Actor, review_id: UUID, accept: bool, reason: str, expected_version: int
) -> ReviewItem:
    """Settle a review; the pictures are deleted with the decision.

    An uncertain face: yes lets a consent that was given meanwhile count; no makes it void and
    opens the link again. Three failures: yes gives three more tries, no leaves the ways without
    a face. Raises ReviewPicturesGone for a yes without pictures, StaleVersion, IllegalMove
    where it was decided.
    """
    row = queries.review(work, review_id, lock=True)
    require(FACE_REVIEW, actor, Place(row.division))
    work.check_version(row, expected_version)
    had_pictures = row.bundle is not None
    _close(work, row, "accept" if accept else "reject")
    if accept and row.kind == UNCERTAIN and not had_pictures:
        raise ReviewPicturesGone()
    row.decided_by = actor.id
    row.seal(work.vault, reason=reason)
    invitation = queries.invitation(work, row.invitation_id, lock=True)
    note(work, actor, "consent.review_decided", invitation, review=str(row.id), accepted=accept)
    if row.kind == UNCERTAIN:
        _settle_uncertain(work, actor, row, invitation, accept=accept)
    elif accept:
        invitation.face_failures = 0
    work.session.flush()
    return review_item(row)


def _settle_uncertain(
    work: Work, actor: Actor, row: FaceReview, invitation: ConsentInvitation, *, accept: bool
) -> None:
    invitation.under_review = False
    given = queries.given_consent(work, invitation.id)
    theirs = given if given is not None and given.attempt_id == row.attempt_id else None
    if accept:
        if theirs is not None:
            count(work, actor, theirs, reviewed_by=actor.id)
        return
    _forget_attempt(work, row.attempt_id)
    if theirs is not None:
        _void(work, theirs, actor)
    if InvitationState(invitation.state) in MOVES["reopen"].frm:
        invitation.state = next_state(MOVES, InvitationState(invitation.state), "reopen")
        invitation.expires_at = max(invitation.expires_at, work.wall.now() + TIME_TO_TRY_AGAIN)
    work.emit(FaceReviewRejected(invitation.case_id, invitation.member_id))


def _void(work: Work, consent: Consent, actor: Actor) -> None:
    consent.state = next_state(CONSENT_MOVES, ConsentState(consent.state), "void")
    fields = {"reviewed_by": str(actor.id), "void_at": work.wall.now().isoformat()}
    append(work, actor, consent, "void", fields)


def _forget_attempt(work: Work, attempt_id: UUID) -> None:
    """No sitting may sign on a face that a person has refused."""
    work.session.execute(
        update(SigningSession)
        .where(SigningSession.attempt_id == attempt_id)
        .values(attempt_id=None, version=SigningSession.version + 1)
        .execution_options(synchronize_session="fetch")
    )


def open_review(
    work: Work,
    invitation: ConsentInvitation,
    attempt: FaceAttempt,
    kind: str,
    pictures: ReviewPictures | None = None,
) -> FaceReview:
    """Ask a person to look; pictures only with the signer's own consent, for seven days at most."""
    now = work.wall.now()
    review = FaceReview(
        id=work.new_id(),
        created_at=now,
        county=invitation.county,
        division=invitation.division,
        case_id=invitation.case_id,
        invitation=invitation,
        attempt=attempt,
        kind=kind,
        state=ReviewState.OPEN,
    )
    if pictures is not None:
        review.seal(work.vault, bundle=_bundle(pictures))
        review.bundle_until = now + KEPT
    work.session.add(review)
    work.emit(FaceReviewOpened(invitation.case_id, invitation.member_id, review.id, kind))
    return review


def _bundle(pictures: ReviewPictures) -> dict[str, object]:
    return {
        "reference": base64.b64encode(pictures.reference).decode(),
        "frames": [base64.b64encode(frame).decode() for frame in pictures.frames],
    }


def drop_reviews(work: Work, invitation: ConsentInvitation) -> None:
    """Close what waits for a look because it has no object any more; the pictures go with it."""
    for row in queries.open_reviews_of(work, invitation.id):
        _close(work, row, "drop")
    invitation.under_review = False


def _close(work: Work, row: FaceReview, action: str) -> None:
    row.state = next_state(REVIEW_MOVES, ReviewState(row.state), action)
    row.decided_at = work.wall.now()
    row.bundle = None
    row.bundle_until = None
