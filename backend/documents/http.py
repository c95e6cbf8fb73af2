"""Doors of documents: upload, look, read, delete."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Response
from werkzeug.datastructures import FileStorage

from backend.documents import errors, schemas, service
from backend.documents.models import Document
from backend.documents.ports import DocumentKit
from backend.documents.rules.slots import JPEG, MAX_FILE_BYTES, PDF
from backend.web import Doors, actor, if_match, units, with_etag, work
from backend.web.context import extension
from backend.web.doors import CITIZENS, STAFF
from backend.web.leads import current, lead
from backend.web.uploads import keep_off_the_disk

blp = Doors("documents", __name__, url_prefix="/api/v1", description="Photos and papers of a case")

# A file that is somewhat too large still gets the sentence that names the bound.
_BODY_KB = MAX_FILE_BYTES // 1024 + 2048
_BINARY = {"schema": {"type": "string", "format": "binary"}}


blp.before_request(keep_off_the_disk)


def _kit() -> DocumentKit:
    return cast(DocumentKit, extension("documents"))


@blp.post("/documents")
@blp.door(
    "uploadDocument",
    CITIZENS | STAFF,
    problems=[
        errors.FileEmpty,
        errors.FileTooLarge,
        errors.FileTypeNotTaken,
        errors.FileTypeMismatch,
        errors.PhotoOnly,
        errors.ImageTooLarge,
        errors.ImageBroken,
        errors.ImagesBusy,
        errors.PdfBroken,
        errors.PdfLocked,
        errors.PdfTooLong,
        errors.SlotUnknown,
        errors.MemberUnknown,
        errors.DocumentsFull,
        errors.DocumentsClosed,
    ],
    idempotent=True,
    etag=True,
    leads={
        "getDocument": lead(document_id="id"),
        "getDocumentContent": lead(document_id="id"),
        "deleteDocument": current(document_id="id"),
    },
    body_kb=_BODY_KB,
)
@blp.arguments(schemas.DocumentForm, location="form")
@blp.arguments(schemas.DocumentFile, location="files")
@blp.response(201, schemas.DocumentView)
def upload_document(form: dict[str, Any], files: dict[str, FileStorage]) -> Document:
    """Put a photo or a PDF into a slot of a case."""
    file = files["file"]
    came = service.Upload(
        **form, data=file.stream.read(), file_name=file.filename, media_type=file.mimetype
    )
    return with_etag(service.upload(units(), _kit(), actor(), came))


@blp.get("/documents/<uuid:document_id>")
@blp.door("getDocument", CITIZENS | STAFF, etag=True)
@blp.response(200, schemas.DocumentView)
def get_document(document_id: UUID) -> Document:
    """What is stored about a document."""
    return with_etag(service.get(work(), _kit(), actor(), document_id))


@blp.get("/documents/<uuid:document_id>/content")
@blp.door("getDocumentContent", CITIZENS | STAFF, problems=[errors.FileDamaged])
@blp.doc(responses={200: {"description": "The file", "content": {JPEG: _BINARY, PDF: _BINARY}}})
@blp.arguments(schemas.ContentQuery, location="query")
def get_document_content(query: dict[str, str], document_id: UUID) -> Response:
    """The document itself, or its thumbnail."""
    found = service.content(units(), _kit(), actor(), document_id, query["variant"])
    return Response(
        found.data,
        mimetype=found.media_type,
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
        },
    )


@blp.delete("/documents/<uuid:document_id>")
@blp.door("deleteDocument", CITIZENS | STAFF, problems=[errors.DocumentsClosed], versioned=True)
@blp.response(204)
def delete_document(document_id: UUID) -> None:
    """Take a document out of a case that is still open to changes."""
    service.delete(work(), _kit(), actor(), document_id, if_match())
