"""Take a file into a case: look whether it may come in, remake it, keep it, write it down."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.audit import service as audit
from backend.core import attempts, figures
from backend.core.access import Actor
from backend.core.errors import AppError, Conflict, Invalid, TooLarge, Unavailable, UnsupportedMedia
from backend.core.uow import Units, Work
from backend.documents import queries
from backend.documents.errors import DocumentsFull, MemberUnknown, SlotUnknown
from backend.documents.events import DocumentStored
from backend.documents.models import Document
from backend.documents.ports import CaseRef, DocumentKit, FileStore
from backend.documents.rules.slots import MAX_DOCUMENTS, declared_kind
from backend.documents.service.images import Limits, Prepared, prepare

# Each costs a tenth of a second of CPU, also one that is deleted or refused afterwards.
UPLOADS: Final = attempts.Limit("document-upload", 600, timedelta(days=1))

# Refusals of one file among several; who may not come in at all is told so once.
_OF_ONE_FILE = (Invalid, TooLarge, UnsupportedMedia, Unavailable, Conflict)


@dataclass(frozen=True, slots=True)
class Upload:
    """What came, for which case, slot and person; `file_name` and `media_type` as claimed."""

    case_id: UUID
    slot: str
    member_id: UUID | None
    data: bytes
    file_name: str | None = None
    media_type: str | None = None


def upload(units: Units, kit: DocumentKit, actor: Actor, came: Upload) -> Document:
    """Store one document; its file name is looked at and not kept.

    Raises what `CaseAccess.require_upload` and `prepare` raise, SlotUnknown, MemberUnknown,
    DocumentsFull, TooManyAttempts after 600 files of one person a day.

    The image work and the files come before the write; files of a write that then fails are swept.
    """
    ready = _make_ready(units, kit, actor, came)
    with units.last() as work:
        return _store(work, kit, actor, ready)


def upload_several(
    units: Units, kit: DocumentKit, actor: Actor, came: Sequence[Upload]
) -> list[Document | AppError]:
    """As `upload`, many at once: each is stored or refused by itself, told in their order."""
    ready: list[_Ready | AppError] = []
    for one in came:
        try:
            ready.append(_make_ready(units, kit, actor, one))
        except _OF_ONE_FILE as refused:
            ready.append(refused)
    with units.last() as work:
        return [_stored(work, kit, actor, one) for one in ready]


def _stored(
    work: Work, kit: DocumentKit, actor: Actor, one: _Ready | AppError
) -> Document | AppError:
    if isinstance(one, AppError):
        return one
    try:
        return _store(work, kit, actor, one)
    except _OF_ONE_FILE as refused:
        return refused


@dataclass(frozen=True, slots=True)
class _Ready:
    """A file that is remade and kept, and has only to be written down."""

    came: Upload
    id: UUID
    prepared: Prepared
    full_key: str
    thumb_key: str | None


def _make_ready(units: Units, kit: DocumentKit, actor: Actor, came: Upload) -> _Ready:
    with units.read() as work:
        case = _require_room(work, kit, actor, came)
    attempts.spend(units, UPLOADS, str(actor.id))
    prepared = prepare(
        came.data,
        Limits(pdf=case.takes_pdf(came.slot)),
        declared_kind(came.file_name, came.media_type),
    )
    document_id = units.kit.make_id()
    return _Ready(came, document_id, prepared, *_keep(kit.files, document_id, prepared))


def _store(work: Work, kit: DocumentKit, actor: Actor, ready: _Ready) -> Document:
    came, prepared = ready.came, ready.prepared
    # Again: the case may have moved while the photo was worked on.
    case = _require_room(work, kit, actor, came)
    document = Document(
        id=ready.id,
        county=case.county,
        case_id=case.id,
        member_id=came.member_id,
        slot=came.slot,
        media_type=prepared.media_type,
        size=len(prepared.full),
        width=prepared.width,
        height=prepared.height,
        pages=prepared.pages,
        sha256=hashlib.sha256(prepared.full).digest(),
        uploaded_by=actor.id,
        uploaded_as=actor.label,
        full_key=ready.full_key,
        thumb_key=ready.thumb_key,
    )
    work.session.add(document)
    audit.record(
        work,
        actor,
        "document.stored",
        f"document:{document.id}",
        case=case.id,
        county=case.county,
        slot=document.slot,
        sha256=document.sha256.hex(),
    )
    work.emit(DocumentStored(document.id, case.id, document.slot))
    work.after_commit(figures.DOCUMENTS.labels(document.media_type).inc)
    work.session.flush()  # the answer shows what the database filled in
    return document


def _require_room(work: Work, kit: DocumentKit, actor: Actor, came: Upload) -> CaseRef:
    case = kit.access.require_upload(work, actor, came.case_id)
    if came.slot not in case.slots:
        raise SlotUnknown(path="/slot")
    if came.member_id is not None and came.member_id not in case.members:
        raise MemberUnknown(path="/memberId")
    if queries.count_of_case(work, case.id) >= MAX_DOCUMENTS:
        raise DocumentsFull(max_documents=MAX_DOCUMENTS)
    return case


def _keep(files: FileStore, document_id: UUID, prepared: Prepared) -> tuple[str, str | None]:
    full_key = f"{document_id.hex}-full"
    files.put(full_key, prepared.full)
    if prepared.thumb is None:
        return full_key, None
    thumb_key = f"{document_id.hex}-thumb"
    files.put(thumb_key, prepared.thumb)
    return full_key, thumb_key
