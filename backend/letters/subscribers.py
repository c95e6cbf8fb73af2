"""What letters hear: each step that the law wants in writing is written in the same commit."""

from __future__ import annotations

from backend.applications.events import (
    ApplicationAccepted,
    ApplicationDecided,
    ApplicationRejected,
    ApplicationSubmitted,
    CorrectionRequested,
)
from backend.consent.events import ConsentCounted, ConsentWithdrawn
from backend.core.uow import Work
from backend.letters import service


def on_submitted(work: Work, happened: ApplicationSubmitted) -> None:
    service.issue_receipt(work, happened.application_id)


def on_accepted(work: Work, happened: ApplicationAccepted) -> None:
    service.issue_acceptance(work, happened.application_id)


def on_correction(work: Work, happened: CorrectionRequested) -> None:
    service.issue_notice(work, happened.application_id)


def on_rejected(work: Work, happened: ApplicationRejected) -> None:
    service.issue_refusal(work, happened.application_id)


def on_decided(work: Work, happened: ApplicationDecided) -> None:
    service.issue_decision(work, happened.application_id)


def on_consent(work: Work, happened: ConsentCounted) -> None:
    service.issue_authorisation(work, happened.case_id, happened.member_id)


def on_consent_withdrawn(work: Work, happened: ConsentWithdrawn) -> None:
    service.withdraw_authorisation(work, happened.case_id, happened.member_id)
