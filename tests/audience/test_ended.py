"""A session that is over is nobody's, wherever it could do something before."""

from __future__ import annotations

import pytest

from tests.audience.judge import send, token_of
from tests.audience.scenes import SCENES
from tests.audience.table import PAPER, Operation, Row, rows
from tests.audience.world import CITIZENS, NOW, STAFF, World

ROWS = [row for row in rows(PAPER.read_text()) if row.label == row.operation]
OFFICE = frozenset({"office", "office colleague", "far office"})
SIGNERS = frozenset({"signer", "other signer", "far signer"})


def over(world: World, operation: Operation, row: Row, state: str, whom: frozenset[str]) -> None:
    """Whoever of `whom` had a success gets 401 in this state of the world."""
    told = []
    for who in set(row.allowed) & whom:
        with world.as_it_was():
            ask = SCENES[row.label](world, who)
        with world.as_it_was(state):
            if state == NOW:
                world.town.clock.advance(days=31)
            before = world.picture()
            response = send(world, operation, ask, token_of(world, ask, who))
            if response.status_code != 401 or world.picture() != before:
                told.append(f"{row.label} as {who}, {state}: {response.status_code}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_a_session_that_is_over_opens_nothing(
    world: World, operations: dict[str, Operation], row: Row
) -> None:
    operation = operations[row.operation]
    if operation.open_to_everybody:
        assert set(row.cells.values()) <= {"yes"}, "what is open to everybody asks for no log-in"
        return
    everyone_else = frozenset(row.cells) - OFFICE
    over(world, operation, row, NOW, everyone_else)  # a month later
    over(world, operation, row, "logged out", everyone_else - SIGNERS)
    over(world, operation, row, "dismissed", frozenset(STAFF) | OFFICE)


def test_the_sessions_that_end_belong_to_everybody_who_can_log_in(world: World) -> None:
    logged_in = set(world.visitors) - {"anonymous", "revoked helper", "expired helper"}
    assert logged_in == {*CITIZENS, *STAFF, *OFFICE}
