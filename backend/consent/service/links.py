"""Who comes by a link: the live invitation of a token, and the sitting of a signer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from backend.audit import service as audit
from backend.consent import queries
from backend.consent.errors import (
    InvitationExpired,
    InvitationGiven,
    InvitationNotFound,
    InvitationRefused,
    InvitationReplaced,
    InvitationWithdrawn,
)
from backend.consent.models import ConsentInvitation, SigningSession
from backend.consent.permissions import CONSENT_SIGN, Target
from backend.consent.states import InvitationState
from backend.core import attempts, logs
from backend.core.access import Actor, Role, require
from backend.core.clocks import SHANGHAI, lives
from backend.core.crypto import token_hash
from backend.core.errors import AppError
from backend.core.ids import new_token
from backend.core.uow import Units, Work
from backend.identity import queries as people

T = TypeVar("T")

WRONG_LINKS: Final = attempts.Limit("consent_link", 30, timedelta(minutes=10))
SITTING: Final = timedelta(minutes=15)
SITTING_MARK: Final = "sg_"  # tells a sitting from a log-in before the database is asked
_GONE: Final = frozenset({InvitationState.SUPERSEDED, InvitationState.EXPIRED})


def look(units: Units, token: str, address: str, read: Callable[[Work, ConsentInvitation], T]) -> T:
    """`read` the live invitation of a token in a read unit; raises one of errors.OVER for a link
    that was one, and what `look_at_any` raises.
    """
    return look_at_any(units, token, address, lambda work, found: read(work, _live(work, found)))


def look_at_any(
    units: Units, token: str, address: str, read: Callable[[Work, ConsentInvitation], T]
) -> T:
    """The same whatever has become of the invitation.

    Tokens that were never ours raise InvitationNotFound and are counted per address
    (TooManyAttempts after 30 in 10 minutes); ours are not, so that a village behind one address
    is never locked out by its own use.
    """
    with units.read() as work:
        found = queries.by_token(work, token)
        if found is not None:
            logs.about_case(found.case_id)
            return read(work, found)
    attempts.spend(units, WRONG_LINKS, address)
    raise InvitationNotFound()


def _live(work: Work, invitation: ConsentInvitation) -> ConsentInvitation:
    if not queries.is_live(work, invitation):
        raise over(work, invitation)
    return invitation


def over(work: Work, invitation: ConsentInvitation) -> AppError:
    """Why a link of ours does not work any more, for whoever holds it."""
    if invitation.state == InvitationState.SUPERSEDED:
        return InvitationReplaced()
    if invitation.state == InvitationState.REFUSED:
        return InvitationRefused()
    consent = queries.newest_consent(work, invitation.id)
    if invitation.state != InvitationState.GIVEN or consent is None:
        return InvitationExpired()
    if consent.withdrawn_at is not None:
        return InvitationWithdrawn(on=_day(consent.withdrawn_at))
    return InvitationGiven(on=_day(consent.given_at))


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def locked(work: Work, token: str) -> ConsentInvitation:
    """The live invitation again, locked for a change; raises as `look` does."""
    found = queries.by_token(work, token, lock=True)
    if found is None:
        raise InvitationNotFound()
    return _live(work, found)


def open_sitting(
    work: Work, invitation: ConsentInvitation, client: str
) -> tuple[SigningSession, str]:
    """A sitting of 15 minutes for this invitation, and its token."""
    token = SITTING_MARK + new_token()
    session = SigningSession(
        id=work.new_id(),
        created_at=work.wall.now(),
        county=invitation.county,
        invitation=invitation,
        token_hash=token_hash(token),
        expires_at=work.wall.now() + SITTING,
        client=client,
    )
    work.session.add(session)
    return session, token


def resolve_signing(units: Units, token: str) -> Actor | None:
    """The signer behind a bearer token of a sitting; None for any other token."""
    if not token.startswith(SITTING_MARK):
        return None
    with units.read() as work:
        session = queries.signing_session_by_token(work, token)
        if session is None:
            return None
        return Actor(
            roles=frozenset({Role.SIGNER}),
            id=session.id,
            session_id=session.id,
            invitation_id=session.invitation_id,
        )


def sitting(work: Work, actor: Actor, token: str, *, lock: bool = True) -> SigningSession:
    """The caller's sitting, if the link in the path is of the same invitation; its invitation
    is locked.

    Raises InvitationNotFound, and where the invitation was replaced or has run out meanwhile one
    of errors.OVER.
    """
    if actor.invitation_id is None:
        raise InvitationNotFound()
    # the lock comes before the first look, so that what is looked at is what is locked
    invitation = queries.invitation(work, actor.invitation_id, lock=lock)
    session = queries.signing_session(work, actor.session_id)
    if session is None:
        raise InvitationNotFound()
    require(CONSENT_SIGN, actor, Target(session.invitation_id, invitation.division))
    given = invitation.state == InvitationState.GIVEN
    logs.about_case(invitation.case_id)
    if invitation.token_hash != token_hash(token):
        raise InvitationNotFound()
    in_time = lives(work.wall.now(), invitation.created_at, invitation.expires_at)
    if invitation.state in _GONE or not (given or in_time):
        raise over(work, invitation)
    return session


def target_of(work: Work, invitation: ConsentInvitation) -> Target:
    """What permissions ask about, with the signer's person where this system has met it."""
    number = str(invitation.unseal(work.vault, "signer_id_number"))
    return Target(invitation.id, invitation.division, people.person_id_by_number(work, number))


def note(
    work: Work,
    actor: Actor,
    action: str,
    invitation: ConsentInvitation,
    **details: str | int | bool | None,
) -> None:
    """One audit row of the case's chain about an invitation; ids and codes only."""
    audit.record(
        work,
        actor,
        action,
        f"consent_invitation:{invitation.id}",
        case=invitation.case_id,
        county=invitation.county,
        member=str(invitation.member_id),
        **details,
    )
