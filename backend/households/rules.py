"""What makes a household plausible, and who of it must sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from backend.core.errors import FieldError
from backend.identity.rules import age_on, birth_date

MAX_PEOPLE = 30
ADULT = 18  # 民法典 Art. 17

SELF = "01"
# Relation to the applicant by GB/T 4761.
RELATIONS = frozenset(
    {"01", "02", "10", "11", "12", "20", "27", "28", "30", "38", "41", "51", "52", "57", "61"}
    | {"71", "73", "75", "77", "99"}
)
SPOUSES = frozenset({"10", "11", "12"})
CHILDREN = frozenset({"20", "30"})
DESCENDANTS = CHILDREN | {"41"}
PARENTS = frozenset({"51", "52"})
ELDERS = PARENTS | {"61"}


class PersonRole(StrEnum):
    """Living together, or owing support from elsewhere (赡养、抚养、扶养义务人)."""

    MEMBER = "member"
    SUPPORTER = "supporter"


@dataclass(frozen=True, slots=True)
class PersonData:
    """One person of a case in clear; lives in memory only."""

    id: UUID
    role: PersonRole
    name: str
    id_number: str
    relation: str
    phone: str | None = None
    work: str | None = None
    health: str | None = None
    incapable: bool = False
    incomes: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    deductions: tuple[dict[str, Any], ...] = field(default_factory=tuple)
    incomes_unknown: bool = False  # "please check for me": nobody in the family knows
    disability: Mapping[str, Any] | None = None  # kind and grade, as the certificate says

    @property
    def born(self) -> date:
        return birth_date(self.id_number)

    def is_adult(self, today: date) -> bool:
        return age_on(self.born, today) >= ADULT


def someone_can_sign(people: Sequence[PersonData], today: date) -> bool:
    """Whether an adult who can sign lives in the household, or stands by it from elsewhere.

    Where nobody does (children alone), a guardian must be named first (民法典 Art. 27).
    """
    return any(p.is_adult(today) and not p.incapable for p in people)


@dataclass(frozen=True, slots=True)
class RequiredSigner:
    """Somebody who must authorise the check: as what, and for which minors or incapable adults
    beside himself.
    """

    person: PersonData
    capacity: str  # adult_member | legal_supporter | guardian
    also_for: tuple[UUID, ...] = ()


def household_faults(people: Sequence[PersonData]) -> list[FieldError]:
    """What cannot be true of these people together, with the place of each fault."""
    faults: list[FieldError] = []
    if len(people) > MAX_PEOPLE:
        faults.append(FieldError("/members", "household_too_large", {"most": MAX_PEOPLE}))
    applicants = [n for n, p in enumerate(people) if p.relation == SELF]
    faults += [FieldError(f"/members/{n}/relation", "applicant_twice") for n in applicants[1:]]
    faults += [
        FieldError(f"/members/{n}/role", "applicant_lives_apart")
        for n in applicants
        if people[n].role != PersonRole.MEMBER
    ]
    seen: set[str] = set()
    for n, person in enumerate(people):
        if person.id_number in seen:
            faults.append(FieldError(f"/members/{n}/idNumber", "person_twice"))
        seen.add(person.id_number)
    if applicants:
        faults += _age_faults(people, people[applicants[0]])
    return faults


def _age_faults(people: Sequence[PersonData], applicant: PersonData) -> Iterable[FieldError]:
    for n, person in enumerate(people):
        if person.relation in DESCENDANTS and person.born <= applicant.born:
            yield FieldError(f"/members/{n}/idNumber", "child_older_than_parent")
        if person.relation in ELDERS and person.born >= applicant.born:
            yield FieldError(f"/members/{n}/idNumber", "parent_younger_than_child")


def income_is_known(people: Iterable[PersonData]) -> bool:
    """Whether everybody who lives together said what comes in."""
    return not any(p.incomes_unknown for p in people if p.role == PersonRole.MEMBER)


def applicant_of(people: Iterable[PersonData]) -> PersonData | None:
    """The person that the case is for."""
    return next((p for p in people if p.relation == SELF), None)


def required_signers(
    people: Sequence[PersonData], today: date, *, obligor_consent: bool
) -> list[RequiredSigner]:
    """Co-living adults, guardians for those who cannot sign, and where the county says so
    supporters living apart.

    民发〔2021〕57号 Art. 10: all co-living members authorise the check; `obligor_consent` is
    county data.
    """
    members = [p for p in people if p.role == PersonRole.MEMBER]
    adults = [p for p in members if p.is_adult(today) and not p.incapable]
    wards = tuple(p.id for p in members if p not in adults)
    guardian = next((p for p in adults if p.relation == SELF), adults[0] if adults else None)
    signers = [RequiredSigner(p, "adult_member", wards if p is guardian else ()) for p in adults]
    supporters = [
        p
        for p in people
        if p.role == PersonRole.SUPPORTER and p.is_adult(today) and not p.incapable
    ]
    if guardian is None and wards and supporters:
        # a household of children only: whoever looks after them from outside signs for them
        signers.append(RequiredSigner(supporters[0], "guardian", wards))
        supporters = supporters[1:]
    if obligor_consent:
        signers += [RequiredSigner(p, "legal_supporter") for p in supporters]
    return signers
