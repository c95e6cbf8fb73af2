"""A session that is over is nobody's, wherever it could do something before."""

from __future__ import annotations

import pytest

from tests.audience.judge import send, token_of
from tests.audience.scenes import SCENES
from tests.audience.table import PAPER, Operation, Row, audiences, rows
from tests.audience.world import NOW, World

TEXT = PAPER.read_text()
ROWS = [row for row in rows(TEXT) if row.label == row.operation]
# In which state of the world whose sessions are over. The back office's tokens end with the job;
# the monitoring's is a setting.
OVER = {
    "a month later": {"signers", "citizens", "staff"},
    "logged out": {"citizens", "staff"},
    "dismissed": {"staff", "office"},
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_a_session_that_is_over_opens_nothing(
    world: World, operations: dict[str, Operation], row: Row
) -> None:
    if operations[row.operation].open_to_everybody:
        assert set(row.cells.values()) == {"yes"}, "what asks for no log-in refuses nobody"
        return
    kinds = audiences(TEXT)
    told = [
        f"{row.label} as {who}, {state}: {status}"
        for state, over in OVER.items()
        for who in set(row.allowed) - {"monitor"}
        if kinds[who] in over and (status := too_late(world, operations, row, state, who)) != 401
    ]
    assert not told, "\n".join(told)


def too_late(
    world: World, operations: dict[str, Operation], row: Row, state: str, who: str
) -> int | str:
    """The status of a request that would have succeeded before."""
    ask, operation = SCENES[row.label](world, who), operations[row.operation]
    with world.as_it_was(NOW if state == "a month later" else state):
        if state == "a month later":
            world.town.clock.advance(days=31)
        before = world.picture()
        response = send(world, operation, ask, token_of(world, ask, who))
        return response.status_code if world.picture() == before else "it was written"
