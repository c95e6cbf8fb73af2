"""The life of a micro-wish (微心愿)."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class WishState(StrEnum):
    """`checking`: the township looks into a delivery that was denied or that nobody confirmed."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    PUBLISHED = "published"
    CLAIMED = "claimed"
    DELIVERED = "delivered"
    CHECKING = "checking"
    FULFILLED = "fulfilled"
    WITHDRAWN = "withdrawn"


class ClaimEnd(StrEnum):
    """How a claim ended; one that stands has no end yet."""

    GIVEN_BACK = "given_back"
    LAPSED = "lapsed"
    REOPENED = "reopened"
    CLOSED = "closed"
    FULFILLED = "fulfilled"


_S = WishState
UNCLAIMED = frozenset({_S.SUBMITTED, _S.RETURNED, _S.PUBLISHED})
AT_GIVER = frozenset({_S.CLAIMED, _S.DELIVERED, _S.CHECKING})
# Not over: these count against the limits.
OPEN = UNCLAIMED | AT_GIVER
# Whoever looks at the board once saw these there.
WAS_TAKEN = AT_GIVER | {_S.FULFILLED}
TAKES_PHOTO = frozenset({_S.SUBMITTED, _S.RETURNED})
TAKES_DELIVERY_PHOTO = frozenset({_S.CLAIMED, _S.DELIVERED})

MOVES = {
    "publish": Move(to=_S.PUBLISHED, frm=frozenset({_S.SUBMITTED})),
    "return": Move(to=_S.RETURNED, frm=frozenset({_S.SUBMITTED, _S.PUBLISHED})),
    "reject": Move(to=_S.REJECTED, frm=UNCLAIMED | {_S.CLAIMED, _S.CHECKING}),
    "edit": Move(to=_S.SUBMITTED, frm=UNCLAIMED),
    "withdraw": Move(to=_S.WITHDRAWN, frm=UNCLAIMED),
    "claim": Move(to=_S.CLAIMED, frm=frozenset({_S.PUBLISHED})),
    "give_back": Move(to=_S.PUBLISHED, frm=frozenset({_S.CLAIMED})),
    "lapse": Move(to=_S.PUBLISHED, frm=frozenset({_S.CLAIMED})),
    "deliver": Move(to=_S.DELIVERED, frm=frozenset({_S.CLAIMED})),
    "confirm": Move(to=_S.FULFILLED, frm=frozenset({_S.DELIVERED, _S.CHECKING})),
    "question": Move(to=_S.CHECKING, frm=frozenset({_S.DELIVERED})),
    "settle": Move(to=_S.FULFILLED, frm=frozenset({_S.DELIVERED, _S.CHECKING})),
    "reopen": Move(to=_S.PUBLISHED, frm=AT_GIVER),
    "thank": Move(to=_S.FULFILLED, frm=frozenset({_S.FULFILLED})),
}
