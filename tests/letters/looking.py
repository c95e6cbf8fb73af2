"""What a reader sees of a PDF: its text, its pages as pictures, the QR code on them."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import zxingcpp
from PIL.Image import Image

SCREENS = Path(__file__).parents[2] / "build" / "screens"


def text_of(pdf: bytes) -> str:
    """Everything that is written, without the ends of lines."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return "".join(pages).replace("\r\n", "").replace("\n", "").replace("\ufffe", "")


def pages_of(pdf: bytes, *, scale: float = 2.0) -> list[Image]:
    document = pypdfium2.PdfDocument(pdf)
    pictures = [page.render(scale=scale).to_pil() for page in document]
    document.close()
    return pictures


def codes_of(pdf: bytes) -> list[str]:
    """What each page's QR code says, where it has one."""
    return [found.text for page in pages_of(pdf) for found in zxingcpp.read_barcodes(page)]


def keep(name: str, pdf: bytes) -> None:
    """The pages as pictures, for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages_of(pdf, scale=1.3), start=1):
        page.save(SCREENS / f"letter-{name}-{number}.png")
