"""Wishes: look, publish without the name, send back, reject, settle."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.staff import queries
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.wishes import schemas, service
from backend.wishes.rules.terms import kinds
from backend.workbench.http.desk import STAFF, TOWNSHIP, pages, picked, show

_PUBLICATION, _REASON = schemas.PublicationBody(), schemas.WishReasonBody()
_SETTLEMENT = schemas.SettlementBody()


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
    yuan = "".join(request.form.get("valueFen", "").split())
    given: dict[str, Any] = {"publicText": request.form.get("publicText", "")}
    if yuan:
        whole = yuan.isascii() and yuan.isdigit() and len(yuan) < 9
        given["valueFen"] = int(yuan) * 100 if whole else yuan
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
