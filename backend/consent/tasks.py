"""Jobs of the worker: end what ran out, delete pictures, forget sittings. Each runs in short
batches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, select

from backend.audit import service as audit
from backend.consent import queries
from backend.consent.events import ConsentExpired
from backend.consent.models import FaceReview, SigningSession
from backend.consent.service.links import note
from backend.consent.service.reviews import drop_reviews
from backend.consent.states import MOVES, InvitationState
from backend.core.access import SYSTEM
from backend.core.transitions import next_state
from backend.core.uow import Units, Work

BATCH: Final = 50
_MOST_BATCHES: Final = 200


def expire_invitations(units: Units) -> int:
    """End invitations whose time is over and tell the case; returns how many."""
    return _in_batches(units, lambda work: bool(queries.overdue(work, 1, lock=False)), _expire)


def drop_review_bundles(units: Units) -> int:
    """Delete review pictures that have been kept for 7 days, decided or not; the review itself
    stays.
    """
    return _in_batches(
        units, lambda work: bool(queries.stale_bundles(work, 1, lock=False)), _drop_bundles
    )


def forget_signing_sessions(units: Units) -> int:
    """Delete sittings that are over, and their challenges; returns how many."""
    return _in_batches(units, lambda work: bool(_over(work, 1)), _forget)


def _in_batches(units: Units, is_due: Callable[[Work], bool], run: Callable[[Work], int]) -> int:
    """Run short write units while there is something to do; an idle run takes no write lock."""
    done = 0
    for _ in range(_MOST_BATCHES):
        with units.read() as work:
            if not is_due(work):
                break
        with units.write() as work:
            done += run(work)
    return done


def _expire(work: Work) -> int:
    overdue = queries.overdue(work, BATCH)
    for invitation in overdue:
        invitation.state = next_state(MOVES, InvitationState(invitation.state), "expire")
        drop_reviews(work, invitation)
        note(work, SYSTEM, "consent.expired", invitation)
        work.emit(ConsentExpired(invitation.case_id, invitation.member_id))
    return len(overdue)


def _drop_bundles(work: Work) -> int:
    stale = queries.stale_bundles(work, BATCH)
    for review in stale:
        _drop_bundle(work, review)
    return len(stale)


def _drop_bundle(work: Work, review: FaceReview) -> None:
    review.bundle = None
    review.bundle_until = None
    audit.record(
        work,
        SYSTEM,
        "consent.review_pictures_dropped",
        f"face_review:{review.id}",
        case=review.case_id,
        county=review.county,
    )


def _over(work: Work, most: int) -> list[object]:
    statement = select(SigningSession.id).where(SigningSession.expires_at <= work.wall.now())
    return list(work.session.scalars(statement.limit(most)))


def _forget(work: Work) -> int:
    ids = _over(work, BATCH)
    work.session.execute(delete(SigningSession).where(SigningSession.id.in_(ids)))
    return len(ids)
