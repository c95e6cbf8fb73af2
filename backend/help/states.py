"""The life of a request for help."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class HelpState(StrEnum):
    """Whether somebody has taken it up, and how it ended."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"


_S = HelpState
UNFINISHED = frozenset({_S.OPEN, _S.TAKEN})

MOVES: dict[str, Move[HelpState]] = {
    # also from a colleague who is ill: the version that was seen says that it is meant
    "claim": Move(to=_S.TAKEN, frm=UNFINISHED),
    "finish": Move(to=_S.DONE, frm=frozenset({_S.TAKEN})),
    "withdraw": Move(to=_S.WITHDRAWN, frm=UNFINISHED),
}
