"""Use cases of documents: the room's public door."""

from backend.documents.service.files import Content, content, damaged, delete, get, sweep
from backend.documents.service.images import Limits, Prepared, prepare, prepare_image
from backend.documents.service.upload import Upload, upload, upload_several

__all__ = [
    "Content",
    "Limits",
    "Prepared",
    "Upload",
    "content",
    "damaged",
    "delete",
    "get",
    "prepare",
    "prepare_image",
    "sweep",
    "upload",
    "upload_several",
]
