"""What a consent is about: the case, the signer, the purposes; and when an older consent still
covers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

DEFAULT_VALIDITY: Final = timedelta(days=30)
MOST_VALIDITY: Final = timedelta(days=90)
COUNTY_DIGITS: Final = 6


class Capacity(StrEnum):
    """In which capacity somebody signs."""

    ADULT_MEMBER = "adult_member"
    LEGAL_SUPPORTER = "legal_supporter"
    GUARDIAN = "guardian"


class About(StrEnum):
    """Whose data a consent opens: one's own, those of persons in one's care (wards), or both."""

    SELF = "self"
    WARDS = "wards"
    SELF_AND_WARDS = "self_and_wards"


class Assurance(StrEnum):
    """How well it is known who consented.

    A: own face against a card photographed by oneself (proves the match, not the person; the
    township confirms the person). B: an authoritative source. C: seen by staff.
    """

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class ConsentCase:
    """A case as this room knows it: `division` has 12 digits, `county` its first 6,
    `content_hash` is hex.
    """

    id: UUID
    county: str
    division: str
    applicant_name: str = field(repr=False)
    purposes: tuple[str, ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Who is to sign, once for themselves and all wards: `for_member_id` and `also_for`.

    `id_number` as typed or normalised.
    """

    member_id: UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    capacity: str
    for_member_id: UUID | None = None
    also_for: tuple[UUID, ...] = ()

    @property
    def wards(self) -> tuple[UUID, ...]:
        """Everybody signed for beside oneself, each once."""
        first = (self.for_member_id,) if self.for_member_id else ()
        return tuple(dict.fromkeys((*first, *self.also_for)))


def about(capacity: str, wards: Iterable[object]) -> About:
    """Whose data a signer of this capacity opens."""
    if capacity == Capacity.GUARDIAN:
        return About.WARDS
    return About.SELF_AND_WARDS if any(True for _ in wards) else About.SELF


def covers(given: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether a consent for `given` matters needs no renewal for `wanted` ones: a wider scope
    asks again.
    """
    return set(wanted) <= set(given)


# Parts of browser names that tell the family; order matters, they borrow each other's.
_FAMILIES: Final = (
    ("micromessenger", "wechat"),
    ("edg/", "edge"),
    ("firefox", "firefox"),
    ("chrome", "chrome"),
    ("safari", "safari"),
)


def client_family(user_agent: str) -> str:
    """The family of a client program and no more of it: what identifies a phone is not kept."""
    lower = user_agent[:400].lower()
    return next((family for part, family in _FAMILIES if part in lower), "other")
