"""Remake an untrusted PDF of its pages alone: no scripts, no attached files, no metadata."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from backend.documents.errors import PdfBroken, PdfLocked, PdfTooLong

if TYPE_CHECKING:
    import pikepdf

_MAX_OBJECTS: Final = 20_000
# On pages and what hangs on them: actions, attached files, private data of programs, metadata.
_DROPPED: Final = ("/AA", "/A", "/AF", "/Annots", "/B", "/Metadata", "/PieceInfo", "/PresSteps")


def bare_pdf(data: bytes, max_pages: int) -> tuple[bytes, int]:
    """The PDF with its pages only, forms and notes painted into them, and how many there are.

    Raises PdfBroken, PdfLocked (a password, be it only against printing), PdfTooLong.
    """
    # Imported here: it takes a tenth of a second, and PDFs are rare.
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as source:
            return _of_pages(source, max_pages)
    except pikepdf.PasswordError as locked:
        raise PdfLocked() from locked
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, LookupError) as broken:
        raise PdfBroken() from broken


def _of_pages(source: pikepdf.Pdf, max_pages: int) -> tuple[bytes, int]:
    import pikepdf

    if source.is_encrypted:
        raise PdfLocked()
    pages = len(source.pages)
    if pages > max_pages:
        raise PdfTooLong(max_pages=max_pages)
    if not pages or len(source.objects) > _MAX_OBJECTS:
        raise PdfBroken()
    source.generate_appearance_streams()
    source.flatten_annotations("print")
    with pikepdf.new() as bare:
        for page in source.pages:
            for key in _DROPPED:
                if key in page.obj:
                    del page.obj[key]
            bare.pages.append(page)
        _drop_metadata(bare)
        out = io.BytesIO()
        bare.save(out, deterministic_id=True)
    return out.getvalue(), pages


def _drop_metadata(document: pikepdf.Pdf) -> None:
    import pikepdf

    for thing in document.objects:
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for key in ("/Metadata", "/PieceInfo", "/AF", "/AA"):
                if key in thing:
                    del thing[key]
