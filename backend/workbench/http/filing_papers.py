"""窗口代录: papers are scanned, several at once, each to its place."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from backend.core import messages
from backend.core.errors import AppError
from backend.documents import service as documents
from backend.documents.errors import FileEmpty
from backend.documents.service import Upload
from backend.web import actor, units, work
from backend.web.pages import forms, to, version
from backend.web.problems import sentence_params
from backend.workbench.http.desk import TOWNSHIP, document_kit, pages
from backend.workbench.http.filing import at, filing_page

_FORM_KB: Final = 40 * 1024  # some twenty scans; kept in memory while they are looked at
_FORM: Final = "deskFilePapers"


@pages.page("/filings/<uuid:application_id>/papers", "deskFilingPapers", TOWNSHIP)
def papers_page(application_id: UUID) -> str | Response:
    """Every place for a paper, what lies there, and what is missing."""
    return filing_page("papers", application_id)


@pages.act(
    "/filings/<uuid:application_id>/papers", _FORM, TOWNSHIP, shows=papers_page, form_kb=_FORM_KB
)
def add_papers(application_id: UUID) -> str | Response:
    """Keep what can be kept; what cannot is told at its place, and has to be scanned again."""
    sent = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    if not sent:
        raise FileEmpty()
    came = [_upload(application_id, name, file) for name, file in sent]
    done = documents.upload_several(units(), document_kit(), actor(), came)
    refused: dict[str, forms.Fault] = {}
    for (name, file), one in zip(sent, done, strict=True):
        if isinstance(one, AppError):
            refused[name] = _told(file, one, refused.get(name))
    if not refused:
        return to(at(application_id, "papers"), "said_papers_kept")
    forms.point_out(_FORM, "papers_refused", refused)
    return filing_page("papers", application_id)


def _upload(application_id: UUID, name: str, file: FileStorage) -> Upload:
    """The name of a field is `file/SLOT` or `file/SLOT/MEMBER`."""
    _, slot, member = [*name.split("/"), "", ""][:3]
    return Upload(
        case_id=application_id,
        slot=slot,
        member_id=_uuid(member),
        data=file.stream.read(),
        file_name=file.filename,
        media_type=file.mimetype,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return UUID(int=0)  # nobody's


def _told(file: FileStorage, refusal: AppError, before: forms.Fault | None) -> forms.Fault:
    words = messages.say(refusal.code, sentence_params(refusal))
    told = f"{file.filename}：{words.zh}"
    return forms.Fault(f"{before.text} {told}" if before else told, words.zh_next)


@pages.act(
    "/filings/<uuid:application_id>/papers/<uuid:document_id>/removal",
    "deskDropPaper",
    TOWNSHIP,
    shows=lambda application_id, document_id: papers_page(application_id),
)
def drop_paper(application_id: UUID, document_id: UUID) -> Response:
    """Take a scan out again."""
    documents.delete(work(), document_kit(), actor(), document_id, version())
    return to(at(application_id, "papers"), "said_paper_dropped")
