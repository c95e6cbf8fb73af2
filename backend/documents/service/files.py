"""Look at a document, read its content, delete it, and sweep files that belong to none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from backend.audit import service as audit
from backend.core import logs
from backend.core.access import Actor
from backend.core.errors import NotFound
from backend.core.uow import Units, Work
from backend.documents import queries
from backend.documents.errors import FileDamaged
from backend.documents.events import DocumentDeleted
from backend.documents.models import Document
from backend.documents.ports import CaseRef, DocumentKit, FileStore
from backend.documents.rules.slots import JPEG

# An upload that is still under way must not lose its files to the sweep.
ORPHAN_AGE: Final = timedelta(hours=1)
_SWEEP_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of one variant of a document and what they are."""

    data: bytes
    media_type: str


def get(work: Work, kit: DocumentKit, actor: Actor, document_id: UUID) -> Document:
    """A document that the caller may see; raises NotFound or what `require_read` raises."""
    document = _found(work, document_id)
    kit.access.require_read(work, actor, document.case_id, document.id)
    return document


def content(
    units: Units, kit: DocumentKit, actor: Actor, document_id: UUID, variant: str
) -> Content:
    """The content of a document, read when no unit is open; a look by staff is audited.

    Raises NotFound (also for a thumbnail that is not there) and FileDamaged.
    """
    with units.read() as work:
        document = _found(work, document_id)
        case = kit.access.require_read(work, actor, document.case_id, document.id)
        if actor.is_staff and variant == "full":
            work.after_end(lambda after: _record_look(after, actor, case, document_id))
        is_full = variant == "full"
        key = document.full_key if is_full else document.thumb_key
        if key is None:
            raise NotFound()
        media_type = document.media_type if is_full else JPEG
    try:
        data = kit.files.get(key)
    except FileDamaged:
        with units.write() as work:
            _record(work, actor, "document.damaged", case, document_id, variant=variant)
        raise
    return Content(data, media_type)


def delete(work: Work, kit: DocumentKit, actor: Actor, document_id: UUID, version: int) -> Document:
    """Take a document out of its case; its files go once this is committed.

    Raises NotFound, StaleVersion, or what `CaseAccess.require_delete` raises.
    """
    document = queries.get(work, document_id)
    case = kit.access.require_delete(work, actor, document.case_id)
    work.check_version(document, version)
    document.move("delete")
    document.deleted_at = work.wall.now()
    _record(work, actor, "document.deleted", case, document.id, slot=document.slot)
    work.emit(DocumentDeleted(document.id, document.case_id, document.slot))
    for key in filter(None, (document.full_key, document.thumb_key)):
        work.after_commit(lambda key=key: kit.files.delete(key))  # type: ignore[misc]
    return document


def sweep(units: Units, kit: DocumentKit) -> int:
    """Delete files older than an hour that no stored document names; returns how many.

    They come from a crash between the file and its row, or between a deletion and its files.
    """
    swept = 0
    old = kit.files.keys_before(units.wall.now() - ORPHAN_AGE)
    while batch := list(islice(old, _SWEEP_BATCH)):
        with units.read() as work:
            used = queries.keys_in_use(work, batch)
        for key in batch:
            if key not in used:
                kit.files.delete(key)
                swept += 1
    return swept


def _found(work: Work, document_id: UUID) -> Document:
    document = queries.get(work, document_id)
    logs.about_case(document.case_id)
    return document


def damaged(units: Units, files: FileStore) -> Iterator[str]:
    """Every stored document whose file is gone, does not open, or is not what was stored."""
    after: UUID | None = None
    while True:
        with units.read() as work:
            batch = queries.stored_after(work, after, _SWEEP_BATCH)
        for document in batch:
            if not _is_whole(files, document):
                yield f"document {document.id}: its file is damaged or gone"
        if len(batch) < _SWEEP_BATCH:
            return
        after = batch[-1].id


def _is_whole(files: FileStore, document: Document) -> bool:
    try:
        if document.thumb_key:
            files.get(document.thumb_key)
        return hashlib.sha256(files.get(document.full_key)).digest() == document.sha256
    except FileDamaged:
        return False


def _record_look(work: Work, actor: Actor, case: CaseRef, document_id: UUID) -> None:
    _record(work, actor, "document.read", case, document_id)


def _record(
    work: Work, actor: Actor, action: str, case: CaseRef, document_id: UUID, **details: str
) -> None:
    audit.record(
        work,
        actor,
        action,
        f"document:{document_id}",
        case=case.id,
        county=case.county,
        **details,
    )
