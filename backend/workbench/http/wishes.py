"""Wishes: look, publish without the name, send back, reject, settle."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.core.access import Role
from backend.staff import queries
from backend.web import actor, units, work
from backend.web.context import extension
from backend.web.pages import load, to, version
from backend.wishes import schemas, service
from backend.wishes.rules.terms import kinds
from backend.workbench.http.desk import STAFF, TOWNSHIP, pages, picked, show
from backend.workbench.service import villages

NEAR = frozenset({Role.TOWNSHIP, Role.VILLAGE})  # who hears people who have no phone
_NEW = schemas.NewWishBody()
_PUBLICATION, _REASON = schemas.PublicationBody(), schemas.WishReasonBody()
_SETTLEMENT = schemas.SettlementBody()


@pages.page("/wishes/new", "deskNewWish", NEAR)
def new_wish_page() -> str:
    """For somebody without a phone, who says what is wished."""
    own = (actor().scope or "").ljust(12, "0")
    return show(
        "wish_new",
        kinds=[(k.code, k.zh) for k in kinds()],
        villages=[(place.code, place.name) for place in villages(work(), actor())],
        own=own,
    )


@pages.act("/wishes/new", "deskPostWish", NEAR, shows=new_wish_page)
def post_wish() -> Response:
    """Hand it to the township as the village's or the township's own word."""
    form = {name: text.strip() for name, text in request.form.items()}
    given: dict[str, Any] = {
        "kind": form.get("kind", ""),
        "text": form.get("text", ""),
        "valueFen": _fen(form.get("valueFen", "")),
        "division": form.get("division", ""),
        "beneficiary": _person(form, "beneficiary"),
    }
    if form.get("guardian/name") or form.get("guardian/idNumber"):
        given["guardian"] = _person(form, "guardian")
    if form.get("phone"):
        given["phone"] = "".join(form["phone"].split())
    body = load(_NEW, given)
    said = service.look_at(units(), extension("outside").texts, actor(), body["text"])
    people = {
        role: service.Named(**body[role]) if body[role] else None
        for role in ("beneficiary", "guardian")
    }
    wish = service.post(work(), actor(), service.NewWish(**{**body, **people}), said)
    return _back(wish.id, "said_wish_posted")


def _person(form: dict[str, str], role: str) -> dict[str, str]:
    return {name: form.get(f"{role}/{name}", "") for name in ("name", "idNumber")}


def _fen(typed: str) -> int | str:
    """Whole yuan as people write them; what is none is left to the schema's words."""
    yuan = "".join(typed.split())
    whole = yuan.isascii() and yuan.isdigit() and len(yuan) < 9
    return int(yuan) * 100 if whole else yuan


@pages.page("/wishes/<uuid:wish_id>", "deskWish", STAFF)
def wish_page(wish_id: UUID) -> str:
    """A wish as this person may see it; the look is recorded."""
    facts = service.read(work(), actor(), wish_id)
    return show(
        "wish",
        wish=facts.wish,
        person=service.person_of(work(), actor(), facts),
        claim=service.claim_of(work(), actor(), facts),
        moves=service.moves_of(actor(), facts),
        kind={k.code: k.zh for k in kinds()}.get(facts.wish.kind, facts.wish.kind),
        place=queries.place_name(work(), facts.wish.division),
    )


@pages.act("/wishes/<uuid:wish_id>/publication", "deskPublish", TOWNSHIP, shows=wish_page)
def publish(wish_id: UUID) -> Response:
    """Put it on the board, with the text as it stands in the form."""
    given: dict[str, Any] = {"publicText": request.form.get("publicText", "")}
    if request.form.get("valueFen", "").strip():
        given["valueFen"] = _fen(request.form["valueFen"])
    body = load(_PUBLICATION, given)
    service.publish(work(), actor(), wish_id, version(), **body)
    return _back(wish_id, "said_wish_published")


@pages.act("/wishes/<uuid:wish_id>/return", "deskWishBack", TOWNSHIP, shows=wish_page)
def send_back(wish_id: UUID) -> Response:
    """Ask the poster to mend it."""
    service.send_back(work(), actor(), wish_id, version(), _reason())
    return _back(wish_id, "said_wish_returned")


@pages.act("/wishes/<uuid:wish_id>/rejection", "deskWishNo", TOWNSHIP, shows=wish_page)
def reject(wish_id: UUID) -> Response:
    """End it for good."""
    service.reject(work(), actor(), wish_id, version(), _reason())
    return _back(wish_id, "said_wish_rejected")


@pages.act("/wishes/<uuid:wish_id>/settlement", "deskSettle", TOWNSHIP, shows=wish_page)
def settle(wish_id: UUID) -> Response:
    """Both sides were asked."""
    received = {"yes": True, "no": False}.get(request.form.get("received", ""))
    body = load(_SETTLEMENT, {"received": received, "reason": picked("reason")})
    service.settle(work(), actor(), wish_id, version(), **body)
    return _back(wish_id, "said_wish_settled")


def _reason() -> str:
    reason: str = load(_REASON, {"reason": picked("reason")})["reason"]
    return reason


def _back(wish_id: UUID, word: str) -> Response:
    return to(f"/desk/wishes/{wish_id}", word)
