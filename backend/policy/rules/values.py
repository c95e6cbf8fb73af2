"""The values that policy files hold, typed and unchangeable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Area(StrEnum):
    """Urban or rural registration; standards differ."""

    URBAN = "urban"
    RURAL = "rural"


class Period(StrEnum):
    """What an amount is for."""

    MONTH = "month"
    YEAR = "year"

    @property
    def months(self) -> int:
        return 12 if self is Period.YEAR else 1


class Outcome(StrEnum):
    """What a household's money comes to, the poorest first (低保, 低保边缘, 刚性支出困难, none)."""

    DIBAO = "dibao"
    EDGE = "edge"
    RIGID = "rigid"
    NONE = "none"


class DisabilityKind(StrEnum):
    """The categories of the disability certificate (残疾人证), in the order of its digit."""

    SIGHT = "sight"
    HEARING = "hearing"
    SPEECH = "speech"
    LIMB = "limb"
    INTELLECT = "intellect"
    MENTAL = "mental"
    MULTIPLE = "multiple"


GRADES = range(1, 5)
# How policy names a disability: any of this grade, or one kind of it.
DISABILITIES = frozenset(
    {str(grade) for grade in GRADES} | {f"{k}-{grade}" for k in DisabilityKind for grade in GRADES}
)


@dataclass(frozen=True, slots=True)
class Disability:
    """What a certificate says; grade 1 is the gravest."""

    kind: DisabilityKind
    grade: int

    def is_among(self, named: frozenset[str]) -> bool:
        """Whether policy names it: its grade of any kind, or of this one."""
        return str(self.grade) in named or f"{self.kind}-{self.grade}" in named


class SingleAmount(StrEnum):
    """What one who enters alone gets (单人户): the standard, or it less the person's own income."""

    FULL = "full"
    OWN_INCOME = "own_income"


class BusinessLoss(StrEnum):
    """What a negative net business income does to the household's income."""

    COUNTS_AS_ZERO = "counts_as_zero"
    OFFSETS = "offsets"


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence or name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of income or expense that forms offer."""

    code: str
    words: Words
    may_be_negative: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The kinds of income and expense by code, and where they come from."""

    incomes: Mapping[str, Kind]
    expenses: Mapping[str, Kind]
    source: str
    extension_reasons: Mapping[str, Words] = field(default_factory=dict)
    pause_reasons: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Statutory time of a programme: `_wd` working days, `_days` calendar days."""

    survey_start_wd: int
    check_start_wd: int
    publicity_days: int
    decision_wd: int
    notice_wd: int
    total_wd: int
    extended_total_wd: int


@dataclass(frozen=True, slots=True)
class Signers:
    """Who must authorise the check (核对授权); `obligors` is always, never or by_region."""

    co_living_adults: bool
    guardians: bool
    obligors: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form."""

    code: str
    words: Words


@dataclass(frozen=True, slots=True)
class DocumentSlot:
    """A paper: for whom (`per`) and when (always, unless_shared, if_claimed by `claimed_by`)."""

    code: str
    words: Words
    per: str
    required: str
    claimed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """From when to when (both included, None is open) something holds, and who says so."""

    valid_from: date
    valid_to: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Programme:
    """Something to apply for; `standard` names the programme whose standard it is measured by."""

    code: str
    dated: Dated
    name: Words
    for_whom: Words
    outcome: Outcome
    standard: str
    monthly_allowance: bool
    areas: tuple[Area, ...]
    publishes: tuple[str, ...]
    clocks: Clocks
    signers: Signers
    sections: tuple[Section, ...]
    documents: tuple[DocumentSlot, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """How much a person needs in one place (低保标准), in fen per month or per year."""

    programme: str
    prefix: str
    area: Area
    amount_fen: int
    per: Period
    dated: Dated

    @property
    def monthly_fen(self) -> Fraction:
        """Exact fen per month; a yearly standard is divided by twelve and not rounded."""
        return Fraction(self.amount_fen, self.per.months)


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """What one region says about itself from a day on; keys it leaves out come from further up."""

    prefix: str
    dated: Dated
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CashCap:
    """How much cash a household may hold per head: an amount in fen, or months of the standard."""

    fen_per_head: int | None = None
    months_of_standard: int | None = None

    def fen(self, standard: Standard) -> Fraction:
        if self.fen_per_head is not None:
            return Fraction(self.fen_per_head)
        return standard.monthly_fen * (self.months_of_standard or 0)


@dataclass(frozen=True, slots=True)
class RegionRules:
    """All rules of one place on one day; `sources` says for each field who fixed it."""

    obligor_consent: bool
    accept_with_signer_outstanding: bool
    signer_unreached_wd: int
    proof_alone: frozenset[str]
    consent_alone: frozenset[str]
    edge_multiplier: Fraction
    exempt_incomes: frozenset[str]
    deductible_expenses: frozenset[str]
    business_loss: BusinessLoss
    corrections_allowed: int
    decision_by_township: bool
    publicity_inside_clock: bool
    clock_pause_allowed: bool
    single_person_disabilities: frozenset[str]
    single_person_serious_illness: bool
    single_person_amount: SingleAmount
    rigid_expenses: frozenset[str]
    # not in the versions that were loaded before there was such a rule
    counter_accepted_by_another: bool = True
    helper_live_mandates_most: int = 10
    cash_assets_cap: CashCap | None = None
    clock_changed_by: frozenset[str] = frozenset({"township", "county"})
    rigid_expense_ratio: Fraction | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A programme that may answer a need, and why."""

    programme: str
    why: Words


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of hardship; `advice` says what else can be done, at the counter or in the
    village.
    """

    code: str
    words: Words
    keywords: tuple[str, ...]
    advice: Words
    programmes: tuple[Pointer, ...]


@dataclass(frozen=True, slots=True)
class Needs:
    """All of them, the most urgent first; `advice` is for words that nobody understood."""

    needs: tuple[Need, ...]
    negations: tuple[str, ...]
    advice: Words
    source: str


@dataclass(frozen=True, slots=True)
class PolicySet:
    """A whole folder, checked; `version` is the SHA-256 of its files."""

    version: str
    vocabulary: Vocabulary
    programmes: tuple[Programme, ...]
    standards: tuple[Standard, ...]
    regions: tuple[RegionEntry, ...]
    needs: Needs
