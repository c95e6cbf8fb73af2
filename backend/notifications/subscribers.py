"""What notifications hears."""

from __future__ import annotations

from backend.core.uow import Work
from backend.identity.events import Told
from backend.notifications import service


def on_told(work: Work, happened: Told) -> None:
    """Somebody was told something: call them to it."""
    service.on_told(work, happened)
