"""Which deliveries are due, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased

from backend.core.clocks import SKEW
from backend.core.lookups import begins_with
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.relay.models import UNHEARD, Delivery
from backend.relay.rules import LONGEST_WAIT
from backend.relay.states import HEARD, WAITING, DeliveryState

COUNT_MOST = 10_000


def due(work: Work, now: datetime, lease: timedelta, most: int) -> Sequence[Delivery]:
    """Up to `most` deliveries that may go now, held until the commit.

    Nobody leases them, and no earlier one of their case waits.
    """
    locked = _due(now, lease, most).with_for_update(skip_locked=True, of=Delivery)
    return list(work.session.scalars(locked))


def any_due(work: Work, now: datetime, lease: timedelta) -> bool:
    """Whether there is anything to take, without holding it."""
    return work.session.scalar(_due(now, lease, 1)) is not None


def _due(now: datetime, lease: timedelta, most: int) -> Select[Delivery]:
    """A wait or a lease that is longer than any we give comes from a clock that was set back; two
    machines' clocks may differ by SKEW.
    """
    earlier = aliased(Delivery)
    blocked = exists().where(
        earlier.destination == Delivery.destination,
        earlier.aggregateid == Delivery.aggregateid,
        earlier.sequence < Delivery.sequence,
        earlier.state.not_in(HEARD),
    )
    return (
        select(Delivery)
        .where(
            Delivery.state.in_(WAITING),
            or_(Delivery.next_at <= now, Delivery.next_at > now + LONGEST_WAIT + SKEW),
            or_(
                Delivery.lease_until.is_(None),
                Delivery.lease_until < now,
                Delivery.lease_until > now + lease + SKEW,
            ),
            ~blocked,
        )
        .order_by(Delivery.next_at)
        .limit(most)
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How many deliveries of one destination are in one state that nobody has heard yet, and the
    birth of the oldest; more than COUNT_MOST are not counted.
    """

    destination: str
    state: DeliveryState
    count: int
    oldest: datetime


def standing(work: Work, destinations: Iterable[str]) -> list[Standing]:
    """What waits, is retried or is dead, by destination: bounded reads of a partial index."""
    found = []
    for destination in destinations:
        for state in sorted(WAITING | {DeliveryState.DEAD}):
            rows = (
                select(Delivery.created_at)
                .where(UNHEARD, Delivery.destination == destination, Delivery.state == state)
                .order_by(Delivery.created_at)
                .limit(COUNT_MOST)
                .subquery()
            )
            statement = select(func.count(), func.min(rows.c.created_at))
            count, oldest = work.session.execute(statement).one()
            if count:
                found.append(Standing(destination, state, count, oldest))
    return found


def last_sequence(work: Work, destination: str, aggregateid: UUID) -> int:
    """The highest sequence given out for this case and destination; 0 where none was."""
    statement = select(func.max(Delivery.sequence)).where(
        Delivery.destination == destination, Delivery.aggregateid == aggregateid
    )
    return work.session.scalar(statement) or 0


def get(work: Work, delivery_id: UUID, *, lock: bool = False) -> Delivery | None:
    return work.session.get(
        Delivery, delivery_id, with_for_update={"of": Delivery} if lock else None
    )


def of_case(work: Work, destination: str, aggregateid: UUID) -> Sequence[Delivery]:
    """A case's deliveries to one destination, in order."""
    statement = select(Delivery).where(
        Delivery.destination == destination, Delivery.aggregateid == aggregateid
    )
    return list(work.session.scalars(statement.order_by(Delivery.sequence)))


def page(
    work: Work, scope: str, states: Sequence[str], destination: str, wanted: PageRequest
) -> Page[Delivery]:
    """Deliveries of the counties of a scope, newest first."""
    statement = select(Delivery).where(
        Delivery.destination == destination,
        begins_with(Delivery.county, scope[:6] or "none", 6),
    )
    if states:
        statement = statement.where(Delivery.state.in_(states))
    return keyset(work.session, statement, [Delivery.id], [UUID], wanted)
