"""A 404 tells nothing: what is another's answers exactly as what never was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.audience.judge import send, token_of
from tests.audience.scenes import SCENES
from tests.audience.scenes.ask import Ask
from tests.audience.table import PAPER, Operation, Row, rows
from tests.audience.world import World

# one of each kind to whom things are hidden
HIDDEN_FROM = ("citizen", "far signer", "far clerk")
ROWS = [
    (row, who)
    for row in rows(PAPER.read_text())
    for who in HIDDEN_FROM
    if row.cells[who] == "404" and row.label != "lookUpCase, the number wrong"
]


def of_nothing(world: World, ask: Ask) -> Ask:
    """The same about something that does not exist."""
    nothing = str(world.town.units.kit.make_id())
    if "caseId" in ask.more.get("data", {}):
        return replace(ask, more={**ask.more, "data": {**ask.more["data"], "caseId": nothing}})
    first = next(iter(ask.path))
    return replace(ask, path={**ask.path, first: nothing})


@pytest.mark.parametrize(("row", "who"), ROWS, ids=lambda part: getattr(part, "label", part))
def test_what_is_hidden_looks_like_what_never_was(
    world: World, operations: dict[str, Operation], row: Row, who: str
) -> None:
    operation = operations[row.operation]

    def told(ask: Ask) -> tuple[int, dict[str, Any]]:
        response = send(world, operation, ask, token_of(world, ask, who))
        body: dict[str, Any] = response.get_json()
        body.pop("requestId")
        return response.status_code, body

    with world.as_it_was():
        hidden = told(SCENES[row.label](world, who))
        assert hidden[0] == 404
        assert told(of_nothing(world, SCENES[row.label](world, who))) == hidden
