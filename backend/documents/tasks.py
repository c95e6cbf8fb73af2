"""Jobs of documents."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from backend.core.uow import Units
from backend.documents import service
from backend.documents.ports import DocumentKit

SWEEP_EVERY: Final = timedelta(hours=1)


def sweep_files(units: Units, kit: DocumentKit) -> int:
    """Delete the files that belong to no document; returns how many."""
    return service.sweep(units, kit)
