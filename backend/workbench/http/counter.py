"""Consents before two people of staff: the first writes down, the second was there too."""

from __future__ import annotations

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.applications import service as applications
from backend.consent import service as consent
from backend.consent.errors import InvitationNotFound
from backend.staff import queries, schemas
from backend.web import actor, work
from backend.web.pages import load, to
from backend.workbench import service
from backend.workbench.http.cases import case_page
from backend.workbench.http.desk import TOWNSHIP, pages, picked, show

_BODY = schemas.CounterBody()


@pages.act(
    "/cases/<uuid:application_id>/counter/<uuid:member_id>",
    "deskWitness",
    TOWNSHIP,
    shows=lambda application_id, member_id: case_page(application_id),
)
def record(application_id: UUID, member_id: UUID) -> Response:
    """First of two. Whoever has no invitation that holds gets one first."""
    case = applications.get_to_add(work(), actor(), application_id)
    standing = {s.member_id: s for s in consent.standing(work(), case.id)}
    found = standing.get(member_id)
    if found is None or found.state not in ("open", "identified", "verified"):
        invitation_id = applications.invite(
            work(), actor(), application_id, member_id
        ).invitation.id
    else:
        invitation_id = found.invitation_id
    body = load(
        _BODY,
        {
            "invitationId": str(invitation_id),
            "papersSeen": (request.form.get("papersSeen") or "").strip(),
            "reason": picked("reason"),
        },
    )
    consent.record_at_counter(work(), actor(), **body)
    return to(f"/desk/cases/{application_id}#consents", "said_witnessed")


@pages.page("/counter/<uuid:record_id>", "deskCounter", TOWNSHIP)
def counter_page(record_id: UUID) -> str:
    """What the first of two saw, for the second."""
    found = queries.counter_record(work(), actor(), record_id)
    case = service.case_file(work(), actor(), found.case_id)
    signer = next((p for p in case.people if p.id == found.member_id), None)
    if signer is None:
        raise InvitationNotFound()
    return show("counter", record=found, it=case, signer=signer)


@pages.act("/counter/<uuid:record_id>/confirmation", "deskConfirm", TOWNSHIP, shows=counter_page)
def confirm(record_id: UUID) -> Response:
    """Second of two: I saw it too."""
    case_id = queries.counter_record(work(), actor(), record_id).case_id
    consent.confirm_at_counter(work(), actor(), record_id)
    return to(f"/desk/cases/{case_id}#consents", "said_confirmed")
