"""Doors of the desk: one worklist, and a decision each on cases, mandates, faces and counter
consents.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from backend.applications import errors, service
from backend.applications.schemas import ApplicationView, shown_to
from backend.consent import service as consent
from backend.consent.errors import (
    ConsentAlreadyGiven,
    InvitationNotFound,
    ReviewNotFound,
    ReviewPicturesGone,
    SameWitness,
)
from backend.core.paging import CursorInvalid, PageRequest
from backend.core.transitions import IllegalMove
from backend.identity import queries as identity_queries
from backend.identity import service as identity
from backend.identity.errors import (
    ClaimNotMatching,
    HelperHoldsMany,
    IdentityProven,
    MandatePaperMissing,
)
from backend.identity.schemas import MandateView, mandate_view
from backend.staff import queries, schemas
from backend.web import Doors, PageQuery, actor, if_match, with_etag, work
from backend.web.answers import answer
from backend.web.doors import TOWNSHIP
from backend.web.leads import first, first_current, lead, same

blp = Doors("staff", __name__, url_prefix="/api/v1/staff", description="The township's desk")
_CASE = [errors.ApplicationNotFound, IllegalMove]
_PAPER = [IllegalMove, MandatePaperMissing]
_REVIEW = [ReviewNotFound, ReviewPicturesGone, IllegalMove]


@blp.get("/worklist")
@blp.door(
    "getWorklist",
    TOWNSHIP,
    problems=[CursorInvalid],
    leads={
        "acceptApplication": first_current(application_id="id"),
        "requestCorrection": first_current(application_id="id"),
        "rejectApplication": first_current(application_id="id"),
        "noteApplication": first(application_id="id"),
    },
)
@blp.arguments(schemas.WorklistQuery, location="query")
@blp.response(200, schemas.Worklist)
def get_worklist(query: dict[str, Any]) -> Any:
    """Cases that wait for me, the oldest first."""
    states = [query["state"]] if query["state"] else []
    return queries.worklist(work(), actor().scope or "none", states, query["page"])


@blp.get("/applications/<uuid:application_id>/duplicates")
@blp.door("listDuplicates", TOWNSHIP, problems=[errors.ApplicationNotFound])
@blp.response(200, schemas.ElsewhereList)
def list_duplicates(application_id: UUID) -> dict[str, Any]:
    """Who of the household lives in another household's live case, too, here or in another town."""
    service.get(work(), actor(), application_id)
    return {"items": queries.elsewhere(work(), actor(), application_id)}


@blp.post("/applications/<uuid:application_id>/acceptance")
@blp.door(
    "acceptApplication",
    TOWNSHIP,
    problems=[
        *_CASE,
        errors.ConsentsOutstanding,
        errors.PersonsNotConfirmed,
        errors.AcceptedByRecorder,
        errors.OfficerIsRelative,
    ],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.AcceptanceBody)
@blp.response(200, ApplicationView)
def accept_application(body: dict[str, Any], application_id: UUID) -> Response:
    """Accept (受理): the clock starts and the case goes to the back office."""
    case = service.accept(work(), actor(), application_id, if_match(), **body)
    return _view(case)


@blp.post("/accounts/<uuid:account_id>/proof")
@blp.door("proveAccount", TOWNSHIP, problems=[ClaimNotMatching, IdentityProven])
@blp.arguments(schemas.ProofBody)
@blp.response(200, schemas.ProofView)
def prove_account(body: dict[str, Any], account_id: UUID) -> dict[str, Any]:
    """This account's holder stood before me and is the person whom the account names."""
    identity.prove_at_desk(work(), actor(), account_id, **body)
    return {"account_id": account_id, "assurance": "C"}


@blp.delete("/accounts/<uuid:account_id>/proof")
@blp.door("unproveAccount", TOWNSHIP)
@blp.response(200, schemas.ProofView)
def unprove_account(account_id: UUID) -> dict[str, Any]:
    """A proof was wrong: the account is only a claim again and sees what it created itself."""
    identity.unprove(work(), actor(), account_id)
    return {"account_id": account_id, "assurance": None}


