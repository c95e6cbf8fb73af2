"""Find out whether the person with the link is the one who was invited, and begin their sitting."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from backend.consent.errors import IdentityNotMatching, PhotoUnreadable, ReferenceBroken
from backend.consent.models import ConsentInvitation, SigningSession
from backend.consent.ports import MAX_REFERENCE_BYTES, FaceVerifier
from backend.consent.service.links import locked, look, note, open_sitting
from backend.consent.states import MOVES, InvitationState
from backend.core import attempts
from backend.core.access import ANONYMOUS
from backend.core.crypto import SealBroken, Vault
from backend.core.transitions import next_state
from backend.core.uow import Units, Work
from backend.identity.rules import normalise_id_number, same_name

MAX_CARD_BYTES: Final = 1200 * 1024
IDENTITY_TRIES: Final = attempts.Limit("consent_identity", 5, timedelta(days=1))
CARD_TRIES: Final = attempts.Limit("consent_card", 20, timedelta(days=1))
_SEAL_BYTES: Final = 64  # version, key id, nonce and tag, rounded up
MAX_REFERENCE_TEXT: Final = (MAX_REFERENCE_BYTES + _SEAL_BYTES) * 4 // 3 + 4


@dataclass(frozen=True, slots=True)
class Typed:
    """What the person with the link says: as typed, and the photo of the card as base64."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    card: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A begun sitting: its bearer token, and the portrait that only our vault can open again."""

    token: str = field(repr=False)
    expires_at: datetime
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Invited:
    id: UUID
    name: str = field(repr=False)
    id_number: str = field(repr=False)


def identify(
    units: Units, face: FaceVerifier, token: str, address: str, client: str, typed: Typed
) -> Sitting:
    """Compare name and number with the invited person's (never searching for another), cut the
    portrait.

    The portrait goes back to the phone sealed for this sitting: nothing of the face lies with
    us between the two requests (R3). Raises InvitationNotFound, IdentityNotMatching,
    TooManyAttempts after 5 wrong tries a day, PhotoUnreadable, and what `FaceVerifier.portrait`
    raises.
    """
    invited = look(units, token, address, _invited)
    card = decode_photo(typed.card, MAX_CARD_BYTES, "/card")
    _compare(units, token, invited, typed)
    attempts.spend(units, CARD_TRIES, str(invited.id))
    portrait = face.portrait(card)
    with units.last() as work:
        invitation = locked(work, token)
        session, session_token = _begin(work, invitation, client)
        reference = seal_reference(work.vault, session, portrait)
        return Sitting(session_token, session.expires_at, reference)


def _invited(work: Work, invitation: ConsentInvitation) -> _Invited:
    return _Invited(
        invitation.id,
        str(invitation.unseal(work.vault, "signer_name")),
        str(invitation.unseal(work.vault, "signer_id_number")),
    )


def _compare(units: Units, token: str, invited: _Invited, typed: Typed) -> None:
    """Counted before it is compared, so that the sixth guess is not even looked at."""
    attempts.spend(units, IDENTITY_TRIES, str(invited.id))
    number = normalise_id_number(typed.id_number)
    if same_name(typed.name, invited.name) and number == invited.id_number:
        with units.write() as work:
            attempts.clear(work, IDENTITY_TRIES, str(invited.id))
        return
    with units.write() as work:
        note(work, ANONYMOUS, "consent.identity_not_matching", locked(work, token))
    raise IdentityNotMatching()


def _begin(work: Work, invitation: ConsentInvitation, client: str) -> tuple[SigningSession, str]:
    state = InvitationState(invitation.state)
    if (
        state is not InvitationState.VERIFIED
    ):  # another sitting may be further on; it is not thrown back
        invitation.state = next_state(MOVES, state, "identify")
    invitation.identified_at = work.wall.now()
    session, token = open_sitting(work, invitation, client)
    note(work, ANONYMOUS, "consent.identified", invitation, session=str(session.id))
    return session, token


def decode_photo(text: str, most: int, path: str) -> bytes:
    """The bytes of a base64 photo of at most `most` bytes; raises PhotoUnreadable pointing at
    `path`.
    """
    try:
        found = base64.b64decode(text, validate=True) if len(text) <= most * 4 // 3 + 4 else b""
    except (binascii.Error, ValueError):
        found = b""
    if not found or len(found) > most:
        raise PhotoUnreadable(path=path, max_kb=most // 1024)
    return found


def seal_reference(vault: Vault, session: SigningSession, portrait: bytes) -> str:
    """The portrait as base64 of an AES-GCM value that opens in this sitting only."""
    place = _place(session.invitation.id, session.id)
    return base64.b64encode(vault.seal_bytes("file", place, portrait)).decode()


def open_reference(vault: Vault, invitation_id: UUID, session_id: UUID, sealed: str) -> bytes:
    """The portrait again; raises ReferenceBroken for another sitting's, a changed or an invented
    one.
    """
    try:
        blob = base64.b64decode(sealed, validate=True)
        return vault.open_bytes("file", _place(invitation_id, session_id), blob)
    except (binascii.Error, ValueError, SealBroken) as broken:
        raise ReferenceBroken(path="/reference") from broken


def _place(invitation_id: UUID, session_id: UUID) -> bytes:
    return f"consent_reference\x1f{invitation_id}\x1f{session_id}".encode()
