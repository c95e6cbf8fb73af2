"""What documents tells the house."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DocumentStored:
    """A document came into a case."""

    document_id: UUID
    case_id: UUID
    slot: str


@dataclass(frozen=True, slots=True)
class DocumentDeleted:
    """A document was taken out of a case."""

    document_id: UUID
    case_id: UUID
    slot: str
