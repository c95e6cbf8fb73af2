"""The use cases of documents on both databases."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from backend.audit.models import AuditRow
from backend.core.access import Actor
from backend.core.clocks import FixedClock
from backend.core.errors import Conflict, NotFound, StaleVersion
from backend.core.uow import Listeners, Units
from backend.documents import queries, service
from backend.documents.errors import (
    DocumentsFull,
    FileDamaged,
    FileTypeMismatch,
    ImageBroken,
    MemberUnknown,
    PhotoOnly,
    SlotUnknown,
)
from backend.documents.events import DocumentDeleted, DocumentStored
from backend.documents.models import Document
from backend.documents.ports import CaseRef, DocumentKit
from backend.documents.rules.slots import MAX_DOCUMENTS
from backend.documents.service import Upload
from backend.documents.tasks import sweep_files
from tests.documents.conftest import MEMBER
from tests.factories.pictures import corners, jpeg, pdf
from tests.fakes.documents import FakeCaseAccess, MemoryFileStore

PHOTO = jpeg(corners())


@pytest.fixture
def came(case: CaseRef) -> Upload:
    return Upload(case.id, "household_register", MEMBER, PHOTO, "户口簿.jpg", "image/jpeg")


@pytest.fixture
def stored(units: Units, kit: DocumentKit, owner: Actor, came: Upload) -> Document:
    return service.upload(units, kit, owner, came)


def actions_of(units: Units) -> list[str]:
    with units.read() as work:
        return list(work.session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def rows_of(units: Units) -> int:
    with units.read() as work:
        return work.session.scalar(select(func.count()).select_from(Document)) or 0


def test_an_upload_is_remade_kept_and_written_down(
    units: Units,
    kit: DocumentKit,
    owner: Actor,
    came: Upload,
    case: CaseRef,
    files: MemoryFileStore,
    listeners: Listeners,
) -> None:
    heard: list[DocumentStored] = []
    listeners.on(DocumentStored, lambda work, event: heard.append(event))
    document = service.upload(units, kit, owner, came)
    with units.read() as work:
        kept = queries.get(work, document.id)
        assert (kept.case_id, kept.member_id, kept.county) == (case.id, MEMBER, "610303")
        assert (kept.slot, kept.media_type, kept.state) == (
            "household_register",
            "image/jpeg",
            "stored",
        )
        assert (kept.width, kept.height, kept.pages) == (320, 240, None)
        assert (kept.uploaded_by, kept.uploaded_as) == (owner.id, "citizen")
        full = files.get(kept.full_key)
        assert kept.size == len(full)
        assert kept.sha256 == hashlib.sha256(full).digest()
        assert kept.thumb_key is not None
        assert len(files.get(kept.thumb_key)) < len(full)
    assert actions_of(units) == ["document.stored"]
    assert heard == [DocumentStored(document.id, case.id, "household_register")]


def test_the_name_on_the_phone_is_kept_nowhere(units: Units, stored: Document) -> None:
    with units.read() as work:
        kept = queries.get(work, stored.id)
    assert "户口簿" not in str(vars(kept))


def test_a_pdf_has_pages_and_no_thumbnail(
    units: Units, kit: DocumentKit, owner: Actor, came: Upload
) -> None:
    paper = replace(came, slot="income_proof", data=pdf(2), file_name="p.pdf", media_type=None)
    document = service.upload(units, kit, owner, paper)
    assert (document.media_type, document.pages, document.width) == ("application/pdf", 2, None)
    assert document.variants == ["full"]
    with pytest.raises(NotFound):
        service.content(units, kit, owner, document.id, "thumb")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"slot": "passport"}, SlotUnknown),
        ({"member_id": uuid4()}, MemberUnknown),
        ({"case_id": uuid4()}, NotFound),
        ({"data": PHOTO[:500]}, ImageBroken),
        ({"data": pdf(), "file_name": "x.jpg"}, FileTypeMismatch),
        ({"data": pdf(), "file_name": "x.pdf", "slot": "id_card"}, PhotoOnly),
    ],
    ids=["slot", "member", "case", "broken", "mismatch", "photo-only"],
)
def test_a_refused_upload_leaves_nothing(
    units: Units,
    kit: DocumentKit,
    owner: Actor,
    came: Upload,
    files: MemoryFileStore,
    change: dict[str, object],
    refusal: type[Exception],
) -> None:
    with pytest.raises(refusal):
        service.upload(units, kit, owner, replace(came, **change))  # type: ignore[arg-type]
    assert files.kept == {}
    assert rows_of(units) == 0


def test_another_slot_takes_what_fits_nowhere(
    units: Units, kit: DocumentKit, owner: Actor, came: Upload
) -> None:
    document = service.upload(units, kit, owner, replace(came, slot="other", member_id=None))
    assert document.member_id is None


def test_another_citizen_is_told_that_there_is_no_such_case(
    units: Units, kit: DocumentKit, owner: Actor, came: Upload, stored: Document
) -> None:
    stranger = replace(owner, id=uuid4())
    with pytest.raises(NotFound):
        service.upload(units, kit, stranger, came)
    with pytest.raises(NotFound):
        service.content(units, kit, stranger, stored.id, "full")
    with units.read() as work, pytest.raises(NotFound):
        service.get(work, kit, stranger, stored.id)


def test_a_case_that_closed_while_the_photo_was_worked_on_takes_nothing_more(
    units: Units,
    kit: DocumentKit,
    owner: Actor,
    came: Upload,
    access: FakeCaseAccess,
    files: MemoryFileStore,
    clock: FixedClock,
) -> None:
    access.closes_after = 2
    with pytest.raises(Conflict):
        service.upload(units, kit, owner, came)
    assert rows_of(units) == 0
    assert len(files.kept) == 2
    assert sweep_files(units, kit) == 0
    clock.advance(hours=1, seconds=1)
    assert sweep_files(units, kit) == 2
    assert files.kept == {}


def test_the_sweep_leaves_what_belongs_to_a_document(
    units: Units, kit: DocumentKit, stored: Document, files: MemoryFileStore, clock: FixedClock
) -> None:
    files.put("0" * 32 + "-full", b"of nobody")
    clock.advance(days=1)
    assert sweep_files(units, kit) == 1
    assert set(files.kept) == {stored.full_key, stored.thumb_key}


def test_documents_of_a_case_are_bounded(
    units: Units, kit: DocumentKit, owner: Actor, came: Upload, stored: Document
) -> None:
    with units.write() as work:
        for number in range(MAX_DOCUMENTS - 1):
            columns = {
                c.key: getattr(stored, c.key)
                for c in Document.__table__.columns
                if c.key not in {"id", "full_key", "thumb_key", "version", "created_at"}
            }
            work.session.add(Document(full_key=f"copy-{number}-full", **columns))
    with pytest.raises(DocumentsFull) as full:
        service.upload(units, kit, owner, came)
    assert full.value.params == {"max_documents": 60}


def test_the_owner_reads_both_variants_without_being_audited(
    units: Units, kit: DocumentKit, owner: Actor, stored: Document, files: MemoryFileStore
) -> None:
    full = service.content(units, kit, owner, stored.id, "full")
    thumb = service.content(units, kit, owner, stored.id, "thumb")
    assert full.data == files.get(stored.full_key)
    assert (full.media_type, thumb.media_type) == ("image/jpeg", "image/jpeg")
    assert len(thumb.data) < len(full.data)
    assert actions_of(units) == ["document.stored"]


def test_a_look_by_staff_is_audited(
    units: Units, kit: DocumentKit, officer: Actor, stored: Document
) -> None:
    service.content(units, kit, officer, stored.id, "thumb")
    service.content(units, kit, officer, stored.id, "full")
    assert actions_of(units) == ["document.stored", "document.read"]


def test_a_damaged_file_is_told_and_noted(
    units: Units, kit: DocumentKit, owner: Actor, stored: Document, files: MemoryFileStore
) -> None:
    files.delete(stored.full_key)
    with pytest.raises(FileDamaged):
        service.content(units, kit, owner, stored.id, "full")
    assert actions_of(units)[-1] == "document.damaged"


def test_deleting_removes_the_files_after_the_commit(
    units: Units,
    kit: DocumentKit,
    owner: Actor,
    stored: Document,
    files: MemoryFileStore,
    listeners: Listeners,
) -> None:
    heard: list[DocumentDeleted] = []
    listeners.on(DocumentDeleted, lambda work, event: heard.append(event))
    with units.write() as work:
        gone = service.delete(work, kit, owner, stored.id, stored.version)
        assert gone.deleted_at == work.wall.now()
        assert len(files.kept) == 2
    assert files.kept == {}
    assert [event.document_id for event in heard] == [stored.id]
    assert actions_of(units) == ["document.stored", "document.deleted"]
    with units.read() as work:
        assert queries.of_case(work, stored.case_id) == []
        with pytest.raises(NotFound):
            service.get(work, kit, owner, stored.id)


def test_a_deletion_that_is_rolled_back_keeps_the_files(
    units: Units, kit: DocumentKit, owner: Actor, stored: Document, files: MemoryFileStore
) -> None:
    def failing() -> None:
        with units.write() as work:
            service.delete(work, kit, owner, stored.id, stored.version)
            raise Conflict

    with pytest.raises(Conflict):
        failing()
    assert len(files.kept) == 2
    with units.read() as work:
        assert queries.get(work, stored.id).state == "stored"


def test_deleting_needs_an_open_case_and_the_version_that_was_seen(
    units: Units,
    kit: DocumentKit,
    owner: Actor,
    stored: Document,
    access: FakeCaseAccess,
) -> None:
    with units.write() as work, pytest.raises(StaleVersion):
        service.delete(work, kit, owner, stored.id, stored.version + 1)
    access.is_open = False
    with units.write() as work, pytest.raises(Conflict):
        service.delete(work, kit, owner, stored.id, stored.version)
