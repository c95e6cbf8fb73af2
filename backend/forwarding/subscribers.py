"""What forwarding hears: what the county has to know goes into the outbox in the same commit."""

from __future__ import annotations

from backend.applications.events import ApplicationAccepted, ApplicationWithdrawn, DueMoved
from backend.consent.events import ConsentRefused, ConsentWithdrawn
from backend.core.uow import Work
from backend.forwarding import service


def on_accepted(work: Work, happened: ApplicationAccepted) -> None:
    service.forward(work, happened.application_id)


def on_withdrawn(work: Work, happened: ApplicationWithdrawn) -> None:
    service.tell_withdrawn(work, happened.application_id)


def on_due_moved(work: Work, happened: DueMoved) -> None:
    service.tell_due_moved(work, happened.application_id, happened.cause)


def on_consent_lost(work: Work, happened: ConsentRefused | ConsentWithdrawn) -> None:
    service.tell_consent_lost(work, happened.case_id, happened.member_id)
