"""Doors of the desk: what waits, and the township's decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.core.paging import CursorInvalid
from backend.core.transitions import IllegalMove
from backend.web import actor, if_match, work
from backend.web.doors import TOWNSHIP
from backend.wishes import errors, schemas, service
from backend.wishes.http.doors import DESK, blp, view

_DECIDING = [errors.WishNotFound, IllegalMove]


@blp.get("/staff/wishes")
@blp.door("listDeskWishes", DESK, problems=[CursorInvalid])
@blp.arguments(schemas.DeskQuery, location="query")
@blp.response(200, schemas.DeskWishPage)
def list_desk_wishes(query: dict[str, Any]) -> Any:
    """The wishes of my place in one state, the oldest first."""
    return service.list_desk(work(), actor(), [query["state"]], query["page"])


@blp.post("/staff/wishes/<uuid:wish_id>/publication")
@blp.door(
    "publishWish",
    TOWNSHIP,
    problems=[*_DECIDING, errors.TextNamesPerson, errors.WishTooDear],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.PublicationBody)
@blp.response(200, schemas.WishView)
def publish_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """Put it on the public board without the name, with the text as typed or as edited here."""
    return view(service.publish(work(), actor(), wish_id, if_match(), **body))


@blp.post("/staff/wishes/<uuid:wish_id>/return")
@blp.door("returnWish", TOWNSHIP, problems=_DECIDING, versioned=True, etag=True)
@blp.arguments(schemas.WishReasonBody)
@blp.response(200, schemas.WishView)
def return_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """Send it back with the reason: the poster may mend it and send it again."""
    return view(service.send_back(work(), actor(), wish_id, if_match(), body["reason"]))


@blp.post("/staff/wishes/<uuid:wish_id>/rejection")
@blp.door("rejectWish", TOWNSHIP, problems=_DECIDING, versioned=True, etag=True)
@blp.arguments(schemas.WishReasonBody)
@blp.response(200, schemas.WishView)
def reject_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """End it for good, with the reason."""
    return view(service.reject(work(), actor(), wish_id, if_match(), body["reason"]))


@blp.post("/staff/wishes/<uuid:wish_id>/settlement")
@blp.door("settleWish", TOWNSHIP, problems=_DECIDING, versioned=True, etag=True)
@blp.arguments(schemas.SettlementBody)
@blp.response(200, schemas.WishView)
def settle_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """Both were asked: it arrived, or the wish hangs on the board again."""
    return view(service.settle(work(), actor(), wish_id, if_match(), **body))
