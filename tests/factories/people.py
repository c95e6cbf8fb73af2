"""Invented people whose ID numbers are valid, and the household that most cases are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.core.ids import new_id
from backend.households.rules import PersonData, PersonRole

MALE, FEMALE = "male", "female"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: date, sex: str = FEMALE, turn: int = 1, area: str = "610304") -> str:
    """A citizen ID number (GB 11643): `turn` (0 to 499) tells twins apart."""
    order = turn * 2 + (1 if sex == MALE else 0)
    digits = f"{area}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


@dataclass(frozen=True, slots=True)
class Human:
    """Somebody who does not exist, by name and number."""

    name: str
    born: date
    sex: str = FEMALE
    turn: int = 1

    @property
    def number(self) -> str:
        return id_number(self.born, self.sex, self.turn)

    def body(self, relation: str, *, role: str = "member", **more: Any) -> dict[str, Any]:
        """As the API takes a person."""
        return {
            "role": role,
            "name": self.name,
            "idNumber": self.number,
            "relation": relation,
            **more,
        }

    def person(self, relation: str, *, role: str = "member", **more: Any) -> PersonData:
        """As the household room knows a person."""
        ident: UUID = more.pop("id", None) or new_id()
        return PersonData(ident, PersonRole(role), self.name, self.number, relation, **more)


APPLICANT = Human("王秀英", date(1968, 5, 17), FEMALE)
HUSBAND = Human("李建国", date(1965, 9, 2), MALE)
DAUGHTER = Human("李小梅", date(2012, 11, 30), FEMALE)
SON = Human("李志强", date(1990, 3, 8), MALE)
HELPER = Human("张桂兰", date(1979, 1, 23), FEMALE)
STRANGER = Human("赵大山", date(1971, 7, 7), MALE)


def wages(fen_a_month: int) -> list[dict[str, Any]]:
    return [{"kind": "wages", "amountFen": fen_a_month, "period": "month"}]


def household(*, fen_a_month: int = 180_000, son: bool = True) -> list[dict[str, Any]]:
    """Applicant, husband who earns, a daughter of 13, and a son who lives far away."""
    members = [
        APPLICANT.body("01", phone="13800138000"),
        HUSBAND.body("11", incomes=wages(fen_a_month)),
        DAUGHTER.body("30"),
    ]
    return [*members, SON.body("20", role="supporter")] if son else members
