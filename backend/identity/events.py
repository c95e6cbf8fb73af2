"""What identity tells the rooms above it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Told:
    """A message `code` was left for an account, or for whoever proves to be a person."""

    code: str
    account: UUID | None
    person: UUID | None
    about: UUID | None
