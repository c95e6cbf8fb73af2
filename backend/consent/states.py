"""The life of an invitation to consent, of a face review, and of a record made at the counter."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class InvitationState(StrEnum):
    """Where an invitation stands; the last four can only be renewed."""

    OPEN = "open"
    IDENTIFIED = "identified"
    VERIFIED = "verified"
    GIVEN = "given"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


_S = InvitationState
LIVE = frozenset({_S.OPEN, _S.IDENTIFIED, _S.VERIFIED})

MOVES: dict[str, Move[InvitationState]] = {
    "identify": Move(to=_S.IDENTIFIED, frm=frozenset({_S.OPEN, _S.IDENTIFIED})),
    "verify": Move(to=_S.VERIFIED, frm=frozenset({_S.IDENTIFIED, _S.VERIFIED})),
    "give": Move(to=_S.GIVEN, frm=frozenset({_S.VERIFIED})),
    "give_at_counter": Move(to=_S.GIVEN, frm=LIVE),
    "refuse": Move(to=_S.REFUSED, frm=frozenset({_S.IDENTIFIED, _S.VERIFIED})),
    "expire": Move(to=_S.EXPIRED, frm=LIVE),
    # A given one is superseded only by a wider scope or after a withdrawal.
    "supersede": Move(to=_S.SUPERSEDED, frm=LIVE | {_S.GIVEN, _S.REFUSED, _S.EXPIRED}),
    # A person looked at the face and said no: the link works again, for another try or another way.
    "reopen": Move(to=_S.OPEN, frm=LIVE | {_S.GIVEN}),
}


class ConsentState(StrEnum):
    """A void consent was given under a review that then said no; it never counted."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    VOID = "void"


CONSENT_MOVES: dict[str, Move[ConsentState]] = {
    "withdraw": Move(to=ConsentState.WITHDRAWN, frm=frozenset({ConsentState.GIVEN})),
    "void": Move(to=ConsentState.VOID, frm=frozenset({ConsentState.GIVEN})),
}


class ReviewState(StrEnum):
    """A dropped review lost its object: the signer refused, was invited anew, went another way."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DROPPED = "dropped"


_OPEN_REVIEW = frozenset({ReviewState.OPEN})

REVIEW_MOVES: dict[str, Move[ReviewState]] = {
    "accept": Move(to=ReviewState.ACCEPTED, frm=_OPEN_REVIEW),
    "reject": Move(to=ReviewState.REJECTED, frm=_OPEN_REVIEW),
    "drop": Move(to=ReviewState.DROPPED, frm=_OPEN_REVIEW),
}


class CounterState(StrEnum):
    """A record at the counter counts when a second person of staff has confirmed it."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"


COUNTER_MOVES: dict[str, Move[CounterState]] = {
    "confirm": Move(to=CounterState.CONFIRMED, frm=frozenset({CounterState.RECORDED})),
}
