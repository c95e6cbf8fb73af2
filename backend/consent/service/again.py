"""A link once more: shown again, its signer reminded, renewed after it ran out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from backend.consent import queries
from backend.consent.errors import InvitationNotFound, InvitationStillGood, RemindedLately
from backend.consent.models import ConsentInvitation
from backend.consent.service.invite import Issued
from backend.consent.service.links import look_at_any, note, over
from backend.consent.states import InvitationState
from backend.core.access import Actor
from backend.core.errors import AppError
from backend.core.uow import Units, Work
from backend.identity import service as identity

REMINDER_EVERY: Final = timedelta(hours=24)
RENEWABLE: Final = timedelta(days=30)  # after it ran out


@dataclass(frozen=True, slots=True)
class Reminded:
    """The same link, and when the signer may be reminded again."""

    issued: Issued
    next_at: datetime


@dataclass(frozen=True, slots=True)
class RanOut:
    """An invitation that ran out, and whether its signer may have a fresh one by himself."""

    id: UUID
    case_id: UUID
    member_id: UUID
    renewable: bool


def show_link(work: Work, actor: Actor, case_id: UUID, member_id: UUID) -> Issued:
    """The live link of one signer; raises InvitationNotFound where there is none."""
    issued = _shown(work, queries.live_of(work, case_id, member_id))
    shown = issued.invitation.id
    work.after_end(
        lambda later: note(later, actor, "consent.link_shown", queries.invitation(later, shown))
    )
    return issued


def remind(work: Work, actor: Actor, case_id: UUID, member_id: UUID) -> Reminded:
    """Leave a word for the signer and show the link to be sent once more.

    Raises InvitationNotFound, RemindedLately within 24 hours of the last reminder.
    """
    issued = _shown(work, queries.live_of(work, case_id, member_id, lock=True))
    invitation, now = issued.invitation, work.wall.now()
    if invitation.reminded_at is not None:
        # a clock that was set back holds nobody longer than the time itself
        wait = min(invitation.reminded_at, now) + REMINDER_EVERY - now
        if wait > timedelta(0):
            raise RemindedLately(retry_after=max(1, int(wait.total_seconds())))
    invitation.reminded_at = now
    number = str(invitation.unseal(work.vault, "signer_id_number"))
    identity.tell(work, "told_consent_waits", person=identity.ensure_person(work, number))
    note(work, actor, "consent.reminded", invitation)
    return Reminded(issued, now + REMINDER_EVERY)


def look_for_renewal(units: Units, token: str, address: str) -> None:
    """Raise as `ran_out` does, in a read unit, and count tokens that were never ours."""
    look_at_any(units, token, address, _ran_out)


def ran_out(work: Work, token: str) -> RanOut | Issued:
    """What there is to renew behind a link; or the link that its signer already got for it.

    Raises InvitationNotFound, InvitationStillGood, and one of errors.OVER where it did not run
    out but was answered or replaced.
    """
    found = queries.by_token(work, token, lock=True)
    if found is None:
        raise InvitationNotFound()
    return _ran_out(work, found)


def _ran_out(work: Work, invitation: ConsentInvitation) -> RanOut | Issued:
    if queries.is_live(work, invitation):
        raise InvitationStillGood()
    if invitation.state == InvitationState.SUPERSEDED:
        return _shown(work, _renewal_of(work, invitation), over(work, invitation))
    if invitation.state in {InvitationState.GIVEN, InvitationState.REFUSED}:
        raise over(work, invitation)
    in_time = work.wall.now() < invitation.expires_at + RENEWABLE
    renewable = in_time and invitation.renews is None
    return RanOut(invitation.id, invitation.case_id, invitation.member_id, renewable)


def _renewal_of(work: Work, invitation: ConsentInvitation) -> ConsentInvitation | None:
    """The live one that was made for this one: who taps twice gets the same link twice."""
    found = queries.live_of(work, invitation.case_id, invitation.member_id)
    return found if found is not None and found.renews == invitation.id else None


def _shown(
    work: Work, invitation: ConsentInvitation | None, otherwise: AppError | None = None
) -> Issued:
    """With the token opened; links of older releases were not kept."""
    if invitation is None or invitation.link is None:
        raise otherwise or InvitationNotFound()
    return Issued(invitation, str(invitation.unseal(work.vault, "link")))
