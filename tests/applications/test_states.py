"""Every state of an application against every action."""

from __future__ import annotations

import pytest

from backend.applications.states import ENDED, MOVES, OWNER_MOVES, ApplicationState
from backend.core.transitions import IllegalMove, legal_moves, next_state

S = ApplicationState
# What each state allows, written down apart from the code: action → where it leads.
ALLOWED: dict[ApplicationState, dict[str, ApplicationState]] = {
    S.DRAFT: {
        "submit_waiting": S.AWAITING_CONSENT,
        "submit": S.SUBMITTED,
        "withdraw": S.WITHDRAWN,
        "lapse": S.LAPSED,
    },
    S.AWAITING_CONSENT: {
        "complete_consents": S.SUBMITTED,
        "request_correction": S.CORRECTION_REQUESTED,
        "accept": S.ACCEPTED,
        "reject": S.DENIED,
        "withdraw": S.WITHDRAWN,
    },
    S.SUBMITTED: {
        "lose_consent": S.AWAITING_CONSENT,
        "request_correction": S.CORRECTION_REQUESTED,
        "accept": S.ACCEPTED,
        "reject": S.DENIED,
        "withdraw": S.WITHDRAWN,
    },
    S.CORRECTION_REQUESTED: {
        "submit_waiting": S.AWAITING_CONSENT,
        "submit": S.SUBMITTED,
        "withdraw": S.WITHDRAWN,
        "lapse": S.LAPSED,
    },
    S.ACCEPTED: {
        "review": S.IN_REVIEW,
        "approve": S.APPROVED,
        "deny": S.DENIED,
        "withdraw": S.WITHDRAWN,
    },
    S.IN_REVIEW: {
        "review": S.IN_REVIEW,
        "approve": S.APPROVED,
        "deny": S.DENIED,
        "withdraw": S.WITHDRAWN,
    },
    S.APPROVED: {},
    S.DENIED: {},
    S.WITHDRAWN: {},
    S.LAPSED: {},
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", sorted(MOVES))
def test_every_state_and_action(state: ApplicationState, action: str) -> None:
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


@pytest.mark.parametrize("state", list(S))
def test_what_ended_stays_ended_and_what_is_shown_is_possible(state: ApplicationState) -> None:
    assert legal_moves(MOVES, state) == [a for a in MOVES if a in ALLOWED[state]]
    assert (not ALLOWED[state]) is (state in ENDED)
    for action, states in OWNER_MOVES.items():
        assert (state in states) is (action in ALLOWED[state])
