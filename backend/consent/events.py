"""What this room tells: ids and codes only, heard inside the same commit."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConsentInvited:
    """A signer was invited, for the first time or anew."""

    case_id: UUID
    member_id: UUID
    invitation_id: UUID


@dataclass(frozen=True, slots=True)
class ConsentCounted:
    """A consent counts from now on; `assurance` is A, B or C."""

    case_id: UUID
    member_id: UUID
    assurance: str


@dataclass(frozen=True, slots=True)
class ConsentRefused:
    """The signer said no."""

    case_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """The signer took a given consent back."""

    case_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class ConsentExpired:
    """An invitation ran out unanswered; somebody has to be told, and it can be renewed."""

    case_id: UUID
    member_id: UUID


@dataclass(frozen=True, slots=True)
class OtherWayWished:
    """The signer would rather go one of the ways without a face."""

    case_id: UUID
    member_id: UUID
    way: str


@dataclass(frozen=True, slots=True)
class FaceReviewOpened:
    """A person of staff has to look; `kind` is `uncertain` or `three_failures`."""

    case_id: UUID
    member_id: UUID
    review_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class FaceReviewRejected:
    """A person looked and said no: the signer has to be told and shown the other ways."""

    case_id: UUID
    member_id: UUID
