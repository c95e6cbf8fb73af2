"""What becomes of an uploaded PDF."""

from __future__ import annotations

import io

import pikepdf
import pytest

from backend.documents.errors import PdfBroken, PdfLocked, PdfTooLong
from backend.documents.service.images import Limits, prepare
from backend.documents.service.pdf import bare_pdf
from tests.factories.pictures import pdf


def test_pages_stay_and_nothing_else() -> None:
    source = pdf(3, script=True)
    assert b"JavaScript" in source
    prepared = prepare(source, Limits(), "pdf")
    assert prepared.media_type == "application/pdf"
    assert prepared.pages == 3
    assert prepared.thumb is None
    with pikepdf.open(io.BytesIO(prepared.full)) as kept:
        assert len(kept.pages) == 3
        assert set(kept.Root.keys()) == {"/Pages", "/Type"}
        assert not kept.attachments
        assert "/Author" not in kept.docinfo
    assert b"alert" not in prepared.full
    assert b"evil" not in prepared.full


def test_actions_and_attached_files_of_a_page_go_but_a_filled_form_stays_to_be_read() -> None:
    out = io.BytesIO()
    with pikepdf.new() as source:
        page = source.add_blank_page()
        look = source.make_stream(b"0 0 m 99 99 l S")
        look.update(
            pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 100, 20]
            )
        )
        field = source.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Widget,
                FT=pikepdf.Name.Tx,
                T="name",
                F=4,
                Rect=[10, 10, 110, 30],
                AP=pikepdf.Dictionary(N=look),
                A=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(2)"),
            )
        )
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://tracker.example/"),
        )
        page.obj.Annots = pikepdf.Array([field, source.make_indirect(link)])
        page.obj.AA = pikepdf.Dictionary(
            O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(3)")
        )
        source.Root.AcroForm = pikepdf.Dictionary(Fields=[field])
        source.save(out)
    kept, pages = bare_pdf(out.getvalue(), 20)
    assert pages == 1
    for gone in (b"alert", b"tracker", b"/AA", b"/Annots", b"AcroForm"):
        assert gone not in kept
    with pikepdf.open(io.BytesIO(kept)) as read:
        (look_kept,) = read.pages[0].Resources.XObject.values()
        assert look_kept.read_bytes() == b"0 0 m 99 99 l S"
        page_kept = read.pages[0]
        page_kept.contents_coalesce()
        assert b" Do" in page_kept.Contents.read_bytes()


@pytest.mark.parametrize("script", [False, True])
def test_a_password_locks(script: bool) -> None:
    with pytest.raises(PdfLocked):
        bare_pdf(pdf(password="secret", script=script), 20)


def test_a_pdf_that_is_only_locked_against_change_is_refused_too() -> None:
    out = io.BytesIO()
    with pikepdf.new() as source:
        source.add_blank_page()
        source.save(out, encryption=pikepdf.Encryption(owner="o", user=""))
    with pytest.raises(PdfLocked):
        bare_pdf(out.getvalue(), 20)


def test_pages_are_bounded() -> None:
    assert bare_pdf(pdf(20), 20)[1] == 20
    with pytest.raises(PdfTooLong) as long:
        bare_pdf(pdf(21), 20)
    assert long.value.params == {"max_pages": 20}


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_a_cut_pdf_is_broken(kept: float) -> None:
    whole = pdf(3)
    with pytest.raises(PdfBroken):
        bare_pdf(whole[: int(len(whole) * kept)], 20)


def test_a_pdf_without_pages_is_broken() -> None:
    with pytest.raises(PdfBroken):
        bare_pdf(pdf(0), 20)
