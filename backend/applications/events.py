"""What happens to an application that others may want to hear."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.core.access import Actor


@dataclass(frozen=True, slots=True)
class ApplicationSubmitted:
    """The case was handed in, for the first time or after a correction."""

    application_id: UUID


@dataclass(frozen=True, slots=True)
class CorrectionRequested:
    """The township asked for all that is missing (一次性告知)."""

    application_id: UUID


@dataclass(frozen=True, slots=True)
class ApplicationRejected:
    """The township did not accept the case (不予受理)."""

    application_id: UUID


@dataclass(frozen=True, slots=True)
class ApplicationDecided:
    """The county, or the township for it, decided the case; its outcome is kept."""

    application_id: UUID


@dataclass(frozen=True, slots=True)
class ApplicationAccepted:
    """The township took the case (受理): it can be forwarded."""

    application_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class ApplicationWithdrawn:
    """The applicant took back a case that had been forwarded: the county has to be told."""

    application_id: UUID
    actor: Actor


@dataclass(frozen=True, slots=True)
class DueMoved:
    """The last day of an accepted case is another one, or became firm: the county has to know."""

    application_id: UUID
    cause: str
