"""What the application doors take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma

from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.households.rules import RELATIONS, PersonData, PersonRole
from backend.identity.schemas import IdNumber, PersonName
from backend.policy.schemas import DisabilityView
from backend.regions.schemas import DivisionCode
from backend.web.schemas import Fen, Flag, Schema, Shaped, Text

WORK = ("employed", "farming", "casual", "unemployed", "student", "retired", "unable")
HEALTH = ("good", "chronic", "serious", "disabled")


class PersonItemBody(Schema):
    """One income or expense; `period` says what the amount is for."""

    kind = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata={"example": "wages"}
    )
    amount_fen = Fen(required=True, signed=True)
    period = ma.fields.String(
        required=True, validate=ma.validate.OneOf(["month", "year"]), metadata={"example": "month"}
    )


class MoneyBody(Schema):
    """What one person earns and spends."""

    incomes = ma.fields.List(
        ma.fields.Nested(PersonItemBody), load_default=list, validate=ma.validate.Length(max=20)
    )
    incomes_unknown = Flag(
        load_default=False,
        metadata={"example": False, "description": "unknown: the township is asked to find out"},
    )
    deductions = ma.fields.List(
        ma.fields.Nested(PersonItemBody),
        load_default=list,
        validate=ma.validate.Length(max=20),
        metadata={"example": [{"kind": "illness", "amountFen": 30000, "period": "month"}]},
    )

    @ma.validates_schema
    def _known_or_unknown(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("incomes_unknown") and data.get("incomes"):
            raise ma.ValidationError("known_and_unknown", "incomesUnknown")


class PersonBody(MoneyBody):
    """One person of the household, or a supporter living apart; `relation` is GB/T 4761 to the
    applicant.
    """

    role = ma.fields.String(
        load_default="member",
        validate=ma.validate.OneOf([str(r) for r in PersonRole]),
        metadata={"example": "member"},
    )
    name = PersonName(required=True)
    id_number = IdNumber(required=True)
    relation = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(sorted(RELATIONS)),
        metadata={"example": "01"},
    )
    phone = Shaped(
        "1[3-9][0-9]{9}", load_default=None, allow_none=True, metadata={"example": "13800138000"}
    )
    work = ma.fields.String(load_default=None, allow_none=True, validate=ma.validate.OneOf(WORK))
    health = ma.fields.String(
        load_default=None, allow_none=True, validate=ma.validate.OneOf(HEALTH)
    )
    disability = ma.fields.Nested(
        DisabilityView,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "as the certificate says, where `health` is disabled",
            "example": None,
        },
    )
    incapable = Flag(load_default=False, metadata={"example": False})

    @ma.validates_schema
    def _disabled_or_not(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("disability") and data.get("health") != "disabled":
            raise ma.ValidationError("disability_without_health", "disability")


class PersonChangeBody(PersonBody):
    """The same; what is shown masked may be left out, and stays as it is then."""

    id_number = IdNumber()
    phone = Shaped("1[3-9][0-9]{9}", allow_none=True, metadata={"example": "13800138000"})


def person_from(body: dict[str, Any], member_id: Any = None) -> PersonData:
    """The loaded body as the household's value."""
    return PersonData(
        id=member_id or new_id(),
        role=PersonRole(body["role"]),
        name=body["name"],
        id_number=body["id_number"],
        relation=body["relation"],
        phone=body["phone"],
        work=body["work"],
        health=body["health"],
        disability=body["disability"],
        incapable=body["incapable"],
        incomes=tuple(body["incomes"]),
        incomes_unknown=body["incomes_unknown"],
        deductions=tuple(body["deductions"]),
    )


def changed_person(body: dict[str, Any], member_id: UUID, before: PersonData | None) -> PersonData:
    """The loaded change of a person; raises Invalid where a new one has no ID number."""
    if before is None and "id_number" not in body:
        raise Invalid(errors=[FieldError("/idNumber", "field_required")])
    kept = {
        "id_number": before.id_number if before else "",
        "phone": before.phone if before else None,
    }
    return person_from(kept | body, member_id)


