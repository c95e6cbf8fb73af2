"""Doors of whoever signs for a case: invite, show the link again, remind, renew."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.applications import errors, schemas, service
from backend.applications.http.doors import blp
from backend.consent import errors as consent
from backend.consent.service import Issued
from backend.web import actor, client_address, units, work
from backend.web.context import web_kit
from backend.web.doors import CITIZENS, EVERYBODY, STAFF
from backend.web.leads import lead

_AT_LINK = dict.fromkeys(
    ("openInvitation", "getInvitationQr", "identifySigner", "chooseOtherWay"),
    lead(token="token"),  # noqa: S106 - the answer's field of that name
)
_SHOWING = [errors.ApplicationNotFound, errors.MandateNotActive, consent.InvitationNotFound]


@blp.post("/applications/<uuid:application_id>/consent-invitations")
@blp.door(
    "inviteConsent",
    CITIZENS | STAFF,
    problems=[
        errors.ApplicationNotFound,
        errors.NotASigner,
        errors.NotEditable,
        errors.MandateNotActive,
        consent.ConsentAlreadyGiven,
        consent.InvitationsTooMany,
        consent.StatementMissing,
    ],
    leads=dict.fromkeys(
        ("openInvitation", "getInvitationQr", "identifySigner", "chooseOtherWay"),
        lead(token="token"),  # noqa: S106 - the answer's field of that name
    ),
)
@blp.arguments(schemas.InviteBody)
@blp.response(201, schemas.IssuedInvitationView)
def invite_consent(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Make a link and QR code by which one signer gives consent; an older one ends.

    Asking again makes a fresh link: an answer kept for replay would hold a link that works.
    """
    issued = service.invite(work(), actor(), application_id, body["member_id"])
    return _link(issued)


@blp.get("/applications/<uuid:application_id>/consent-invitations/<uuid:member_id>")
@blp.door("showInvitation", CITIZENS | STAFF, problems=_SHOWING, leads=_AT_LINK)
@blp.response(200, schemas.IssuedInvitationView)
def show_invitation(application_id: UUID, member_id: UUID) -> dict[str, Any]:
    """The link that one signer has, once more: on another phone, or to show the QR code.

    Not found where none is live: then invite anew.
    """
    return _link(service.show_link(work(), actor(), application_id, member_id))


@blp.post("/applications/<uuid:application_id>/consent-invitations/<uuid:member_id>/reminder")
@blp.door(
    "remindSigner",
    CITIZENS | STAFF,
    problems=[*_SHOWING, consent.RemindedLately],
    leads=_AT_LINK,
)
@blp.response(200, schemas.ReminderView)
def remind_signer(application_id: UUID, member_id: UUID) -> dict[str, Any]:
    """Remind one signer, once a day; the answer is the same link, to be sent once more."""
    reminded = service.remind(work(), actor(), application_id, member_id)
    return {**_link(reminded.issued), "next_at": reminded.next_at}


@blp.post("/consent-invitations/<string:token>/renewal")
@blp.door(
    "renewInvitation",
    EVERYBODY,
    problems=[
        consent.InvitationNotFound,
        *consent.OVER,
        consent.InvitationStillGood,
        consent.RenewalClosed,
        consent.InvitationsTooMany,
        consent.StatementMissing,
    ],
)
@blp.response(200, schemas.RenewalView)
def renew_invitation(token: str) -> dict[str, Any]:
    """The signer's link ran out: a fresh one, once and within 30 days; else the family is asked
    to send one. Asking again gives the same link again.
    """
    issued = service.renew(units(), token, client_address())
    if issued is None:
        return {"outcome": "asked"}
    return {"outcome": "renewed", **_link(issued)}


def _link(issued: Issued) -> dict[str, Any]:
    return schemas.invitation_view(issued, web_kit().public_url)
