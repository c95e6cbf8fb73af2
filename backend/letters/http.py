"""Doors of letters: a case's letters, each as a PDF, and the check whether one is real."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.applications.errors import ApplicationNotFound
from backend.core.access import Role
from backend.core.paper.press import PressBusy
from backend.letters import errors, schemas, service
from backend.web import Doors, actor, client_address, units, work
from backend.web.context import web_kit
from backend.web.doors import CITIZENS, EVERYBODY, SIGNERS, STAFF

PDF = "application/pdf"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {200: {"description": "The letter", "content": {PDF: _BINARY}}}
_PRINTING = [errors.LetterNotFound, errors.PrintedTooOften, PressBusy]
_DESK = frozenset({Role.TOWNSHIP, Role.COUNTY, Role.AUDITOR})
blp = Doors(
    "letters", __name__, url_prefix="/api/v1", description="文书, each with a code to check it by"
)


@blp.get("/applications/<uuid:application_id>/letters")
@blp.door("listLetters", CITIZENS | STAFF, problems=[ApplicationNotFound])
@blp.response(200, schemas.LetterList)
def list_letters(application_id: UUID) -> dict[str, Any]:
    """The letters of a case, the newest first."""
    return {"items": service.of_case(work(), actor(), application_id)}


@blp.get("/applications/<uuid:application_id>/receipt.pdf")
@blp.door("getReceipt", CITIZENS | STAFF, problems=[ApplicationNotFound, *_PRINTING])
@blp.doc(responses=_FILE)
def get_receipt(application_id: UUID) -> Response:
    """The newest receipt (收件回执) as a PDF."""
    return pdf_answer(service.receipt_of(units(), actor(), application_id, web_kit().public_url))


@blp.get("/letters/<uuid:letter_id>/content")
@blp.door("getLetter", CITIZENS | STAFF, problems=[ApplicationNotFound, *_PRINTING])
@blp.doc(responses=_FILE)
def get_letter(letter_id: UUID) -> Response:
    """One letter as a PDF."""
    return pdf_answer(service.one(units(), actor(), letter_id, web_kit().public_url))


@blp.get("/consents/<uuid:consent_id>/letter.pdf")
@blp.door("getConsentLetter", CITIZENS | SIGNERS | _DESK, problems=_PRINTING)
@blp.doc(responses=_FILE)
def get_consent_letter(consent_id: UUID) -> Response:
    """What I signed (授权书), as a PDF."""
    return pdf_answer(service.of_consent(units(), actor(), consent_id, web_kit().public_url))


@blp.post("/letter-checks")
@blp.door("checkLetter", EVERYBODY, problems=[errors.LetterUnknown])
@blp.arguments(schemas.LetterCheckBody)
@blp.response(200, schemas.LetterCheckView)
def check_letter(body: dict[str, Any]) -> service.Checked:
    """Whether a letter was issued here and still holds; nothing about a person is told."""
    return service.check(units(), body["code"], body["sha256"], client_address())


def pdf_answer(found: service.PdfFile) -> Response:
    """A PDF to look at, kept by nobody on the way."""
    return Response(
        found.pdf,
        mimetype=PDF,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f'inline; filename="{found.name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
