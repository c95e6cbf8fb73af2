"""What forwarding hears: an accepted case goes into the outbox within the same commit."""

from __future__ import annotations

from backend.applications.events import ApplicationAccepted
from backend.core.uow import Work
from backend.forwarding import service


def on_accepted(work: Work, happened: ApplicationAccepted) -> None:
    service.forward(work, happened.application_id)
