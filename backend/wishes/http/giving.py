"""Doors of giving: take up, give back, deliver; both confirm; thanks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.core.transitions import IllegalMove
from backend.web import actor, work
from backend.web.doors import CITIZENS
from backend.web.leads import lead
from backend.wishes import errors, schemas, service
from backend.wishes.http.doors import ASKING, blp, view

_MINE = [errors.WishNotFound, IllegalMove]


@blp.post("/wishes/<uuid:wish_id>/claim")
@blp.door(
    "claimWish",
    CITIZENS,
    problems=[
        errors.WishNotFound,
        errors.GiverNotProven,
        errors.WishOwn,
        errors.WishTaken,
        errors.ClaimsUsedUp,
    ],
    etag=True,
    leads={name: lead(wish_id="id") for name in ("giveBackWish", "deliverWish")},
)
@blp.response(200, schemas.WishView)
def claim_wish(wish_id: UUID) -> dict[str, Any]:
    """Take a wish up to fulfil it; asking again finds the same claim."""
    return view(service.claim(work(), actor(), wish_id))


@blp.post("/wishes/<uuid:wish_id>/return")
@blp.door("giveBackWish", CITIZENS, problems=_MINE, idempotent=True, etag=True)
@blp.response(200, schemas.WishView)
def give_back_wish(wish_id: UUID) -> dict[str, Any]:
    """I cannot fulfil it after all: it hangs on the board again."""
    return view(service.give_back(work(), actor(), wish_id))


@blp.post("/wishes/<uuid:wish_id>/delivery")
@blp.door("deliverWish", CITIZENS, problems=_MINE, idempotent=True, etag=True)
@blp.arguments(schemas.DeliveryBody)
@blp.response(200, schemas.WishView)
def deliver_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """I handed it over or sent it."""
    return view(service.deliver(work(), actor(), wish_id, body["note"]))


@blp.post("/wishes/<uuid:wish_id>/confirmation")
@blp.door("confirmWish", ASKING, problems=_MINE, etag=True)
@blp.arguments(schemas.ConfirmationBody)
@blp.response(200, schemas.WishView)
def confirm_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """It arrived, says one side; fulfilled once both said so. It did not: the township asks."""
    return view(service.confirm(work(), actor(), wish_id, received=body["received"]))


@blp.post("/wishes/<uuid:wish_id>/feedback")
@blp.door(
    "thankForWish", ASKING, problems=[*_MINE, errors.ThanksAlreadySent], idempotent=True, etag=True
)
@blp.arguments(schemas.ThanksBody)
@blp.response(200, schemas.WishView)
def thank_for_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """A word of thanks, which the giver sees."""
    return view(service.thank(work(), actor(), wish_id, body["text"]))
