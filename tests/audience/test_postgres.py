"""A sample of the matrix on PostgreSQL: what is read there, and who is refused there."""

from __future__ import annotations

import pytest

from tests.audience.judge import judge
from tests.audience.table import PAPER, Row, operations_of, rows
from tests.audience.world import STATES, build
from tests.factories.house import Town

READ = {
    "getApplication", "getTimeline", "listApplications", "listMandates", "getEvidence",
    "getDocument", "getWorklist", "listFaceReviews", "listDeliveries", "getBackofficeCase",
}  # fmt: skip
REFUSED = {"patchApplication", "withdrawConsent", "acceptApplication", "retryDelivery"}


def audiences(row: Row) -> list[str]:
    """Here nothing is wiped: no success that changes something, and nobody's mandate ends."""
    wanted = set(row.cells) if row.label in READ else set(row.cells) - set(row.allowed)
    return sorted(wanted - set(STATES))


@pytest.mark.parametrize("seeded_url", ["postgresql"], indirect=True)
def test_the_answers_are_the_same_on_postgresql(town: Town) -> None:
    world = build(town)
    spec = world.app.test_client().get("/openapi.json").get_json()
    operations = operations_of(spec)
    sample = [row for row in rows(PAPER.read_text()) if row.label in READ | REFUSED]
    assert len(sample) == len(READ | REFUSED)
    told = [
        fault
        for row in sample
        for fault in judge(world, operations[row.operation], row, audiences(row))
    ]
    assert not told, "\n".join(told)
