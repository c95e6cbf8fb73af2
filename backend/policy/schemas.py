"""What the doors of this room take and show."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.policy.rules.income import MAX_ITEMS, MAX_LABEL, MAX_MEMBERS, Household, Item, Member
from backend.policy.rules.needs import MOST_NEEDS
from backend.policy.rules.programmes import OBLIGORS, PER, PUBLISHABLE, REQUIRED
from backend.policy.rules.values import (
    GRADES,
    Area,
    Disability,
    DisabilityKind,
    Outcome,
    Period,
)
from backend.policy.service import CheckInput, Told
from backend.regions.schemas import DivisionCode
from backend.web.schemas import Fen, Flag, Schema, Text, Whole


class WordsView(Schema):
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class ProgrammeView(Schema):
    """A programme in a list."""

    code = ma.fields.String(required=True, metadata={"example": "dibao"})
    name = ma.fields.Nested(WordsView, required=True)
    for_whom = ma.fields.Nested(WordsView, required=True)
    areas = ma.fields.List(ma.fields.Enum(Area, by_value=True), required=True)
    outcome = ma.fields.Enum(
        Outcome,
        by_value=True,
        required=True,
        metadata={"description": "the outcome of checkEligibility that leads here"},
    )
    monthly_allowance = ma.fields.Boolean(required=True)


class ProgrammeList(Schema):
    items = ma.fields.List(ma.fields.Nested(ProgrammeView), required=True)


class ClocksView(Schema):
    """`Wd` counts working days, `Days` calendar days."""

    survey_start_wd = ma.fields.Integer(required=True)
    check_start_wd = ma.fields.Integer(required=True)
    publicity_days = ma.fields.Integer(required=True)
    decision_wd = ma.fields.Integer(required=True)
    notice_wd = ma.fields.Integer(required=True)
    total_wd = ma.fields.Integer(required=True)
    extended_total_wd = ma.fields.Integer(required=True)


class SignersView(Schema):
    co_living_adults = ma.fields.Boolean(required=True)
    guardians = ma.fields.Boolean(required=True)
    obligors = ma.fields.String(required=True, validate=ma.validate.OneOf(OBLIGORS))


class SectionView(Schema):
    code = ma.fields.String(required=True)
    words = ma.fields.Nested(WordsView, required=True)


class DocumentSlotView(SectionView):
    per = ma.fields.String(required=True, validate=ma.validate.OneOf(PER))
    required = ma.fields.String(required=True, validate=ma.validate.OneOf(REQUIRED))
    claimed_by = ma.fields.String(required=True, allow_none=True)


class KindView(SectionView):
    may_be_negative = ma.fields.Boolean(required=True)


class ProgrammeDetail(ProgrammeView):
    """A programme with its form, papers, signers and clocks."""

    valid_from = ma.fields.Date(attribute="dated.valid_from", required=True)
    source = ma.fields.String(attribute="dated.source", required=True)
    publishes = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(PUBLISHABLE)), required=True
    )
    clocks = ma.fields.Nested(ClocksView, required=True)
    signers = ma.fields.Nested(SignersView, required=True)
    sections = ma.fields.List(ma.fields.Nested(SectionView), required=True)
    documents = ma.fields.List(ma.fields.Nested(DocumentSlotView), required=True)


class ProgrammeAnswer(Schema):
    """One programme, and the kinds of income and expense that its form offers."""

    programme = ma.fields.Nested(ProgrammeDetail, required=True)
    income_kinds = ma.fields.List(ma.fields.Nested(KindView), required=True)
    deduction_kinds = ma.fields.List(ma.fields.Nested(KindView), required=True)


class ItemBody(Schema):
    kind = ma.fields.String(
        required=True, validate=ma.validate.Length(1, 40), metadata={"example": "wages"}
    )
    amount_fen = Fen(required=True, signed=True)
    period = ma.fields.Enum(Period, by_value=True, required=True)

    @ma.post_load
    def as_item(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**data)


def _items(kind: str) -> Any:
    return ma.fields.List(
        ma.fields.Nested(ItemBody),
        load_default=list,
        validate=ma.validate.Length(max=MAX_ITEMS),
        metadata={"example": [{"kind": kind, "amountFen": 180000, "period": "month"}]},
    )


class DisabilityView(Schema):
    """What a disability certificate (残疾人证) says; grade 1 is the gravest."""

    kind = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf([str(k) for k in DisabilityKind]),
        metadata={"example": "limb"},
    )
    grade = Whole(
        required=True,
        validate=ma.validate.Range(GRADES[0], GRADES[-1]),
        metadata={"example": 2},
    )


class DisabilityBody(DisabilityView):
    """The same, as the policy reckons with it."""

    @ma.post_load
    def as_disability(self, data: dict[str, Any], **_: Any) -> Disability:
        return Disability(DisabilityKind(data["kind"]), data["grade"])


class MemberBody(Schema):
    """One person without name or number; the label is only used in the explanation."""

    label = Text(MAX_LABEL, load_default="", metadata={"example": "我"})
    incomes = _items("wages")
    deductions = _items("illness")
    disability = ma.fields.Nested(DisabilityBody, load_default=None, allow_none=True)
    seriously_ill = Flag(load_default=False, metadata={"example": False})

    @ma.post_load
    def as_member(self, data: dict[str, Any], **_: Any) -> Member:
        items = {name: tuple(data[name]) for name in ("incomes", "deductions")}
        return Member(**{**data, **items})


class EligibilityBody(Schema):
    """An anonymous household in a place; `on` is the day to reckon for, today by default."""

    division = DivisionCode(required=True)
    area = ma.fields.Enum(Area, by_value=True, required=True)
    on = ma.fields.Date(load_default=None)
    members = ma.fields.List(
        ma.fields.Nested(MemberBody), required=True, validate=ma.validate.Length(1, MAX_MEMBERS)
    )
    cash_assets_fen = Fen(load_default=None)

    @ma.post_load
    def as_check(self, data: dict[str, Any], **_: Any) -> CheckInput:
        household = Household(tuple(data["members"]), data["cash_assets_fen"])
        return CheckInput(data["division"], data["area"], household, data["on"])


class LineView(Schema):
    """One step of the reckoning; `input` and `result` are yuan."""

    rule = ma.fields.String(required=True, metadata={"example": "per_head"})
    input = ma.fields.String(required=True, metadata={"example": "1,800.00"})
    result = ma.fields.String(required=True, metadata={"example": "600.00"})
    source = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class SinglePersonView(Schema):
    """One who may enter dibao alone (单人户)."""

    number = ma.fields.Integer(
        required=True, metadata={"description": "which of `members`, from 1", "example": 2}
    )
    amount_fen_per_month = Fen(required=True, metadata={"example": 66200})


class AssessmentView(Schema):
    outcome = ma.fields.Enum(Outcome, by_value=True, required=True)
    per_head_fen = Fen(required=True, metadata={"example": 60000})
    standard_fen = Fen(required=True, metadata={"example": 66200})
    amount_fen_per_month = Fen(required=True, metadata={"example": 18600})
    single_persons = ma.fields.List(ma.fields.Nested(SinglePersonView), required=True)
    lines = ma.fields.List(ma.fields.Nested(LineView), required=True)


class NeedView(Schema):
    """One kind of hardship, as the phone shows it with a picture."""

    code = ma.fields.String(required=True, metadata={"example": "illness"})
    words = ma.fields.Nested(WordsView, required=True)


class NeedList(Schema):
    items = ma.fields.List(ma.fields.Nested(NeedView), required=True)


class NeedsBody(Schema):
    """What is hard: picked, written, or both; `division` says where."""

    needs = ma.fields.List(
        ma.fields.String(validate=ma.validate.Length(1, 40), metadata={"example": "illness"}),
        load_default=list,
        validate=ma.validate.Length(max=MOST_NEEDS),
    )
    words = Text(300, load_default="", metadata={"example": "老汉瘫在炕上，屋里没得钱"})
    division = DivisionCode(load_default=None, allow_none=True)

    @ma.post_load
    def as_told(self, data: dict[str, Any], **_: Any) -> Told:
        return Told(**data)


class HeardView(Schema):
    """A need that was understood: picked, or told of by these words of the text."""

    code = ma.fields.String(attribute="need.code", required=True, metadata={"example": "illness"})
    words = ma.fields.Nested(WordsView, attribute="need.words", required=True)
    picked = ma.fields.Boolean(required=True)
    because = ma.fields.List(ma.fields.String(metadata={"example": "瘫"}), required=True)


class ProposedView(Schema):
    """A programme, and why it may be the right one: one sentence a need."""

    code = ma.fields.String(attribute="programme.code", required=True)
    name = ma.fields.Nested(WordsView, attribute="programme.name", required=True)
    for_whom = ma.fields.Nested(WordsView, attribute="programme.for_whom", required=True)
    why = ma.fields.List(ma.fields.Nested(WordsView), required=True)


class AdviceView(Schema):
    """What else to do; `need` is null where nothing was understood."""

    need = ma.fields.String(required=True, allow_none=True)
    words = ma.fields.Nested(WordsView, required=True)


class CounterPlace(Schema):
    code = DivisionCode(required=True)
    name = ma.fields.String(required=True, metadata={"example": "虢镇街道"})


class NeedCheckView(Schema):
    """Programmes come best first; where none is there, `advice` is what to do."""

    understood = ma.fields.List(ma.fields.Nested(HeardView), required=True)
    programmes = ma.fields.List(ma.fields.Nested(ProposedView), required=True)
    advice = ma.fields.List(ma.fields.Nested(AdviceView), required=True)
    counter = ma.fields.Nested(
        CounterPlace, required=True, allow_none=True, metadata={"description": "the township"}
    )
