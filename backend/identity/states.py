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
MOVES = {
    "add_paper": Move(to=_S.SUBMITTED, frm=frozenset({_S.AWAITING_PAPER, _S.SUBMITTED})),
    "accept": Move(to=_S.ACTIVE, frm=frozenset({_S.SUBMITTED})),
    "refuse": Move(to=_S.REFUSED, frm=frozenset({_S.SUBMITTED})),
    "revoke": Move(to=_S.REVOKED, frm=frozenset({_S.AWAITING_PAPER, _S.SUBMITTED, _S.ACTIVE})),
}
