"""What identity's doors take and show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from backend.core.clocks import SHANGHAI
from backend.core.uow import Work
from backend.identity import queries
from backend.identity.models import Mandate
from backend.identity.rules import (
    id_number_fault,
    is_valid_name,
    mask_id_number,
    normalise_id_number,
)
from backend.identity.states import MandateState
from backend.regions.schemas import DivisionCode
from backend.web.context import web_kit
from backend.web.schemas import Flag, Schema, Shaped, Text


def _today() -> date:
    return web_kit().units.wall.now().astimezone(SHANGHAI).date()


class IdNumber(ma.fields.String):
    """A citizen ID number (GB 11643), normalised; every fault has a code of its own."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"example": "11010519491231002X"})
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = str(super()._deserialize(value, attr, data, **kwargs))
        if len(typed) > 60:
            raise ma.ValidationError("id_number_length")
        number = normalise_id_number(typed)
        fault = id_number_fault(number, _today())
        if fault is not None:
            raise ma.ValidationError(str(fault))
        return number


class PersonName(Text):
    """A name as typed: Chinese with rare characters, or up to 50 letters with a middle dot."""

    too_short = "name_invalid"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("metadata", {"example": "王秀英"})
        super().__init__(50, least=1, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if not is_valid_name(name):
            raise ma.ValidationError("name_invalid")
        return name


class WechatLoginBody(Schema):
    code = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 128), metadata={"example": "0a1B2c3D"}
    )
    shared_phone = Flag(load_default=False)


class StaffLoginBody(Schema):
    username = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata={"example": "chencang"}
    )
    password = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 200), metadata={"example": "correct horse"}
    )
    totp = Shaped("[0-9]{6}", required=True, metadata={"example": "123456"})


class SessionView(Schema):
    token = ma.fields.String(required=True, metadata={"description": "shown this once"})
    expires_at = ma.fields.AwareDateTime(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)


class IdentityBody(Schema):
    name = PersonName(required=True)
    id_number = IdNumber(required=True)


class PhoneBody(Schema):
    code = ma.fields.String(
        required=True,
        validate=ma.validate.Length(1, 128),
        metadata={"example": "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144"},
    )


class MessageView(Schema):
    id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True)
    code = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    text_en = ma.fields.String(required=True)
    about = ma.fields.UUID(allow_none=True)
    read = ma.fields.Boolean(required=True)


class ReadBody(Schema):
    up_to = ma.fields.UUID(
        required=True, metadata={"description": "the newest message that was shown"}
    )


class UnreadView(Schema):
    unread = ma.fields.Integer(required=True, metadata={"example": 0})


class MeView(Schema):
    account_id = ma.fields.UUID(required=True, attribute="account.id")
    name = ma.fields.String(allow_none=True, metadata={"description": "masked"})
    id_number = ma.fields.String(allow_none=True, metadata={"description": "masked"})
    phone = ma.fields.String(allow_none=True, metadata={"description": "masked"})
    assurance = ma.fields.String(
        allow_none=True,
        attribute="account.assurance",
        metadata={"description": "A, B or C once the person was proven; null: only claimed"},
    )
    messages = ma.fields.List(ma.fields.Nested(MessageView), required=True)
    unread = ma.fields.Integer(required=True, metadata={"description": "of the messages shown"})


class MandateBody(Schema):
    principal_name = PersonName(required=True)
    principal_id_number = IdNumber(required=True)
    division = DivisionCode(required=True)


class MandateView(Schema):
    """For whoever it binds and for the township: each of them must know whom it is about."""

    id = ma.fields.UUID(required=True)
    principal_name = ma.fields.String(required=True, metadata={"example": "王秀英"})
    state = ma.fields.String(required=True)
    division = ma.fields.String(required=True)
    valid_until = ma.fields.Date(required=True)
    reason = ma.fields.String(allow_none=True)
    version = ma.fields.Integer(required=True)


def mandate_view(work: Work, mandate: Mandate) -> dict[str, Any]:
    """A mandate as MandateView shows it."""
    columns = {column.key: getattr(mandate, column.key) for column in Mandate.__table__.columns}
    return {
        **columns,
        "principal_name": mandate.unseal(work.vault, "principal_name"),
        "reason": mandate.unseal(work.vault, "reason"),
    }


class MyMandateView(MandateView):
    principal_id_number = ma.fields.String(
        required=True, metadata={"example": "610*************1X", "description": "masked"}
    )
    held = ma.fields.Boolean(
        required=True, metadata={"description": "I am the helper; false: I gave it"}
    )
    ended = ma.fields.Boolean(
        required=True, metadata={"description": "taken back, or its day is over"}
    )


def my_mandate_views(
    work: Work, mandates: Sequence[Mandate], account_id: UUID
) -> list[dict[str, Any]]:
    """The same for one of the two whom each binds."""
    numbers, today = queries.principals_numbers(work, mandates), work.legal.today()
    return [
        {
            **mandate_view(work, one),
            "held": one.helper_account_id == account_id,
            "ended": one.state == MandateState.REVOKED or one.valid_until < today,
            "principal_id_number": mask_id_number(numbers[one.principal_person_id]),
        }
        for one in mandates
    ]


class MandateList(Schema):
    items = ma.fields.List(ma.fields.Nested(MyMandateView), required=True)
