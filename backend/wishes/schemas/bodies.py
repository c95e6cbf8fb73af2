"""What the wish doors take."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.identity.schemas import IdNumber, PersonName
from backend.regions.schemas import DivisionCode
from backend.web.paging import PageQuery
from backend.web.schemas import Fen, Flag, Schema, Shaped, Text, absent
from backend.wishes.rules.terms import kinds
from backend.wishes.rules.texts import text_fault
from backend.wishes.states import WishState

MOST_TEXT = 200


class WishText(Text):
    """A short text that others may read: no money, no way to reach somebody."""

    def __init__(self, *, least: int, example: str, **kwargs: Any) -> None:
        super().__init__(MOST_TEXT, least=least, metadata={"example": example}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        fault = text_fault(text)
        if fault is not None:
            raise ma.ValidationError(fault)
        return text


_KINDS = [kind.code for kind in kinds()]
_WISHED = "冬天冷，想要一床厚被子。"
_PHONE = "1[3-9][0-9]{9}"


class WishPersonBody(Schema):
    """A person by name and ID number."""

    name = PersonName(required=True, metadata={"example": "李小梅"})
    id_number = IdNumber(required=True)


class NewWishBody(Schema):
    """Without `beneficiary` it is my own wish. A minor's wish names a guardian."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(_KINDS))
    text = WishText(required=True, least=2, example=_WISHED)
    value_fen = Fen(
        required=True, metadata={"example": 20000, "description": "about how much, in fen"}
    )
    division = DivisionCode(required=True)
    beneficiary = ma.fields.Nested(WishPersonBody, load_default=None, allow_none=True)
    guardian = ma.fields.Nested(WishPersonBody, load_default=None, allow_none=True)
    phone = Shaped(_PHONE, load_default=None, allow_none=True, metadata={"example": "13800138000"})
    may_show_phone = Flag(
        load_default=False, metadata={"description": "the giver may see the phone"}
    )


class WishPatchBody(Schema):
    """What is left out stays as it is."""

    kind = ma.fields.String(validate=ma.validate.OneOf(_KINDS))
    text = WishText(least=2, example=_WISHED)
    value_fen = Fen(metadata={"example": 20000})
    phone = Shaped(_PHONE, allow_none=True, metadata={"example": "13800138000"})
    may_show_phone = Flag()


class PublicationBody(Schema):
    """Without `publicText` the poster's own text goes on the board."""

    public_text = WishText(
        least=2, example="一位老人想要一床厚被子过冬。", load_default=None, allow_none=True
    )
    value_fen = Fen(load_default=None, allow_none=True, metadata={"example": 20000})


class WishReasonBody(Schema):
    reason = Text(
        500, required=True, least=2, metadata={"example": "请写清楚被子的大小，再交一次。"}
    )


class SettlementBody(Schema):
    """What came out when the township asked both sides."""

    received = Flag(required=True)
    reason = Text(500, required=True, least=2, metadata={"example": "问过两边，东西已经收到。"})


class DeliveryBody(Schema):
    note = WishText(least=0, load_default="", example="被子已经放到村委会。")


class ConfirmationBody(Schema):
    received = Flag(
        required=True, metadata={"description": "false: it did not arrive, the township asks"}
    )


class ThanksBody(Schema):
    text = WishText(required=True, least=2, example="被子很暖和，谢谢您。")


class BoardQuery(PageQuery):
    division = Shaped(
        "[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}",
        load_default=absent,
        metadata={"example": "610303", "description": "the beginning of a division code"},
    )


class MineQuery(PageQuery):
    side = ma.fields.String(
        load_default="asked",
        validate=ma.validate.OneOf(["asked", "given"]),
        metadata={"description": "asked: my wishes and my wards'; given: those that I took up"},
    )


class DeskQuery(PageQuery):
    state = ma.fields.String(
        load_default=str(WishState.SUBMITTED), validate=ma.validate.OneOf(list(map(str, WishState)))
    )


class KindsQuery(Schema):
    division = DivisionCode(
        load_default=absent, metadata={"description": "whose caps; without it the usual ones"}
    )
