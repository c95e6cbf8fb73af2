"""Every state of a wish against every action."""

from __future__ import annotations

import pytest

from backend.core.transitions import IllegalMove, legal_moves, next_state
from backend.wishes.states import MOVES, OPEN, UNCLAIMED, WAS_TAKEN, WishState

S = WishState
# What each state allows, written down apart from the code: action → where it leads.
WHILE_UNCLAIMED = {"reject": S.REJECTED, "edit": S.SUBMITTED, "withdraw": S.WITHDRAWN}
ALLOWED: dict[WishState, dict[str, WishState]] = {
    S.SUBMITTED: {"publish": S.PUBLISHED, "return": S.RETURNED, **WHILE_UNCLAIMED},
    S.RETURNED: WHILE_UNCLAIMED,
    S.PUBLISHED: {"return": S.RETURNED, "claim": S.CLAIMED, **WHILE_UNCLAIMED},
    S.CLAIMED: {
        "reject": S.REJECTED,
        "give_back": S.PUBLISHED,
        "lapse": S.PUBLISHED,
        "deliver": S.DELIVERED,
        "reopen": S.PUBLISHED,
    },
    S.DELIVERED: {
        "confirm": S.FULFILLED,
        "question": S.CHECKING,
        "settle": S.FULFILLED,
        "reopen": S.PUBLISHED,
    },
    S.CHECKING: {
        "reject": S.REJECTED,
        "confirm": S.FULFILLED,
        "settle": S.FULFILLED,
        "reopen": S.PUBLISHED,
    },
    S.FULFILLED: {"thank": S.FULFILLED},
    S.REJECTED: {},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", sorted(MOVES))
def test_every_state_and_action(state: WishState, action: str) -> None:
    wanted = ALLOWED[state].get(action)
    if wanted is None:
        with pytest.raises(IllegalMove) as refused:
            next_state(MOVES, state, action)
        assert refused.value.params == {"action": action, "state": str(state)}
    else:
        assert next_state(MOVES, state, action) is wanted


def test_the_table_knows_every_state_and_no_other_action() -> None:
    assert set(ALLOWED) == set(S)
    assert {action for moves in ALLOWED.values() for action in moves} == set(MOVES)


def test_what_is_over_cannot_be_opened_again() -> None:
    over = {state for state in S if set(legal_moves(MOVES, state)) <= {"thank"}}
    assert over == {S.FULFILLED, S.REJECTED, S.WITHDRAWN}
    assert set(S) - over == OPEN
    assert UNCLAIMED.isdisjoint(WAS_TAKEN)
