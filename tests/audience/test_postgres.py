"""A sample of the matrix on PostgreSQL: what is read there, and who is refused there."""

from __future__ import annotations

import pytest

from tests.audience.judge import judge
from tests.audience.slate import changed, picture
from tests.audience.table import PAPER, operations_of, rows
from tests.audience.world import STATES, World, build
from tests.factories.house import Town

READ = {
    "getApplication", "getTimeline", "listApplications", "listMandates", "getEvidence",
    "getDocument", "getWorklist", "listFaceReviews", "listDeliveries", "getBackofficeCase",
}  # fmt: skip
REFUSED = {"patchApplication", "withdrawConsent", "acceptApplication", "retryDelivery"}


def played(world: World, labels: set[str]) -> list[str]:
    """What is wrong with these lines. Here nothing is wiped: no success that changes something,
    and nobody's mandate ends.
    """
    operations = operations_of(world.app.test_client().get("/openapi.json").get_json())
    told = []
    for row in rows(PAPER.read_text()):
        if row.label in labels:
            whom = set(row.cells) if labels is READ else set(row.cells) - set(row.allowed)
            told += judge(world, operations[row.operation], row, sorted(whom - set(STATES)))
    return told


@pytest.mark.parametrize("seeded_url", ["postgresql"], indirect=True)
def test_the_answers_are_the_same_on_postgresql(town: Town) -> None:
    world = build(town)
    assert played(world, READ) == []
    before = picture(town.units)
    assert played(world, REFUSED) == []
    assert changed(before, picture(town.units)) == []