@blp.post("/applications/<uuid:application_id>/correction")
@blp.door(
    "requestCorrection",
    TOWNSHIP,
    problems=[*_CASE, errors.CorrectionsUsedUp],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.CorrectionBody)
@blp.response(200, ApplicationView)
def request_correction(body: dict[str, Any], application_id: UUID) -> Response:
    """Send back with everything that is missing, at once."""
    case = service.request_correction(work(), actor(), application_id, if_match(), body["items"])
    return _view(case)


@blp.post("/applications/<uuid:application_id>/rejection")
@blp.door(
    "rejectApplication",
    TOWNSHIP,
    problems=[*_CASE, errors.OfficerIsRelative],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.DeskReasonBody)
@blp.response(200, ApplicationView)
def reject_application(body: dict[str, Any], application_id: UUID) -> Response:
    """Do not accept, with the reason in writing."""
    case = service.reject(work(), actor(), application_id, if_match(), body["reason"])
    return _view(case)


@blp.post("/applications/<uuid:application_id>/note")
@blp.door(
    "noteApplication",
    TOWNSHIP,
    problems=[errors.ApplicationNotFound],
    idempotent=True,
    leads={"listNotes": same("application_id")},
)
@blp.arguments(schemas.NoteBody)
@blp.response(201, schemas.NoteView)
def note_application(body: dict[str, Any], application_id: UUID) -> Any:
    """Leave a note for colleagues."""
    return service.note(work(), actor(), application_id, body["text"])


@blp.get("/applications/<uuid:application_id>/notes")
@blp.door("listNotes", TOWNSHIP, problems=[errors.ApplicationNotFound, CursorInvalid])
@blp.arguments(PageQuery, location="query")
@blp.response(200, schemas.NotePage)
def list_notes(page: PageRequest, application_id: UUID) -> Any:
    """What colleagues noted about a case, the newest first."""
    return queries.notes(work(), actor(), application_id, page)


@blp.get("/counter-consents")
@blp.door(
    "listCounterConsents",
    TOWNSHIP,
    problems=[CursorInvalid],
    leads={"confirmCounterConsent": first(record_id="id")},
)
@blp.arguments(PageQuery, location="query")
@blp.response(200, schemas.WaitingPage)
def list_counter_consents(page: PageRequest) -> Any:
    """Consents at the counter that wait for the second of two, the oldest first."""
    return queries.waiting_at_counter(work(), actor(), page)


@blp.post("/applications/<uuid:application_id>/counter-consents")
@blp.door(
    "recordCounterConsent",
    TOWNSHIP,
    problems=[*_CASE, InvitationNotFound, ConsentAlreadyGiven],
    idempotent=True,
    leads={"confirmCounterConsent": lead(record_id="id")},
)
@blp.arguments(schemas.CounterBody)
@blp.response(201, schemas.CounterView)
def record_counter_consent(body: dict[str, Any], application_id: UUID) -> Any:
    """First of two: this person consented at my counter."""
    case = service.get_to_add(work(), actor(), application_id)
    if body["invitation_id"] not in {s.invitation_id for s in consent.standing(work(), case.id)}:
        raise InvitationNotFound(path="/invitationId")
    return consent.record_at_counter(work(), actor(), **body)


@blp.post("/counter-consents/<uuid:record_id>/confirmation")
@blp.door(
    "confirmCounterConsent",
    TOWNSHIP,
    problems=[*_CASE, SameWitness, ConsentAlreadyGiven],
    idempotent=True,
)
@blp.response(200, schemas.CounterView)
def confirm_counter_consent(record_id: UUID) -> Any:
    """Second of two: I saw it too."""
    return consent.confirm_at_counter(work(), actor(), record_id)


@blp.get("/face-reviews")
@blp.door(
    "listFaceReviews",
    TOWNSHIP,
    problems=[CursorInvalid],
    leads={
        "getReviewPictures": first(review_id="id"),
        "acceptFaceReview": first_current(review_id="id"),
        "rejectFaceReview": first_current(review_id="id"),
    },
)
@blp.arguments(PageQuery, location="query")
@blp.response(200, schemas.ReviewPage)
def list_face_reviews(page: PageRequest) -> Any:
    """Faces that a person must look at."""
    return consent.list_reviews(work(), actor().scope or "none", page)


