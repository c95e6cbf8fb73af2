"""Doors of the asking side: post, look, mend, take back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.core.paging import CursorInvalid
from backend.core.transitions import IllegalMove
from backend.identity.errors import IdentityMissing
from backend.regions.errors import DivisionTooWide, DivisionUnknown
from backend.web import actor, if_match, units, work
from backend.web.context import extension
from backend.web.doors import CITIZENS, STAFF
from backend.web.leads import current, lead
from backend.wishes import errors, schemas, service
from backend.wishes.http.doors import ASKING, blp, view
from backend.wishes.ports import Verdict


@blp.post("/wishes")
@blp.door(
    "postWish",
    ASKING,
    problems=[
        DivisionUnknown,
        DivisionTooWide,
        IdentityMissing,
        errors.WishTooDear,
        errors.BeneficiaryMissing,
        errors.ForAnotherAdult,
        errors.GuardianMissing,
        errors.GuardianTooYoung,
        errors.GuardianForeign,
        errors.WishesUsedUp,
    ],
    idempotent=True,
    etag=True,
    leads={
        "getWish": lead(wish_id="id"),
        "patchWish": current(wish_id="id"),
        "withdrawWish": current(wish_id="id"),
        "publishWish": current(wish_id="id"),
    },
)
@blp.arguments(schemas.NewWishBody)
@blp.response(201, schemas.WishView)
def post_wish(body: dict[str, Any]) -> dict[str, Any]:
    """Post a wish: my own, my ward's, or at the desk for somebody without a phone."""
    people = {
        role: service.Named(**body[role]) if body[role] else None
        for role in ("beneficiary", "guardian")
    }
    said = _said_of(body["text"])
    return view(service.post(work(), actor(), service.NewWish(**{**body, **people}), said))


def _said_of(text: str) -> Verdict | None:
    """Asked before the request's unit is opened."""
    return service.look_at(units(), extension("outside").texts, actor(), text)


@blp.get("/wishes/mine")
@blp.door("listMyWishes", CITIZENS, problems=[CursorInvalid])
@blp.arguments(schemas.MineQuery, location="query")
@blp.response(200, schemas.WishPage)
def list_my_wishes(query: dict[str, Any]) -> Any:
    """My wishes and my wards', or those that I took up; newest first."""
    found = service.list_asked if query["side"] == "asked" else service.list_given
    return found(work(), actor(), query["page"])


@blp.get("/wishes/<uuid:wish_id>")
@blp.door("getWish", CITIZENS | STAFF, problems=[errors.WishNotFound], etag=True)
@blp.response(200, schemas.WishView)
def get_wish(wish_id: UUID) -> dict[str, Any]:
    """One wish; a look at the person behind it by staff or the giver is recorded."""
    return view(service.read(work(), actor(), wish_id).wish)


@blp.patch("/wishes/<uuid:wish_id>")
@blp.door(
    "patchWish",
    ASKING,
    problems=[errors.WishNotFound, errors.WishTooDear, IllegalMove],
    versioned=True,
    etag=True,
)
@blp.arguments(schemas.WishPatchBody)
@blp.response(200, schemas.WishView)
def patch_wish(body: dict[str, Any], wish_id: UUID) -> dict[str, Any]:
    """Mend a wish that nobody took up yet; the township looks at it again."""
    said = _said_of(body["text"]) if "text" in body else None
    return view(service.edit(work(), actor(), wish_id, if_match(), body, said))


@blp.post("/wishes/<uuid:wish_id>/withdrawal")
@blp.door(
    "withdrawWish",
    ASKING,
    problems=[errors.WishNotFound, IllegalMove],
    versioned=True,
    etag=True,
)
@blp.response(200, schemas.WishView)
def withdraw_wish(wish_id: UUID) -> dict[str, Any]:
    """Take a wish back that nobody took up yet."""
    return view(service.withdraw(work(), actor(), wish_id, if_match()))
