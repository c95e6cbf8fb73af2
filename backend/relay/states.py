"""The life of a delivery (投递)."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class DeliveryState(StrEnum):
    """`sent`: the receiver answered 2xx; `acknowledged`: it told us that it took the case."""

    PENDING = "pending"
    RETRYING = "retrying"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    DEAD = "dead"


_S = DeliveryState
WAITING = frozenset({_S.PENDING, _S.RETRYING})
HEARD = frozenset({_S.SENT, _S.ACKNOWLEDGED})
MOVES = {
    "hear": Move(to=_S.SENT, frm=WAITING),
    "fail": Move(to=_S.RETRYING, frm=WAITING),
    "give_up": Move(to=_S.DEAD, frm=WAITING),
    # from dead too: the receiver may have taken what we never heard it answer
    "acknowledge": Move(to=_S.ACKNOWLEDGED, frm=WAITING | {_S.SENT, _S.DEAD}),
    "resend": Move(to=_S.PENDING, frm=frozenset({_S.DEAD, _S.RETRYING})),
}
