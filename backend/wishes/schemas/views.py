"""What the wish doors show, and how a wish is put together for each who looks."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.core.access import Actor
from backend.core.uow import Work
from backend.regions.schemas import DivisionCode
from backend.web.paging import page_schema
from backend.web.schemas import Schema
from backend.wishes import service
from backend.wishes.models import WishFacts
from backend.wishes.states import WishState

_STATES = {"enum": list(map(str, WishState))}


class BoardWishView(Schema):
    """A wish on the public board: no name, no place below the township."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"example": "clothing"})
    text = ma.fields.String(required=True, metadata={"example": "一位老人想要一床厚被子过冬。"})
    value_fen = ma.fields.Integer(required=True, metadata={"example": 20000})
    division = DivisionCode(required=True, metadata={"example": "610303100000"})
    place = ma.fields.String(required=True, metadata={"example": "陈仓镇"})
    published_at = ma.fields.AwareDateTime(required=True)


BoardPage = page_schema(BoardWishView)


class WishKindView(Schema):
    code = ma.fields.String(required=True, metadata={"example": "clothing"})
    name = ma.fields.String(required=True, attribute="zh", metadata={"example": "衣服鞋被"})
    name_en = ma.fields.String(
        required=True, attribute="en", metadata={"example": "clothing and bedding"}
    )
    cap_fen = ma.fields.Integer(required=True, metadata={"example": 50000})


class WishKindList(Schema):
    items = ma.fields.List(ma.fields.Nested(WishKindView), required=True)


class WishSummary(Schema):
    """A wish in a list of mine."""

    id = ma.fields.UUID(required=True, attribute="wish.id")
    kind = ma.fields.String(required=True, attribute="wish.kind")
    state = ma.fields.String(required=True, attribute="wish.state", metadata=_STATES)
    text = ma.fields.String(required=True)
    value_fen = ma.fields.Integer(required=True, attribute="wish.value_fen")
    until = ma.fields.Date(
        required=True, allow_none=True, metadata={"description": "my last day as a giver"}
    )
    updated_at = ma.fields.AwareDateTime(required=True, attribute="wish.updated_at")
    version = ma.fields.Integer(required=True, attribute="wish.version")


WishPage = page_schema(WishSummary)


class DeskWishView(WishSummary):
    """A wish in the desk's list."""

    division = ma.fields.String(required=True, attribute="wish.division")
    name = ma.fields.String(required=True, metadata={"description": "masked", "example": "王*"})
    minor = ma.fields.Boolean(required=True)
    vouched = ma.fields.Boolean(required=True, attribute="wish.vouched")
    text_check = ma.fields.String(
        required=True,
        allow_none=True,
        attribute="wish.text_check",
        metadata={
            "description": "what WeChat says of the text: pass, review, risky; null: not asked"
        },
    )


DeskWishPage = page_schema(DeskWishView)


class WishPersonView(Schema):
    """The asking side's part, for that side and the desk of the place."""

    text = ma.fields.String(required=True, metadata={"description": "as typed"})
    name = ma.fields.String(required=True)
    guardian_name = ma.fields.String(required=True, allow_none=True)
    phone = ma.fields.String(required=True, allow_none=True)
    may_show_phone = ma.fields.Boolean(required=True)
    minor = ma.fields.Boolean(required=True)
    division = ma.fields.String(required=True)
    by_desk = ma.fields.Boolean(required=True)
    vouched = ma.fields.Boolean(required=True, metadata={"description": "the poster was proven"})
    reason = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "what the township wrote"}
    )
    photos = ma.fields.List(ma.fields.UUID(), required=True)


class HandoverView(Schema):
    """For the giver whose claim stands: for whom, and at whose desk to hand it over."""

    name = ma.fields.String(
        required=True, metadata={"description": "a minor's is masked: meet the guardian"}
    )
    guardian_name = ma.fields.String(required=True, allow_none=True)
    place = ma.fields.String(required=True, metadata={"example": "陈仓镇东堡村"})
    phone = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "only with their consent"}
    )


class WishClaimView(Schema):
    """The giver's part, for both sides and the desk."""

    until = ma.fields.Date(required=True, allow_none=True)
    delivered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    giver_confirmed = ma.fields.Boolean(required=True)
    received = ma.fields.Boolean(required=True)
    denied = ma.fields.Boolean(required=True)
    note = ma.fields.String(required=True, allow_none=True)
    thanks = ma.fields.String(required=True, allow_none=True)
    giver_name = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "for the desk only"}
    )
    photos = ma.fields.List(ma.fields.UUID(), required=True)


class WishView(Schema):
    """One wish as the caller may see it: parts that are not for him are null."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata=_STATES)
    public_text = ma.fields.String(required=True, allow_none=True)
    value_fen = ma.fields.Integer(required=True)
    division = DivisionCode(
        required=True, attribute="township", metadata={"description": "the township"}
    )
    published_at = ma.fields.AwareDateTime(required=True, allow_none=True, attribute="on_board_at")
    version = ma.fields.Integer(required=True)
    moves = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "what I can do now"}
    )
    asked = ma.fields.Nested(WishPersonView, required=True, allow_none=True)
    handover = ma.fields.Nested(HandoverView, required=True, allow_none=True)
    claim = ma.fields.Nested(WishClaimView, required=True, allow_none=True)


def wish_view(work: Work, actor: Actor, facts: WishFacts) -> dict[str, Any]:
    """A wish as WishView shows it to this caller."""
    wish = facts.wish
    shown = (
        "id",
        "kind",
        "state",
        "public_text",
        "value_fen",
        "township",
        "on_board_at",
        "version",
    )
    return {
        **{column: getattr(wish, column) for column in shown},
        "moves": service.moves_of(actor, facts),
        "asked": service.person_of(work, actor, facts),
        "handover": service.handover_of(work, actor, facts),
        "claim": service.claim_of(work, actor, facts),
    }