@blp.get("/face-reviews/<uuid:review_id>/pictures")
@blp.door("getReviewPictures", TOWNSHIP, problems=[ReviewNotFound])
@blp.response(200, schemas.PicturesView)
def get_review_pictures(review_id: UUID) -> Any:
    """Card and camera side by side, while the review is open; the look is recorded."""
    return consent.review_pictures(work(), actor(), review_id)


@blp.post("/face-reviews/<uuid:review_id>/acceptance")
@blp.door("acceptFaceReview", TOWNSHIP, problems=_REVIEW, versioned=True)
@blp.arguments(schemas.DeskReasonBody)
@blp.response(200, schemas.ReviewView)
def accept_face_review(body: dict[str, Any], review_id: UUID) -> Any:
    """It is the same person: the consent counts."""
    return _decide_review(review_id, body["reason"], accept=True)


@blp.post("/face-reviews/<uuid:review_id>/rejection")
@blp.door("rejectFaceReview", TOWNSHIP, problems=_REVIEW, versioned=True)
@blp.arguments(schemas.DeskReasonBody)
@blp.response(200, schemas.ReviewView)
def reject_face_review(body: dict[str, Any], review_id: UUID) -> Any:
    """It is not, or cannot be told: another way stays open."""
    return _decide_review(review_id, body["reason"], accept=False)


def _decide_review(review_id: UUID, reason: str, *, accept: bool) -> Any:
    return consent.decide_review(
        work(), actor(), review_id, accept=accept, reason=reason, expected_version=if_match()
    )


@blp.get("/mandates")
@blp.door(
    "listMandatesToCheck",
    TOWNSHIP,
    problems=[CursorInvalid],
    leads={
        "acceptMandate": first_current(mandate_id="id"),
        "rejectMandate": first_current(mandate_id="id"),
    },
)
@blp.arguments(schemas.MandatesQuery, location="query")
@blp.response(200, schemas.MandatePage)
def list_mandates_to_check(query: dict[str, Any]) -> Any:
    """Mandates whose paper waits for a look, or that are in another state."""
    scope = actor().scope or "none"
    found = identity_queries.mandates_to_check(work(), scope, [query["state"]], query["page"])
    shown = [mandate_view(work(), mandate) for mandate in found.items]
    return {"items": shown, "next_cursor": found.next_cursor}


@blp.post("/mandates/<uuid:mandate_id>/acceptance")
@blp.door("acceptMandate", TOWNSHIP, problems=[*_PAPER, HelperHoldsMany], versioned=True, etag=True)
@blp.arguments(schemas.MandateAcceptanceBody)
@blp.response(200, MandateView)
def accept_mandate(body: dict[str, Any], mandate_id: UUID) -> Any:
    """The paper is in order: the helper may file."""
    return _decide_mandate(mandate_id, body, accept=True)


@blp.post("/mandates/<uuid:mandate_id>/rejection")
@blp.door("rejectMandate", TOWNSHIP, problems=_PAPER, versioned=True, etag=True)
@blp.arguments(schemas.DeskReasonBody)
@blp.response(200, MandateView)
def reject_mandate(body: dict[str, Any], mandate_id: UUID) -> Any:
    """The paper is not in order, and why."""
    return _decide_mandate(mandate_id, body, accept=False)


def _decide_mandate(mandate_id: UUID, body: dict[str, Any], *, accept: bool) -> Any:
    decided = identity.decide_mandate(
        work(),
        actor(),
        mandate_id,
        accept=accept,
        version=if_match(),
        most_in=partial(queries.most_acted_for, work()),
        **body,
    )
    return mandate_view(work(), with_etag(decided))


def _view(case: Any) -> Response:
    return answer(shown_to(work(), actor(), service.facts(work(), with_etag(case))))
