"""Invented households by number: valid ID numbers, no two alike, as many as are wanted."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_AREA = "610304"
_SURNAMES = "王李张刘陈杨赵黄周吴"
# relation (GB/T 4761), role, sex bit, the first birthday, how many birthdays: the applicant, her
# husband who earns, a child of school age, and a grown son who lives far away.
_ROLES = (
    ("01", "member", 0, date(1950, 1, 1), 7000),
    ("11", "member", 1, date(1950, 1, 1), 7000),
    ("30", "member", 0, date(2010, 6, 1), 4000),
    ("20", "supporter", 1, date(1985, 1, 1), 4000),
)
HEADS = len(_ROLES)
MOST = 4000 * 500  # households that can be told apart


@lru_cache(maxsize=4096)  # asked for several times while a case is made
def id_number(household: int, place: int) -> str:
    """The number (GB 11643) of the person at `place` (0 to 3) of a household."""
    _, _, sex, first, days = _ROLES[place]
    born = first + timedelta(days=household % days)
    order = household // days % 500 * 2 + sex
    digits = f"{_AREA}{born.year:04d}{born.month:02d}{born.day:02d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def name(household: int, place: int) -> str:
    return _SURNAMES[(household + place) % 10] + ("秀英", "建国", "小梅", "志强")[place]


def person(household: int, place: int) -> dict[str, Any]:
    """One person as `createApplication` takes them."""
    relation, role, _, _, _ = _ROLES[place]
    body: dict[str, Any] = {
        "role": role,
        "name": name(household, place),
        "idNumber": id_number(household, place),
        "relation": relation,
    }
    if place == 0:
        return {**body, "phone": "13800138000", "work": "farming", "health": "chronic"}
    if place == 1:
        wages = {"kind": "wages", "amountFen": 180_000, "period": "month"}
        illness = {"kind": "illness", "amountFen": 360_000, "period": "year"}
        return {**body, "work": "casual", "incomes": [wages], "deductions": [illness]}
    return {**body, "work": "student"} if place == 2 else body


def draft(applicant: int, others: int, division: str) -> dict[str, Any]:
    """The body of a new application: this household's applicant with another's family."""
    return {
        "programme": "dibao",
        "division": division,
        "area": "urban",
        "members": [person(applicant, 0), *(person(others, place) for place in (1, 2, 3))],
        "cashAssetsFen": 500_000,
        "truthPromise": {"accepted": True},
        "staffRelatives": [],
    }
