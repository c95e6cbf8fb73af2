"""An app of test-only doors."""

import pytest
from sqlalchemy import select

from backend.relay.models import OutboxRow
from tests.factories.stage import Stage, stage_of


@pytest.fixture
def stage(units) -> Stage:
    return stage_of(units)


@pytest.fixture
def client(stage):
    return stage.client()


@pytest.fixture
def titles(units):
    """What was committed, in order."""

    def found():
        with units.read() as work:
            rows = work.session.scalars(select(OutboxRow).order_by(OutboxRow.id))
            return [row.payload["title"] for row in rows]

    return found
