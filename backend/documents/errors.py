"""What can go wrong with a photo or a file."""

from __future__ import annotations

from backend.core.errors import Conflict, Invalid, TooLarge, Unavailable, UnsupportedMedia


class FileEmpty(Invalid):
    """Nothing came with the form."""

    code = "file_empty"


class FileTooLarge(TooLarge):
    """More bytes than a file may have; `max_mb`."""

    code = "file_too_large"


class FileTypeNotTaken(UnsupportedMedia):
    """Neither a photo nor, where allowed, a PDF."""

    code = "file_type_not_taken"


class FileTypeMismatch(UnsupportedMedia):
    """The name or the declared type says one kind, the content is another; `declared`, `found`."""

    code = "file_type_mismatch"


class PhotoOnly(UnsupportedMedia):
    """A PDF where the slot takes photos only."""

    code = "photo_only"


class ImageTooLarge(TooLarge):
    """More pixels than are decoded; `max_megapixels`."""

    code = "image_too_large"


class ImageBroken(Invalid):
    """An image that ends early or cannot be decoded."""

    code = "image_broken"


class PdfBroken(Invalid):
    """A PDF that cannot be opened."""

    code = "pdf_broken"


class PdfLocked(Invalid):
    """A PDF behind a password."""

    code = "pdf_locked"


class PdfTooLong(Invalid):
    """More pages than a PDF may have; `max_pages`."""

    code = "pdf_too_long"


class SlotUnknown(Invalid):
    """There is no such slot."""

    code = "slot_unknown"


class DocumentsFull(Conflict):
    """The case holds as many files as it may; `max_documents`."""

    code = "documents_full"


class FileDamaged(Unavailable):
    """A stored file is gone or was changed on disk; staff restore it from a backup."""

    code = "file_damaged"


class ImagesBusy(Unavailable):
    """More photos are being worked on than the machine has room for."""

    code = "images_busy"


class MemberUnknown(Invalid):
    """The case has no such person."""

    code = "document_member_unknown"


class DocumentsClosed(Conflict):
    """The case is beyond the state in which papers are added or taken out."""

    code = "documents_closed"
