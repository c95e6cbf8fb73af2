"""Doors of consent: what a signer does with the link, and what becomes of a given consent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from backend.consent import errors, schemas, service
from backend.consent.rules.scope import client_family
from backend.core.errors import NotFound
from backend.core.transitions import IllegalMove
from backend.documents.errors import FileTypeNotTaken, ImageBroken, ImageTooLarge
from backend.web import Doors, actor, client_address, units, work
from backend.web.context import extension, web_kit
from backend.web.doors import CITIZENS, EVERYBODY, SIGNERS, STAFF
from backend.web.leads import first, lead, same

blp = Doors(
    "consent", __name__, url_prefix="/api/v1", description="A family member's consent, by a link"
)

_LINK = [errors.InvitationNotFound, *errors.OVER]
_PICTURE = [
    errors.NoFace,
    errors.TwoFaces,
    errors.FaceTooSmall,
    errors.FaceQueueFull,
    errors.FaceEngineDown,
    errors.PhotoUnreadable,
    ImageBroken,
    ImageTooLarge,
    FileTypeNotTaken,
]
_FACE = [
    *_PICTURE,
    errors.FrameTooLarge,
    errors.FramesCount,
    errors.FramesDiffer,
    errors.FaceStandsStill,
    errors.WrongTurn,
    errors.ChallengeNotMet,
    errors.ChallengeUsed,
    errors.ReferenceBroken,
    errors.FaceConsentMissing,
    errors.FaceNotMatching,
    errors.FaceNeedsPerson,
    errors.ConsentAlreadyGiven,
    IllegalMove,
]
_PICTURES_KB = 2048  # five frames or one card as base64, with the sealed portrait


@blp.get("/consent-invitations/<string:token>")
@blp.door("openInvitation", EVERYBODY, problems=_LINK)
@blp.response(200, schemas.InvitationView)
def open_invitation(token: str) -> Any:
    """Read what is asked; looking never uses the link up."""
    return service.open_invitation(units(), token, client_address())


@blp.get("/consent-invitations/<string:token>/qr.png")
@blp.door("getInvitationQr", EVERYBODY, problems=_LINK)
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/png")
def get_invitation_qr(token: str) -> Response:
    """The link as a QR code, a PNG."""
    image = service.qr_code(
        units(), token, client_address(), web_kit().public_url, extension("outside").mini_code
    )
    return Response(image, mimetype="image/png")


@blp.post("/consent-invitations/<string:token>/identification")
@blp.door(
    "identifySigner",
    EVERYBODY,
    problems=[*_LINK, *_PICTURE, errors.IdentityNotMatching],
    leads={name: same("token") for name in ("createFaceChallenge", "refuseConsent")},
    body_kb=_PICTURES_KB,
)
@blp.arguments(schemas.IdentificationBody)
@blp.response(200, schemas.SittingView)
def identify_signer(body: dict[str, Any], token: str) -> Any:
    """Say who I am and photograph my ID card; a sitting of 15 minutes begins."""
    client = client_family(request.headers.get("User-Agent", ""))
    typed = service.Typed(**body)
    return service.identify(units(), extension("face"), token, client_address(), client, typed)


@blp.post("/consent-invitations/<string:token>/face-challenge")
@blp.door(
    "createFaceChallenge",
    SIGNERS,
    problems=[*_LINK, errors.FaceNeedsPerson, errors.ConsentAlreadyGiven, IllegalMove],
    leads={"checkFace": same("token")},
)
@blp.response(200, schemas.ChallengeView)
def create_face_challenge(token: str) -> Any:
    """Two movements to make before the camera."""
    return service.new_challenge(units(), actor(), token)


@blp.post("/consent-invitations/<string:token>/face-check")
@blp.door(
    "checkFace",
    SIGNERS,
    problems=[*_LINK, *_FACE],
    leads={"giveConsent": same("token")},
    body_kb=_PICTURES_KB,
)
@blp.arguments(schemas.FaceCheckBody)
@blp.response(200, schemas.FaceAnswerView)
def check_face(body: dict[str, Any], token: str) -> Any:
    """Show that it is me; no picture is kept."""
    return service.check_face(units(), extension("face"), actor(), token, service.FaceSent(**body))


@blp.post("/consent-invitations/<string:token>/signature")
@blp.door(
    "giveConsent",
    SIGNERS,
    problems=[
        *_LINK,
        errors.NotVerified,
        errors.ConsentAlreadyGiven,
        errors.AgreementMissing,
        errors.StatementChanged,
        errors.SignatureEmpty,
        errors.SignatureTooLong,
        errors.SignatureBroken,
        IllegalMove,
    ],
    leads={name: lead(consent_id="id") for name in ("withdrawConsent", "getEvidence")},
    idempotent=True,
    body_kb=256,
)
@blp.arguments(schemas.SignatureBody)
@blp.response(201, schemas.ConsentAnswer)
def give_consent(body: dict[str, Any], token: str) -> Any:
    """Agree, by writing my name."""
    return service.give(work(), actor(), token, service.Signature(**body))


@blp.post("/consent-invitations/<string:token>/refusal")
@blp.door("refuseConsent", SIGNERS, problems=[*_LINK, IllegalMove])
@blp.arguments(schemas.ReasonBody)
@blp.response(200, schemas.StateView)
def refuse_consent(body: dict[str, Any], token: str) -> Any:
    """Do not agree; a reason may be given."""
    return {"state": service.refuse(work(), actor(), token, body["reason"])}


@blp.post("/consent-invitations/<string:token>/alternative")
@blp.door("chooseOtherWay", EVERYBODY, problems=_LINK)
@blp.arguments(schemas.AlternativeBody)
@blp.response(200, schemas.WayView)
def choose_other_way(body: dict[str, Any], token: str) -> Any:
    """Wish another way than the face; all count the same."""
    return service.wish_way(units(), token, client_address(), body["way"])


@blp.get("/consents")
@blp.door(
    "listConsents",
    CITIZENS,
    leads={name: first(consent_id="consent/id") for name in ("withdrawConsent", "getEvidence")},
)
@blp.response(200, schemas.MyConsentList)
def list_consents() -> dict[str, Any]:
    """What I agreed to with my signature, in whatever case; for a log-in that was proven."""
    return {"items": service.list_mine(work(), actor())}


@blp.post("/consents/<uuid:consent_id>/withdrawal")
@blp.door(
    "withdrawConsent", SIGNERS | CITIZENS | STAFF, problems=[NotFound, errors.ConsentNotStanding]
)
@blp.arguments(schemas.ReasonBody)
@blp.response(200, schemas.ConsentAnswer)
def withdraw_consent(body: dict[str, Any], consent_id: UUID) -> Any:
    """Take my consent back; the township's counter does it on my word."""
    return service.withdraw(work(), actor(), consent_id, body["reason"])


@blp.get("/consents/<uuid:consent_id>/evidence")
@blp.door("getEvidence", SIGNERS | CITIZENS | STAFF, problems=[NotFound])
@blp.response(200, {"type": "object"})
def get_evidence(consent_id: UUID) -> Response:
    """The evidence file: anybody can check it offline with `zhangban evidence-verify`."""
    found = service.get_evidence(work(), actor(), consent_id)
    response = Response(found.content, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return response
