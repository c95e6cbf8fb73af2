"""What a case still lacks, and what its content is, as plain functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from backend.core.canonical import canonical
from backend.households.rules import SELF, PersonData, PersonRole, applicant_of, someone_can_sign
from backend.policy.rules.income import Household, Item, Member, household_faults
from backend.policy.rules.values import (
    Disability,
    DisabilityKind,
    DocumentSlot,
    Period,
    Programme,
    Vocabulary,
)

# No household needs as many; a helper of a whole village goes to the counter.
MOST_DRAFTS = 30
MOST_A_DAY = 60
MOST_CHANGES = 2000
MOST_AT_COUNTER = 200  # of one officer a day

# The truth promise (诚信承诺书) of whoever signs it on paper, at the counter.
PROMISE_PAPER = "promise_paper"

EARNING_KINDS = frozenset({"wages", "business", "property", "transfer"})


_DOWNWARDS = ("dibao", "dibao-edge", "rigid-expense")


def cascade(programme: str) -> tuple[str, ...]:
    """What an application for a programme may lead to, the best first.

    Households are classified downwards without applying, or signing, again (低保 → 边缘 →
    刚性支出), so a consent names all three from the start; whatever else is asked for stands alone.
    """
    return _DOWNWARDS if programme in _DOWNWARDS else (programme,)


SECTIONS = ("household", "money", "photos", "promise", "relatives")
_STEPS = {
    "members": "household",
    "incomes": "money",
    "deductions": "money",
    "cashAssetsFen": "money",
    "documents": "photos",
    "truthPromise": "promise",
    "staffRelatives": "relatives",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One missing thing: `code` stands in the catalogue, `path` points at the place in the form."""

    code: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def section(self) -> str:
        """The step of the phone's form where it can be filled."""
        named = (part for part in reversed(self.path.split("/")) if part in _STEPS)
        return _STEPS[next(named, "members")]


@dataclass(frozen=True, slots=True)
class Form:
    """The part of the form that is about no single person."""

    cash_assets_fen: int | None = None
    cash_assets_unknown: bool = False
    promised: bool = False
    staff_relatives_declared: bool = False
    staff_relatives: tuple[dict[str, str], ...] = ()

    def changed(self, changes: Mapping[str, Any]) -> Form:
        """The form after a change; an amount and "not known" put each other out."""
        if changes.get("cash_assets_fen") is not None:
            changes = {**changes, "cash_assets_unknown": False}
        elif changes.get("cash_assets_unknown"):
            changes = {**changes, "cash_assets_fen": None}
        return replace(self, **changes)


def gaps(
    programme: Programme,
    people: Sequence[PersonData],
    form: Form,
    present: Iterable[tuple[str, UUID | None]],
    today: date,
    *,
    at_counter: bool = False,
) -> list[Gap]:
    """Everything that is missing before the case can be submitted, all at once (一次性告知)."""
    missing: list[Gap] = []
    if applicant_of(people) is None:
        missing.append(Gap("gap_applicant", "/members"))
    elif not someone_can_sign(people, today):
        missing.append(Gap("gap_guardian", "/members"))
    if not form.promised:
        missing.append(Gap("gap_promise", "/truthPromise"))  # 诚信承诺书
    if not form.staff_relatives_declared:
        missing.append(Gap("gap_staff_relatives", "/staffRelatives"))
    found = set(present)
    for slot in programme.documents:
        missing += _slot_gaps(slot, people, found, today)
    if at_counter and not any(code == PROMISE_PAPER for code, _ in found):
        missing.append(Gap("gap_promise_paper", f"/documents/{PROMISE_PAPER}"))
    return missing


def private_figures(people: Sequence[PersonData], today: date) -> frozenset[UUID]:
    """Whose money is shown to themselves and to staff only, where each said it at the counter: of
    every grown-up who speaks for himself, beside the applicant (domain: 家庭成员的数字).
    """
    return frozenset(
        p.id for p in people if p.relation != SELF and p.is_adult(today) and not p.incapable
    )


def papers_of(
    programme: Programme, people: Sequence[PersonData], today: date
) -> list[tuple[DocumentSlot, PersonData | None]]:
    """Every place for a paper that the programme has for these people, wanted or not."""
    places: list[tuple[DocumentSlot, PersonData | None]] = []
    members = [p for p in people if p.role == PersonRole.MEMBER]
    for slot in programme.documents:
        if slot.per == "household":
            places.append((slot, None))
        else:
            places += [(slot, p) for p in members if _needs(slot.per, p, today)]
    return places


