"""The table of docs/audience.md is whole: every operation of the OpenAPI stands in it, and nothing
else.
"""

from __future__ import annotations

from tests.audience.scenes import SCENES
from tests.audience.table import Operation, faults
from tests.audience.world import World

SIGNERS = ["signer", "other signer", "far signer"]


def test_every_operation_is_placed(
    world: World, operations: dict[str, Operation], paper: str
) -> None:
    told = faults(operations, paper, list(SCENES), [*world.visitors, *SIGNERS])
    assert not told, "\n".join(told)
