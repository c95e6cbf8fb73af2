"""What becomes of a case's consents when the household names another township."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from backend.consent.models import Consent, ConsentInvitation, FaceReview
from backend.core.uow import Work


def follow(work: Work, case_id: UUID, division: str) -> None:
    """Put all consents of a case under the eyes of the township it now belongs to.

    `division` (12 digits) lies in the same county: the authority, and with it what was signed
    (design §7), stays as it was.
    """
    for model in (ConsentInvitation, Consent, FaceReview):
        where = model.case_id == case_id
        work.session.execute(update(model).where(where).values(division=division))
