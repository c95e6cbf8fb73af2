"""What documents needs from others: a place for files, and who may see which case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from backend.core.access import Actor
from backend.core.uow import Work


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as this room knows it: which slots it has, which of them take photos only, and
    whose documents may lie in them.
    """

    id: UUID
    county: str
    slots: frozenset[str]
    members: frozenset[UUID]
    photo_only: frozenset[str] = frozenset()

    def takes_pdf(self, slot: str) -> bool:
        """Whether the slot takes a PDF beside photos."""
        return slot not in self.photo_only


class CaseAccess(Protocol):
    """Who may do what with a case's documents; filled by `app`.

    Each raises what the case's own room raises: NotFound for another's case, Forbidden for staff
    beyond their place, Conflict where the case is in the wrong state.
    """

    def require_upload(self, work: Work, actor: Actor, case_id: UUID) -> CaseRef: ...

    def require_read(self, work: Work, actor: Actor, case_id: UUID, document_id: UUID) -> CaseRef:
        """`document_id` is what somebody wants to see: not all of a case is for the same eyes."""
        ...

    def require_delete(self, work: Work, actor: Actor, case_id: UUID) -> CaseRef: ...


class FileStore(Protocol):
    """Keeps bytes under keys of lower-case letters, digits and dashes, encrypted at rest."""

    def put(self, key: str, plain: bytes) -> None:
        """Keep whole or not at all; durable when it returns."""
        ...

    def get(self, key: str) -> bytes:
        """The bytes; raises FileDamaged where they are gone, cut or changed."""
        ...

    def delete(self, key: str) -> None:
        """Forget; nothing happens where there is no such key."""
        ...

    def keys_before(self, moment: datetime) -> Iterator[str]:
        """The keys kept before `moment`, in no order."""
        ...


@dataclass(frozen=True, slots=True)
class DocumentKit:
    """What the composition root hands to this room."""

    files: FileStore
    access: CaseAccess
