"""Faces that a person must look at."""

from __future__ import annotations

from uuid import UUID

from werkzeug.wrappers import Response

from backend.consent import service as consent
from backend.staff import schemas
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench import service
from backend.workbench.http.desk import TOWNSHIP, pages, picked, show

_REASON = schemas.DeskReasonBody()


@pages.page("/reviews/<uuid:review_id>", "deskReview", TOWNSHIP)
def review_page(review_id: UUID) -> str:
    """Card and camera side by side, while the review is open; the look is recorded."""
    found = consent.get_review(work(), actor(), review_id)
    pictures = consent.review_pictures(work(), actor(), review_id) if found.has_pictures else None
    case = service.case_file(work(), actor(), found.case_id)
    signer = next((p for p in case.people if p.id == found.member_id), None)
    return show("review", review=found, pictures=pictures, it=case, signer=signer)


@pages.act("/reviews/<uuid:review_id>/acceptance", "deskSameFace", TOWNSHIP, shows=review_page)
def accept(review_id: UUID) -> Response:
    """It is the same person."""
    return _decide(review_id, accept=True)


@pages.act("/reviews/<uuid:review_id>/rejection", "deskOtherFace", TOWNSHIP, shows=review_page)
def reject(review_id: UUID) -> Response:
    """It is not, or cannot be told."""
    return _decide(review_id, accept=False)


def _decide(review_id: UUID, *, accept: bool) -> Response:
    reason = load(_REASON, {"reason": picked("reason")})["reason"]
    decided = consent.decide_review(
        work(), actor(), review_id, accept=accept, reason=reason, expected_version=version()
    )
    return to(f"/desk/cases/{decided.case_id}#consents", "said_review_decided")
