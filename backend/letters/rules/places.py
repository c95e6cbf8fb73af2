"""The parts of an application that a correction can point at, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.households.rules import PersonData
from backend.letters.rules.words import said
from backend.policy.rules.values import Programme


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the form: where it stands there, and what it is called."""

    path: str
    label: str


def places(people: Sequence[PersonData], programme: Programme) -> list[Place]:
    """Everything that can be corrected, in the order of the form."""
    found = [Place("/members", said("place", "members"))]
    for n, person in enumerate(people):
        found += _of_person(n, person, programme)
    found += [
        Place(f"/documents/{slot.code}", slot.words.zh)
        for slot in programme.documents
        if slot.per == "household"
    ]
    return found + [
        Place(f"/{name}", said("place", name))
        for name in ("cashAssetsFen", "staffRelatives", "truthPromise")
    ]


def _of_person(n: int, person: PersonData, programme: Programme) -> list[Place]:
    parts = [
        Place(f"/members/{n}/{part}", said("place", part, name=person.name))
        for part in ("incomes", "deductions")
    ]
    papers = [
        Place(
            f"/members/{n}/documents/{slot.code}",
            said("place", "papers", name=person.name, paper=slot.words.zh),
        )
        for slot in programme.documents
        if slot.per != "household"
    ]
    return [Place(f"/members/{n}", said("place", "member", name=person.name)), *parts, *papers]
