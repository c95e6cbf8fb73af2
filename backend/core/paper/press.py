"""Prints sheets as one PDF whose fonts hold the signs that are used and no more; the same sheets
make the same bytes, so that a hash can be kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import qrcode

from backend.core.errors import Unavailable
from backend.core.paper.fonts import faces, runs
from backend.core.paper.layout import HEIGHT, WIDTH, Code, Mark, Rule, Stroke, Words, lay_out
from backend.core.paper.sheet import Foot, Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

# A PDF says when it was made; what was printed when stands in the letter itself.
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_WAIT_S: Final = 20.0
_HEAVY: Final = 0.028  # the title's outline, as a part of its size


class PressBusy(Unavailable):
    """Two are being printed already, and have been for a while."""

    code = "press_busy"


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and how many pages it has."""

    pdf: bytes
    pages: int


def press(letters: Sequence[tuple[Sheet, Foot]], *, title: str) -> Printed:
    """One PDF of these letters, each on pages of its own; raises PressBusy."""
    pages = [page for sheet, foot in letters for page in lay_out(sheet, foot)]
    with _a_place():
        return Printed(_pdf(pages, title), len(pages))


def _pdf(pages: Sequence[Sequence[Mark]], title: str) -> bytes:
    from fpdf import FPDF  # not above: it takes a third of a second, and papers are rare

    pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(_EPOCH)
    pdf.set_producer("Zhangban")
    pdf.set_title(title)
    pdf.set_lang("zh-CN")
    for name in _needed(pages):
        face = next(face for face in faces() if face.name == name)
        pdf.add_font(face.name, fname=face.path)
    for page in pages:
        pdf.add_page()
        for mark in page:
            _draw(pdf, mark)
    return bytes(pdf.output())


def _needed(pages: Iterable[Iterable[Mark]]) -> list[str]:
    """The names of the faces that are used; a font that is not costs time and bytes."""
    used = {
        run.face.name
        for page in pages
        for mark in page
        if isinstance(mark, Words)
        for run in runs(mark.text)
    }
    return [face.name for face in faces() if face.name in used]


def _draw(pdf: FPDF, mark: Mark) -> None:
    if isinstance(mark, Words):
        _words(pdf, mark)
    elif isinstance(mark, Rule):
        pdf.set_line_width(0.6)
        pdf.line(mark.x, mark.y, mark.to_x, mark.to_y)
    elif isinstance(mark, Stroke):
        pdf.set_line_width(1.6)
        pdf.polyline(list(mark.points))
    else:
        _code(pdf, mark)


def _words(pdf: FPDF, mark: Words) -> None:
    if mark.heavy:
        with pdf.local_context(text_mode="FILL_STROKE", line_width=mark.size * _HEAVY):
            _runs(pdf, mark)
    else:
        _runs(pdf, mark)


def _runs(pdf: FPDF, mark: Words) -> None:
    x = mark.x
    for run in runs(mark.text):
        pdf.set_font(run.face.name, size=mark.size)
        pdf.text(x, mark.y, run.text)
        x += sum(run.face.advances[ord(sign)] for sign in run.text) * mark.size


def _code(pdf: FPDF, mark: Code) -> None:
    """The QR code as black bars: sharp at every size, and a tenth of a picture."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(mark.address)
    rows = code.get_matrix()
    side = mark.size / len(rows)
    pdf.set_fill_color(0)
    for number, row in enumerate(rows):
        for first, length in _bars(row):
            x, y = mark.x + first * side, mark.y + number * side
            pdf.rect(x, y, length * side, side * 1.02, style="F")


def _bars(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    first: int | None = None
    for place, dark in enumerate([*row, False]):
        if dark and first is None:
            first = place
        elif not dark and first is not None:
            yield first, place - first
            first = None


@contextmanager
def _a_place() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise PressBusy(retry_after=5)
    try:
        yield
    finally:
        _AT_ONCE.release()
