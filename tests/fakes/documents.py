"""Fakes behind the ports of documents: files in memory, and a case with an owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backend.core.access import Actor
from backend.core.clocks import WallClock
from backend.core.errors import Conflict, NotFound
from backend.core.uow import Work
from backend.documents.errors import FileDamaged
from backend.documents.ports import CaseRef


class MemoryFileStore:
    """Files in a dictionary, with the time at which each was kept."""

    def __init__(self, clock: WallClock) -> None:
        self.kept: dict[str, tuple[datetime, bytes]] = {}
        self._clock = clock

    def put(self, key: str, plain: bytes) -> None:
        self.kept[key] = (self._clock.now(), plain)

    def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise FileDamaged()
        return self.kept[key][1]

    def delete(self, key: str) -> None:
        self.kept.pop(key, None)

    def keys_before(self, moment: datetime) -> Iterator[str]:
        return iter([key for key, (at, _) in self.kept.items() if at < moment])


@dataclass
class FakeCaseAccess:
    """One case: its owner may change it while it is open, staff may read it."""

    case: CaseRef
    owner: Actor
    is_open: bool = True
    asked: list[str] = field(default_factory=list)
    closes_after: int | None = None

    def require_upload(self, work: Work, actor: Actor, case_id: UUID) -> CaseRef:
        return self._change("upload", actor, case_id)

    def require_delete(self, work: Work, actor: Actor, case_id: UUID) -> CaseRef:
        return self._change("delete", actor, case_id)

    def require_read(self, work: Work, actor: Actor, case_id: UUID, document_id: UUID) -> CaseRef:
        self.asked.append("read")
        if not actor.is_staff:
            self._require_owner(actor)
        return self._found(case_id)

    def _change(self, what: str, actor: Actor, case_id: UUID) -> CaseRef:
        self.asked.append(what)
        self._require_owner(actor)
        if not self.is_open or len(self.asked) == self.closes_after:
            raise Conflict()
        return self._found(case_id)

    def _require_owner(self, actor: Actor) -> None:
        if actor.id != self.owner.id:
            raise NotFound()

    def _found(self, case_id: UUID) -> CaseRef:
        if case_id != self.case.id:
            raise NotFound()
        return self.case
