"""Every state with every action."""

from __future__ import annotations

import pytest

from backend.consent.states import (
    CONSENT_MOVES,
    COUNTER_MOVES,
    MOVES,
    REVIEW_MOVES,
    ConsentState,
    CounterState,
    InvitationState,
    ReviewState,
)
from backend.core.transitions import IllegalMove, next_state

# Rows: what each state allows; everything else is refused.
ALLOWED = {
    "open": {"identify", "give_at_counter", "expire", "supersede", "reopen"},
    "identified": {
        "identify", "verify", "give_at_counter", "refuse", "expire", "supersede", "reopen",
    },
    "verified": {
        "verify", "give", "give_at_counter", "refuse", "expire", "supersede", "reopen",
    },
    "given": {"supersede", "reopen"},
    "refused": {"supersede"},
    "expired": {"supersede"},
    "superseded": set(),
}  # fmt: skip


@pytest.mark.parametrize("action", MOVES)
@pytest.mark.parametrize("state", InvitationState)
def test_invitation(state: InvitationState, action: str) -> None:
    if action in ALLOWED[state]:
        assert next_state(MOVES, state, action) is MOVES[action].to
    else:
        with pytest.raises(IllegalMove):
            next_state(MOVES, state, action)


@pytest.mark.parametrize("action", CONSENT_MOVES)
@pytest.mark.parametrize("state", ConsentState)
def test_consent(state: ConsentState, action: str) -> None:
    if state is ConsentState.GIVEN:
        assert next_state(CONSENT_MOVES, state, action) is not state
    else:
        with pytest.raises(IllegalMove):
            next_state(CONSENT_MOVES, state, action)


@pytest.mark.parametrize("action", REVIEW_MOVES)
@pytest.mark.parametrize("state", ReviewState)
def test_review(state: ReviewState, action: str) -> None:
    if state is ReviewState.OPEN:
        assert next_state(REVIEW_MOVES, state, action) is not state
    else:
        with pytest.raises(IllegalMove):
            next_state(REVIEW_MOVES, state, action)


def test_counter() -> None:
    assert next_state(COUNTER_MOVES, CounterState.RECORDED, "confirm") is CounterState.CONFIRMED
    with pytest.raises(IllegalMove):
        next_state(COUNTER_MOVES, CounterState.CONFIRMED, "confirm")
