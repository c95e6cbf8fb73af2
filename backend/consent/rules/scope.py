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
    """Who is to sign; a guardian signs for `for_member_id`. `id_number` as typed or normalised."""

    member_id: UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)
    capacity: str
    for_member_id: UUID | None = None

    @property
    def subject_id(self) -> UUID:
        """Whose data the consent opens: the signer's own, or the ward's."""
        return self.for_member_id or self.member_id


def covers(given: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether a consent for `given` purposes needs no renewal for `wanted` ones: a wider scope
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
