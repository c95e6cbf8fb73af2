"""Turn an untrusted upload into what is kept: an upright JPEG without metadata, or a bare PDF.

Pure but for the memory it takes; runs outside any unit of work.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image

from backend.documents.errors import (
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotTaken,
    ImageBroken,
    ImagesBusy,
    PhotoOnly,
)
from backend.documents.rules.images import MAX_IMAGE_PIXELS, fitted, opened, upright_rgb
from backend.documents.rules.slots import JPEG, MAX_FILE_BYTES, PDF
from backend.documents.service.pdf import bare_pdf

Kind = Literal["image", "pdf"]

_FORMATS: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/heif": "HEIF"}
_ALSO_CALLED: Final = {"image/heic": "image/heif", "image/heif-sequence": "image/heif"}
# Decoding is asked to keep this much, so that 1/2 of a usual phone photo is enough.
_DECODED_LONG_SIDE: Final = 1600
_FULL_QUALITY: Final = 85
_THUMB_QUALITY: Final = 75
# A 50-megapixel PNG takes some 400 MB for a second: two at a time, whatever comes in.
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_WAIT_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a slot takes; sizes in bytes and pixels."""

    max_bytes: int = MAX_FILE_BYTES
    max_pixels: int = MAX_IMAGE_PIXELS
    full_side: int = 2016
    thumb_side: int = 320
    max_pages: int = 20
    pdf: bool = True


@dataclass(frozen=True, slots=True)
class Prepared:
    """What will be stored: `full` (JPEG or PDF), its thumbnail (photos only), its measures."""

    media_type: str
    full: bytes
    thumb: bytes | None
    width: int | None = None
    height: int | None = None
    pages: int | None = None


def prepare(data: bytes, limits: Limits, declared: str | None = None) -> Prepared:
    """Judge a file by its content and remake it; `declared` is "image" or "pdf" as the name claims.

    Raises FileEmpty, FileTooLarge, FileTypeNotTaken, FileTypeMismatch, PhotoOnly, ImageTooLarge,
    ImageBroken, PdfBroken, PdfLocked, PdfTooLong, ImagesBusy.
    """
    if not data:
        raise FileEmpty()
    if len(data) > limits.max_bytes:
        raise FileTooLarge(max_mb=limits.max_bytes // 1024**2)
    found = sniff(data)
    kind: Kind = "pdf" if found == PDF else "image"
    if declared is not None and declared != kind:
        raise FileTypeMismatch(declared=declared, found=kind)
    if kind == "pdf":
        if not limits.pdf:
            raise PhotoOnly()
        full, pages = bare_pdf(data, limits.max_pages)
        return Prepared(PDF, full, None, pages=pages)
    return prepare_image(data, limits, _FORMATS[found])


def prepare_image(data: bytes, limits: Limits, image_format: str) -> Prepared:
    """An upright JPEG of at most `full_side` pixels and its thumbnail: pixels and nothing else."""
    with _a_place():
        with opened(data, (image_format,), limits.max_pixels) as image:
            full = upright_rgb(image, _DECODED_LONG_SIDE, limits.full_side)
        thumb = fitted(full, limits.thumb_side)
        return Prepared(
            JPEG,
            _bare_jpeg(full, _FULL_QUALITY),
            _bare_jpeg(thumb, _THUMB_QUALITY),
            full.width,
            full.height,
        )


def sniff(data: bytes) -> str:
    """The media type that the content has, one of those taken; raises FileTypeNotTaken."""
    # Imported here: its tables take a moment, and most requests bring no file.
    import puremagic

    try:
        matches = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError) as unknown:
        raise FileTypeNotTaken() from unknown
    # HEIC shares its first bytes with video, so the best match alone does not do.
    for match in matches:
        name = str(_ALSO_CALLED.get(match.mime_type, match.mime_type))
        if name in _FORMATS or name == PDF:
            return name
    raise FileTypeNotTaken()


def _bare_jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    try:
        # Each empty, or the encoder takes over what the source had.
        image.save(out, "JPEG", quality=quality, exif=b"", icc_profile=None, comment=b"")
    except OSError as refused:
        raise ImageBroken() from refused
    return out.getvalue()


@contextmanager
def _a_place() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_WAIT_S):
        raise ImagesBusy(retry_after=5)
    try:
        yield
    finally:
        _AT_ONCE.release()
