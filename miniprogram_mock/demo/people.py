"""Invented people: a household in Baoji and a stranger, with other ID numbers in every play."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

_BAOJI_JINTAI = "610303"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True)
class Person:
    """One invented person; `relation` to the applicant by GB/T 4761."""

    name: str
    id_number: str
    phone: str | None
    body: dict[str, Any] = field(repr=False)

    @property
    def mask(self) -> str:
        """The name as strangers see it."""
        return self.name[0] + "*"


@dataclass(frozen=True)
class Household:
    """Three live together on 1,800 yuan a month; the grown-up son works far away."""

    applicant: Person
    husband: Person
    daughter: Person
    son: Person
    stranger: Person

    @property
    def members(self) -> list[dict[str, Any]]:
        """The people as createApplication takes them."""
        return [p.body for p in (self.applicant, self.husband, self.daughter, self.son)]

    @property
    def secrets(self) -> list[str]:
        """What must never lie in clear in the data folder."""
        people = (self.applicant, self.husband, self.daughter, self.son, self.stranger)
        return [text for p in people for text in (p.name, p.id_number, p.phone) if text]


def invent() -> Household:
    """New people; their numbers are valid (GB 11643-1999), and nobody's as far as we know."""
    return Household(
        applicant=_person("王秀莲", 1974, female=True, relation="01", work="unemployed"),
        husband=_person(
            "赵大山",
            1972,
            female=False,
            relation="11",
            work="casual",
            incomes=[_monthly("wages", 260_000)],
            deductions=[_monthly("tax_and_insurance", 50_000), _monthly("work_cost", 30_000)],
        ),
        daughter=_person("赵小雨", 2010, female=True, relation="30", work="student"),
        son=_person(
            "赵远航",
            1999,
            female=False,
            relation="20",
            work="employed",
            role="supporter",
            incomes=[_monthly("wages", 520_000)],
        ),
        stranger=_person("孙不识", 1990, female=False, relation="01", work="employed"),
    )


def id_number(area: str, born: date, order: int) -> str:
    """A citizen ID number with its check character; an odd `order` (0 to 999) is a man's."""
    digits = f"{area}{born:%Y%m%d}{order:03d}"
    total = sum(weight * int(c) for weight, c in zip(_WEIGHTS, digits, strict=True))
    return digits + _CHECK_CHARACTERS[total % 11]


def with_wrong_check_character(number: str) -> str:
    """The same number with a last character that cannot be right."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def _person(name: str, year: int, *, female: bool, **more: Any) -> Person:
    born = date(year, 1, 1) + timedelta(days=secrets.randbelow(365))
    order = secrets.randbelow(500) * 2 + (0 if female else 1)
    number = id_number(_BAOJI_JINTAI, born, order)
    phone = None if more["work"] == "student" else f"199{secrets.randbelow(10**8):08d}"
    body = {"name": name, "idNumber": number, "phone": phone, "health": "good", **more}
    return Person(name, number, phone, body)


def _monthly(kind: str, amount_fen: int) -> dict[str, Any]:
    return {"kind": kind, "amountFen": amount_fen, "period": "month"}
