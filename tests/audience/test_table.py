"""The table of docs/audience.md is whole: every operation of the OpenAPI stands in it, and nothing
else; every audience has somebody who comes.
"""

from __future__ import annotations

from tests.audience.scenes import SCENES
from tests.audience.table import Operation, audiences, faults
from tests.audience.world import World


def test_every_operation_is_placed(operations: dict[str, Operation], paper: str) -> None:
    told = faults(operations, paper, SCENES)
    assert not told, "\n".join(told)


def test_somebody_comes_for_each_audience(world: World, paper: str) -> None:
    kinds = audiences(paper)
    at_a_link = {who for who, kind in kinds.items() if kind == "signers"}
    assert set(kinds) == set(world.visitors) | at_a_link
