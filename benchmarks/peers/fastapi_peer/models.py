"""What comes in and what goes out, as pydantic models."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic.alias_generators import to_camel

from backend.households.rules import RELATIONS
from backend.identity.rules import id_number_fault, is_valid_name, normalise_id_number
from backend.regions.rules import is_code

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# pydantic would write a Z; the app writes the offset.
Instant = Annotated[datetime, PlainSerializer(datetime.isoformat, return_type=str)]


class Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


def _rule(holds: Callable[[str], bool]) -> AfterValidator:
    def check(text: str) -> str:
        if not holds(text):
            raise ValueError("not of the right shape")
        return text

    return AfterValidator(check)


def _id_number(typed: str) -> str:
    number = normalise_id_number(typed)
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    if id_number_fault(number, today) is not None:
        raise ValueError("no ID number")
    return number


def _is_clean(text: str) -> bool:
    return _CONTROL.search(text) is None


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50),
    _rule(lambda text: _is_clean(text) and is_valid_name(text)),
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), _rule(_is_clean)
]
IdNumber = Annotated[str, Field(max_length=60), AfterValidator(_id_number)]
Phone = Annotated[str, StringConstraints(pattern=r"^1[3-9][0-9]{9}$")]
Short = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Fen = Annotated[StrictInt, Field(ge=0, le=10**10)]
SignedFen = Annotated[StrictInt, Field(ge=-(10**10), le=10**10)]


class Item(Model):
    kind: Short
    amount_fen: SignedFen
    period: Literal["month", "year"]


class DisabilityOut(Model):
    kind: Literal["sight", "hearing", "speech", "limb", "intellect", "mental", "multiple"]
    grade: Literal[1, 2, 3, 4]


class NewPerson(Model):
    role: Literal["member", "supporter"] = "member"
    name: Name
    id_number: IdNumber
    relation: Annotated[str, _rule(RELATIONS.__contains__)]
    phone: Phone | None = None
    work: (
        Literal["employed", "farming", "casual", "unemployed", "student", "retired", "unable"]
        | None
    ) = None
    health: Literal["good", "chronic", "serious", "disabled"] | None = None
    incapable: StrictBool = False
    incomes: list[Item] = Field(default_factory=list, max_length=20)
    deductions: list[Item] = Field(default_factory=list, max_length=20)
    incomes_unknown: bool = False
    disability: DisabilityOut | None = None


class Promise(Model):
    accepted: StrictBool


class Relative(Model):
    name: Name
    workplace: Words


class NewApplication(Model):
    programme: Short
    division: Annotated[str, _rule(is_code)]
    area: Literal["urban", "rural"]
    mandate_id: UUID | None = None
    members: list[NewPerson] = Field(default_factory=list, max_length=30)
    cash_assets_fen: Fen | None = None
    cash_assets_unknown: bool = False
    truth_promise: Promise | None = None
    staff_relatives: Annotated[list[Relative], Field(max_length=10)] | None = None


class ItemOut(Model):
    kind: str
    amount_fen: int
    period: str


class WaitOut(Model):
    code: str
    text: str
    next: str
    text_en: str
    next_en: str


class ConsentsOut(Model):
    needed: int
    counted: int


class SignerOut(Model):
    capacity: str
    state: str = "not_invited"
    counts: bool = False
    invitation_id: UUID | None = None
    consent_id: UUID | None = None
    way_wished: str | None = None
    expires_at: Instant | None = None
    reminded_at: Instant | None = None
    waits_for: WaitOut | None


class PersonOut(Model):
    id: UUID
    role: str
    name: str
    id_number: str
    relation: str
    phone: str | None
    work: str | None
    health: str | None
    disability: DisabilityOut | None
    incapable: bool
    figures_hidden: bool = False
    incomes: list[ItemOut]
    deductions: list[ItemOut]
    incomes_unknown: bool
    signer: SignerOut | None


class LineOut(Model):
    rule: str
    input: str
    result: str
    source: str
    zh: str
    en: str


class AssessmentOut(Model):
    model_config = ConfigDict(extra="ignore")  # the inputs are kept beside it

    outcome: str
    per_head_fen: int
    standard_fen: int
    amount_fen_per_month: int
    single_persons: list[Any]
    lines: list[LineOut]


class OutcomeOut(Model):
    decision: str
    amount_fen: int | None
    reasons: list[str]
    decided_on: str | None
    pay_from: str | None


class SummaryOut(Model):
    id: UUID
    programme: str
    state: str
    stage: str | None
    division: str
    created_at: Instant
    submitted_on: date | None
    due_on: date | None
    version: int
    mandate_id: UUID | None
    principal_name: str | None = None  # whoever acts for others is refused here


class PageOut(Model):
    items: list[SummaryOut]
    next_cursor: str | None


class ApplicationOut(SummaryOut):
    area: str
    by_helper: bool
    at_counter: bool = False  # nobody of the cast came to the counter
    members: list[PersonOut]
    consents: ConsentsOut
    cash_assets_fen: int | None
    cash_assets_unknown: bool
    promised: bool
    staff_relatives: list[Relative] | None
    assessment: AssessmentOut | None
    correction: list[dict[str, Any]] | None
    outcome: OutcomeOut | None
    receipt_code: str | None
    accepted_on: date | None
    due_provisional: bool
    moves: list[str]


class ReceiptOut(Model):
    application_id: UUID
    receipt_code: str
    submitted_at: Instant
    submitted_on: date
    state: str