def _slot_gaps(
    slot: DocumentSlot,
    people: Sequence[PersonData],
    present: set[tuple[str, UUID | None]],
    today: date,
) -> Iterable[Gap]:
    if slot.required == "unless_shared":
        return  # what sharing knows is not demanded (民发〔2021〕57号)
    if slot.required == "if_claimed" and not _claimed(slot.claimed_by, people):
        return
    if slot.per == "household":
        if not any(code == slot.code for code, _ in present):
            yield Gap("gap_document", f"/documents/{slot.code}", _words(slot))
        return
    for n, person in enumerate(people):
        if person.role != PersonRole.MEMBER or not _needs(slot.per, person, today):
            continue
        if (slot.code, person.id) not in present:
            path = f"/members/{n}/documents/{slot.code}"
            yield Gap("gap_person_document", path, {**_words(slot), "name": person.name})


def _needs(per: str, person: PersonData, today: date) -> bool:
    """Whether a paper that is wanted `per` such a person is wanted of this one."""
    if per == "adult_member":
        return person.is_adult(today)
    if per == "earning_member":
        return any(item["kind"] in EARNING_KINDS for item in person.incomes)
    if per == "disabled_member":
        return person.health == "disabled"
    if per == "incapable_member":
        return person.is_adult(today) and person.incapable
    return True


def _claimed(kind: str | None, people: Iterable[PersonData]) -> bool:
    return any(item["kind"] == kind for p in people for item in p.deductions)


def _words(slot: DocumentSlot) -> dict[str, str]:
    return {"document": slot.words.zh, "document_en": slot.words.en}


def content_hash(
    programme: str, division: str, area: str, people: Sequence[PersonData], form: Form
) -> str:
    """SHA-256 (hex) of all of the case's content in canonical JSON (RFC 8785): recorded with each
    consent. What is unknown is named only where it is, so that older cases keep their hash.
    """
    body: Any = {
        "programme": programme,
        "division": division,
        "area": area,
        "people": [
            {
                "id": str(p.id),
                "role": str(p.role),
                "name": p.name,
                "idNumber": p.id_number,
                "relation": p.relation,
                "phone": p.phone,
                "work": p.work,
                "health": p.health,
                "incapable": p.incapable,
                "incomes": [dict(i) for i in p.incomes],
                "deductions": [dict(i) for i in p.deductions],
                **({"disability": dict(p.disability)} if p.disability else {}),
                **({"incomesUnknown": True} if p.incomes_unknown else {}),
            }
            for p in people
        ],
        "cashAssetsFen": form.cash_assets_fen,
        **({"cashAssetsUnknown": True} if form.cash_assets_unknown else {}),
        "promised": form.promised,
        "staffRelativesDeclared": form.staff_relatives_declared,
        "staffRelatives": [dict(r) for r in form.staff_relatives],
    }
    return hashlib.sha256(canonical(body)).hexdigest()


def household_of(people: Sequence[PersonData], cash_assets_fen: int | None) -> Household:
    """The people living together as the policy reckons with them."""
    members = tuple(_member(p) for p in people if p.role == PersonRole.MEMBER)
    return Household(members, cash_assets_fen)


def figure_gaps(
    people: Sequence[PersonData], cash_assets_fen: int | None, vocabulary: Vocabulary
) -> list[Gap]:
    """Figures that cannot be reckoned with, each at its place in the form."""
    places = [n for n, p in enumerate(people) if p.role == PersonRole.MEMBER]
    if not places:
        return []  # the missing applicant is told already
    found = household_faults(household_of(people, cash_assets_fen), vocabulary)
    return [Gap(fault.code, _in_form(fault.path, places), fault.params) for fault in found]


def _in_form(path: str, places: Sequence[int]) -> str:
    """The policy counts only the people living together; the form counts everybody."""
    _, head, number, *rest = [*path.split("/"), ""]
    if head != "members" or not number.isdigit():
        return path
    return "/".join(["/members", str(places[int(number)]), *(part for part in rest if part)])


def _member(person: PersonData) -> Member:
    return Member(
        _items(person.incomes),
        _items(person.deductions),
        person.name,
        disability=_certificate(person),
        seriously_ill=person.health == "serious",
    )


def _certificate(person: PersonData) -> Disability | None:
    said = person.disability
    return Disability(DisabilityKind(said["kind"]), said["grade"]) if said else None


def _items(items: tuple[dict[str, Any], ...]) -> tuple[Item, ...]:
    return tuple(Item(i["kind"], i["amount_fen"], Period(i["period"])) for i in items)


_WAITS = {
    "open": "waits_open",
    "identified": "waits_started",
    "verified": "waits_started",
    "given": "waits_look",
    "refused": "waits_refused",
    "expired": "waits_expired",
    "withdrawn": "waits_withdrawn",
}
_AT_LINK = frozenset({"open", "identified", "verified"})


def wait_code(
    state: str, *, counts: bool, for_all: bool, under_review: bool, other_way: bool
) -> str | None:
    """What a signer's consent waits for, as a catalogue code; None when nothing is left.

    `for_all`: the signer was asked for everybody whom they must sign for by now.
    """
    if counts:
        return None if for_all else "waits_again"
    if state in _AT_LINK and (under_review or other_way):
        return "waits_look" if under_review else "waits_other_way"
    return _WAITS.get(state, "waits_not_invited")
