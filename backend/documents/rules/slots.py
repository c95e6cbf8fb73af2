"""What a place for documents takes; which slots a case has, its programme says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MAX_DOCUMENTS: Final = 60
MAX_FILE_BYTES: Final = 10 * 1024 * 1024
OTHER_SLOT: Final = "other"  # of an application: what fits none of its programme's slots

# Of an application: the card's face and text are read by machine, so it must be a photo.
PHOTO_ONLY_SLOTS: Final = frozenset({"id_card"})

JPEG: Final = "image/jpeg"
PDF: Final = "application/pdf"

_EXTENSIONS: Final[Mapping[str, str]] = {
    "jpg": "image",
    "jpeg": "image",
    "png": "image",
    "heic": "image",
    "heif": "image",
    "gif": "image",
    "webp": "image",
    "bmp": "image",
    "pdf": "pdf",
}


def declared_kind(file_name: str | None, media_type: str | None) -> str | None:
    """The kind (image, pdf) that the file's name claims, else its media type; None: neither."""
    ending = (file_name or "").rpartition(".")[2].lower()
    if ending in _EXTENSIONS:
        return _EXTENSIONS[ending]
    declared = (media_type or "").lower()
    if declared.startswith("image/"):
        return "image"
    return "pdf" if declared == PDF else None