class PromiseBody(Schema):
    """The promise to tell the truth (诚信承诺书)."""

    accepted = Flag(required=True, metadata={"example": True})


class RelativeBody(Schema):
    """A near relative who works for the authority (近亲属备案)."""

    name = PersonName(required=True)
    workplace = Text(100, required=True, least=1, metadata={"example": "虢镇民政办"})


_RELATIVES = ma.validate.Length(max=10)


class _CashBody(Schema):
    """An amount, or that nobody knows it; not both."""

    @ma.validates_schema
    def _known_or_unknown(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("cash_assets_unknown") and data.get("cash_assets_fen") is not None:
            raise ma.ValidationError("known_and_unknown", "cashAssetsUnknown")


class _WhatAndWhere(Schema):
    """What is applied for, and where the household belongs."""

    programme = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata={"example": "dibao"}
    )
    division = DivisionCode(required=True)
    area = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["urban", "rural"]),
        metadata={"example": "urban"},
    )


class NewApplicationBody(_WhatAndWhere, _CashBody):
    mandate_id = ma.fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"example": None, "description": "for somebody else; null: for myself"},
    )
    members = ma.fields.List(
        ma.fields.Nested(PersonBody), load_default=list, validate=ma.validate.Length(max=30)
    )
    cash_assets_fen = Fen(load_default=None, allow_none=True)
    cash_assets_unknown = Flag(load_default=False, metadata={"example": False})
    truth_promise = ma.fields.Nested(PromiseBody, load_default=None, allow_none=True)
    staff_relatives = ma.fields.List(
        ma.fields.Nested(RelativeBody), load_default=None, allow_none=True, validate=_RELATIVES
    )


class CounterApplicationBody(_WhatAndWhere):
    """Who stands at the counter, and what its officer saw and says."""

    name = PersonName(required=True)
    id_number = IdNumber(required=True)
    phone = Shaped("1[3-9][0-9]{9}", load_default=None, allow_none=True, metadata={"example": None})
    papers_seen = Text(200, required=True, least=2, metadata={"example": "身份证原件"})
    officer_related = Flag(
        required=True,
        metadata={
            "example": False,
            "description": "I am a near relative of this household: somebody else will decide",
        },
    )


class ApplicationPatch(_CashBody):
    """Only what is sent changes."""

    area = ma.fields.String(validate=ma.validate.OneOf(["urban", "rural"]))
    division = DivisionCode()
    cash_assets_fen = Fen(allow_none=True)
    cash_assets_unknown = Flag(
        metadata={"example": False, "description": "the township is asked to find out"}
    )
    truth_promise = ma.fields.Nested(PromiseBody)
    staff_relatives = ma.fields.List(ma.fields.Nested(RelativeBody), validate=_RELATIVES)


_AS_THEY_ARE = ("area", "division", "cash_assets_fen", "cash_assets_unknown")


def form_changes(body: dict[str, Any]) -> dict[str, Any]:
    """The loaded body's part that belongs to `Form`, in its words."""
    changes: dict[str, Any] = {key: body[key] for key in _AS_THEY_ARE if key in body}
    if body.get("truth_promise") is not None:
        changes["promised"] = body["truth_promise"]["accepted"]
    if body.get("staff_relatives") is not None:
        changes["staff_relatives"] = tuple(body["staff_relatives"])
        changes["staff_relatives_declared"] = True
    return changes


class InviteBody(Schema):
    member_id = ma.fields.UUID(required=True)


class ExtensionBody(Schema):
    """Why the time of a case is made longer: a reason that the rules name, and what it is here."""

    reason = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata={"example": "hard_to_survey"}
    )
    note = Text(300, required=True, least=2, metadata={"example": "长子在外省务工，要去函核实。"})


class PauseBody(Schema):
    """Why the clock stands."""

    reason = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata={"example": "other_office"}
    )
    note = Text(300, required=True, least=2, metadata={"example": "等不动产登记中心回函。"})
