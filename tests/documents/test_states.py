"""Every state of a document against every action."""

from __future__ import annotations

import pytest

from backend.core.transitions import IllegalMove, legal_moves, next_state
from backend.documents.states import MOVES, DocumentState

LEGAL = {(DocumentState.STORED, "delete"): DocumentState.DELETED}


@pytest.mark.parametrize("action", MOVES)
@pytest.mark.parametrize("state", DocumentState)
def test_every_state_and_action(state: DocumentState, action: str) -> None:
    wanted = LEGAL.get((state, action))
    if wanted is None:
        with pytest.raises(IllegalMove):
            next_state(MOVES, state, action)
    else:
        assert next_state(MOVES, state, action) is wanted
    assert (action in legal_moves(MOVES, state)) is (wanted is not None)
