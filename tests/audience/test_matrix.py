"""Every operation as every audience: each gets what the table says, and a refusal changes
nothing.
"""

from __future__ import annotations

import pytest

from tests.audience.judge import judge
from tests.audience.table import PAPER, Operation, Row, rows
from tests.audience.world import World

ROWS = rows(PAPER.read_text())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_each_audience_gets_what_the_table_says(
    world: World, operations: dict[str, Operation], row: Row
) -> None:
    told = judge(world, operations[row.operation], row)
    assert not told, "\n".join(told)
