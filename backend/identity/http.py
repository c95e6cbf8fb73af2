"""Doors of identity: log-in, log-out, who I am, mandates."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from backend.core.errors import TooManyAttempts
from backend.core.transitions import IllegalMove
from backend.identity import errors, queries, schemas, service
from backend.identity.models import Account, Mandate
from backend.identity.service.login import LoggedIn
from backend.identity.service.persons import Me
from backend.regions.errors import DivisionTooWide, DivisionUnknown
from backend.web import Doors, actor, client_address, units, with_etag, work
from backend.web.context import extension
from backend.web.doors import CITIZENS, EVERYBODY, STAFF, TOWNSHIP
from backend.web.leads import first, lead

blp = Doors("identity", __name__, url_prefix="/api/v1", description="Who is calling")


@blp.post("/sessions/wechat")
@blp.door(
    "createWechatSession",
    EVERYBODY,
    problems=[
        errors.WechatCodeInvalid,
        errors.WechatTooOften,
        errors.WechatBlocked,
        errors.WechatUnavailable,
    ],
)
@blp.arguments(schemas.WechatLoginBody)
@blp.response(201, schemas.SessionView)
def create_wechat_session(body: dict[str, Any]) -> LoggedIn:
    """Log in with the code that wx.login() gave."""
    return service.log_in_wechat(
        units(),
        extension("wechat"),
        body["code"],
        shared_phone=body["shared_phone"],
        address=client_address(),
        replaces=_token_before(),
    )


@blp.post("/sessions/staff")
@blp.door("createStaffSession", EVERYBODY, problems=[errors.CredentialsInvalid, TooManyAttempts])
@blp.arguments(schemas.StaffLoginBody)
@blp.response(201, schemas.SessionView)
def create_staff_session(body: dict[str, Any]) -> LoggedIn:
    """Log in at the desk with password and one-time code."""
    return service.log_in_staff(units(), **body, address=client_address(), replaces=_token_before())


def _token_before() -> str | None:
    """The token that this device still holds from its last log-in: it is rotated, not kept."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


@blp.delete("/sessions/current")
@blp.door("deleteSession", CITIZENS | STAFF)
@blp.response(204)
def delete_session() -> None:
    """Log out."""
    service.log_out(work(), actor())


@blp.get("/me")
@blp.door("getMe", CITIZENS)
@blp.response(200, schemas.MeView)
def get_me() -> Me:
    """Who I am here, and my messages."""
    return service.me(work(), actor())


@blp.post("/me/messages/read")
@blp.door("readMessages", CITIZENS)
@blp.arguments(schemas.ReadBody)
@blp.response(200, schemas.UnreadView)
def read_messages(body: dict[str, Any]) -> dict[str, int]:
    """I have seen my messages up to this one."""
    return {"unread": service.read_messages(work(), actor(), body["up_to"])}


@blp.put("/me/identity")
@blp.door("bindIdentity", CITIZENS, problems=[errors.IdentityProven, TooManyAttempts])
@blp.arguments(schemas.IdentityBody)
@blp.response(200, schemas.MeView)
def bind_identity(body: dict[str, Any]) -> Me:
    """Say who I am: a claim, until it is proven."""
    service.bind_identity(units(), actor(), body["name"], body["id_number"])
    return service.me(work(), actor())


@blp.post("/me/phone")
@blp.door(
    "bindPhone",
    CITIZENS,
    problems=[
        errors.WechatCodeInvalid,
        errors.PhoneForeign,
        errors.WechatUnavailable,
        TooManyAttempts,
    ],
)
@blp.arguments(schemas.PhoneBody)
@blp.response(200, schemas.MeView)
def bind_phone(body: dict[str, Any]) -> Me:
    """Give my number with the code of WeChat's button; nobody has to."""
    service.bind_phone(units(), extension("outside").phone, actor(), body["code"])
    return service.me(work(), actor())


@blp.post("/mandates")
@blp.door(
    "createMandate",
    CITIZENS,
    problems=[
        errors.IdentityMissing,
        errors.OwnMandate,
        errors.MandatesFull,
        errors.MandatesTooMany,
        DivisionUnknown,
        DivisionTooWide,
    ],
    idempotent=True,
    etag=True,
    leads={"revokeMandate": lead(mandate_id="id")},
)
@blp.arguments(schemas.MandateBody)
@blp.response(201, schemas.MandateView)
def create_mandate(body: dict[str, Any]) -> dict[str, Any]:
    """Begin a mandate; upload the photo of the signed paper as its document next."""
    return _view(service.create_mandate(work(), actor(), **body))


@blp.get("/mandates")
@blp.door("listMandates", CITIZENS, leads={"revokeMandate": first(mandate_id="id")})
@blp.response(200, schemas.MandateList)
def list_mandates() -> dict[str, Any]:
    """Mandates that I hold, and those that I gave."""
    account = work().session.get_one(Account, actor().id)
    held = queries.mandates_of(work(), account)
    return {"items": schemas.my_mandate_views(work(), held, account.id)}


@blp.post("/mandates/<uuid:mandate_id>/revocation")
@blp.door("revokeMandate", CITIZENS | TOWNSHIP, problems=[IllegalMove], etag=True)
@blp.response(200, schemas.MandateView)
def revoke_mandate(mandate_id: UUID) -> dict[str, Any]:
    """Take a mandate back; the township's counter does it for a principal without a phone."""
    return _view(service.revoke_mandate(work(), actor(), mandate_id))


def _view(mandate: Mandate) -> dict[str, Any]:
    return schemas.mandate_view(work(), with_etag(mandate))
