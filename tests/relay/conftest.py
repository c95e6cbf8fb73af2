"""A relay over a fake receiver."""

import random
from uuid import UUID

import pytest
from sqlalchemy import select

from backend.relay import service as relay
from backend.relay.models import Delivery
from backend.relay.ports import Destination
from backend.relay.service import Relay
from tests.fakes.webhooks import FakeSender

CASE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def sender():
    return FakeSender()


@pytest.fixture
def carrier(units, sender):
    return relay_over(units, sender)


def relay_over(units, sender):
    return Relay(
        units,
        sender,
        {"d": Destination("d", "http://127.0.0.1:9/in")},
        jitter=random.Random(7),  # noqa: S311
    )


@pytest.fixture
def put(units):
    """Enqueue one message of a case; returns the outbox id."""

    def enqueue(case=CASE, **payload):
        with units.write() as work:
            return relay.enqueue(
                work, destination="d", aggregatetype="a", aggregateid=case, type="thing.done",
                county="610303", payload=payload,
            ).id  # fmt: skip

    return enqueue


@pytest.fixture
def states(units):
    """(state, attempts) of every delivery, by case and sequence."""

    def found():
        with units.read() as work:
            rows = work.session.scalars(
                select(Delivery).order_by(Delivery.aggregateid, Delivery.sequence)
            )
            return [(row.state, row.attempts) for row in rows]

    return found
