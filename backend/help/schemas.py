"""What the doors of help take and show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend.core.access import Actor
from backend.core.transitions import legal_moves
from backend.core.uow import Work
from backend.help.models import HelpRequest
from backend.help.states import MOVES, UNFINISHED, HelpState
from backend.identity.rules import mask_phone
from backend.regions import queries as regions
from backend.regions.schemas import DivisionCode
from backend.web.paging import PageQuery, page_schema
from backend.web.schemas import Schema, Shaped, Text, absent

_STATES = {"enum": list(map(str, HelpState))}


class HelpBody(Schema):
    """Where help is wanted. A phone number or a word is needed only of whoever has not said who he
    is.
    """

    division = DivisionCode(required=True, metadata={"example": "610304001001"})
    phone = Shaped(
        "1[3-9][0-9]{9}", load_default=None, allow_none=True, metadata={"example": "13800138000"}
    )
    note = Text(
        200, load_default=None, allow_none=True, metadata={"example": "眼睛看不清，不会填。"}
    )


class HelpView(Schema):
    """A request as whoever asked sees it."""

    id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True, metadata=_STATES)
    division = DivisionCode(required=True)
    place = ma.fields.String(required=True, metadata={"example": "东堡村"})
    phone = ma.fields.String(required=True, allow_none=True, metadata={"description": "masked"})
    note = ma.fields.String(required=True, allow_none=True)
    taken_as = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "village or township, once taken"}
    )
    answer = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "what the desk wrote at the end"}
    )
    created_at = ma.fields.AwareDateTime(required=True)
    updated_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)
    moves = ma.fields.List(ma.fields.String(), required=True)


class HelpList(Schema):
    items = ma.fields.List(ma.fields.Nested(HelpView), required=True)


class DeskHelpView(HelpView):
    """The same for village and township: `phone` in full for whoever has taken it up."""

    name = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "as typed; not proven"}
    )
    phone = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "masked until taken by me"}
    )
    by_me = ma.fields.Boolean(required=True)


DeskHelpPage = page_schema(DeskHelpView)


class DeskHelpQuery(PageQuery):
    state = ma.fields.String(
        load_default=absent,
        validate=ma.validate.OneOf([str(state) for state in HelpState]),
        metadata={"description": "without it all that are not finished"},
    )


class HelpDoneBody(Schema):
    answer = Text(
        200, load_default=None, allow_none=True, metadata={"example": "已经上门帮着填好交了。"}
    )


def wanted_states(state: str | None) -> list[str]:
    """The state that was asked for, or those that wait."""
    return [state] if state else sorted(UNFINISHED)


def help_view(work: Work, request: HelpRequest) -> dict[str, Any]:
    """A request as HelpView shows it."""
    phone = request.unseal(work.vault, "phone")
    return {
        **_plain(work, request),
        "phone": mask_phone(phone) if phone else None,
        "place": _places(work, [request]).get(request.division, ""),
        "moves": ["withdraw"] if request.state in UNFINISHED else [],
    }


def desk_views(work: Work, actor: Actor, requests: list[HelpRequest]) -> list[dict[str, Any]]:
    """Requests as DeskHelpView shows them to this member of staff."""
    places = _places(work, requests)
    return [_desk_view(work, actor, request, places) for request in requests]


def _desk_view(
    work: Work, actor: Actor, request: HelpRequest, places: Mapping[str, str]
) -> dict[str, Any]:
    phone, mine = request.unseal(work.vault, "phone"), request.taken_by == actor.id
    moves = legal_moves(MOVES, HelpState(request.state))
    return {
        **_plain(work, request),
        "name": request.unseal(work.vault, "name"),
        "phone": phone if mine or not phone else mask_phone(phone),
        "place": places.get(request.division, ""),
        "by_me": mine,
        "moves": [move for move in moves if move != "withdraw"],
    }


def _plain(work: Work, request: HelpRequest) -> dict[str, Any]:
    shown = ("id", "state", "division", "taken_as", "created_at", "updated_at", "version")
    return {
        **{column: getattr(request, column) for column in shown},
        "note": request.unseal(work.vault, "note"),
        "answer": request.unseal(work.vault, "answer"),
    }


def _places(work: Work, requests: list[HelpRequest]) -> dict[str, str]:
    return regions.names_of(work, {request.division for request in requests})
