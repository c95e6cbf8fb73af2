"""The life of a mandate (委托)."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class MandateState(StrEnum):
    """Whether a helper may act for a principal; only `active` lets anything be done."""

    AWAITING_PAPER = "awaiting_paper"
    SUBMITTED = "submitted"
    ACTIVE = "active"
    REFUSED = "refused"
    REVOKED = "revoked"


_S = MandateState
# A paper that was refused can be signed and photographed again.
TAKES_PAPER = frozenset({_S.AWAITING_PAPER, _S.SUBMITTED, _S.REFUSED})
MOVES = {
    "add_paper": Move(to=_S.SUBMITTED, frm=TAKES_PAPER),
    "accept": Move(to=_S.ACTIVE, frm=frozenset({_S.SUBMITTED})),
    "refuse": Move(to=_S.REFUSED, frm=frozenset({_S.SUBMITTED})),
    "revoke": Move(to=_S.REVOKED, frm=frozenset({_S.AWAITING_PAPER, _S.SUBMITTED, _S.ACTIVE})),
}
