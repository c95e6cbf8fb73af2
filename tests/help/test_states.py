"""Every state of a request for help against every action."""

from __future__ import annotations

import pytest

from backend.core.transitions import IllegalMove, next_state
from backend.help.states import MOVES, UNFINISHED, HelpState

S = HelpState
# What each state allows, written down apart from the code: action → where it leads.
ALLOWED: dict[HelpState, dict[str, HelpState]] = {
    S.OPEN: {"claim": S.TAKEN, "withdraw": S.WITHDRAWN},
    S.TAKEN: {"claim": S.TAKEN, "withdraw": S.WITHDRAWN, "finish": S.DONE},
    S.DONE: {},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", sorted(MOVES))
def test_every_state_and_action(state: HelpState, action: str) -> None:
    wanted = ALLOWED[state].get(action)
    if wanted is None:
        with pytest.raises(IllegalMove):
            next_state(MOVES, state, action)
    else:
        assert next_state(MOVES, state, action) is wanted


def test_what_is_unfinished_can_go_on() -> None:
    assert {state for state in S if ALLOWED[state]} == UNFINISHED
