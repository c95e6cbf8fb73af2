"""Put a message into the outbox, and bring what is due to its receiver."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog

from backend.core import figures, logs
from backend.core.paging import Page, PageRequest
from backend.core.transitions import next_state
from backend.core.uow import Units, Work
from backend.relay import queries
from backend.relay.models import Delivery, OutboxRow
from backend.relay.ports import (
    ANSWER_S,
    CONNECT_S,
    BodyBuilder,
    Destination,
    OutboxMessage,
    ReceiverUnreachable,
    WebhookSender,
)
from backend.relay.rules import MAX_ATTEMPTS, cloud_event, signed_headers, wait_before
from backend.relay.states import MOVES, WAITING, DeliveryState

LEASE = timedelta(seconds=30)
LONGEST_SEND = timedelta(seconds=CONNECT_S + ANSWER_S)
BATCH = 20
_OURSELVES = "zhangban"
log = structlog.get_logger("zhangban.relay")


def enqueue(
    work: Work,
    *,
    destination: str,
    aggregatetype: str,
    aggregateid: UUID,
    type: str,
    county: str,
    payload: Mapping[str, Any],
) -> OutboxRow:
    """Write one message into the outbox within the caller's commit; its `sequence` is put into
    the payload.
    """
    sequence = queries.last_sequence(work, destination, aggregateid) + 1
    now = work.wall.now()
    row = OutboxRow(
        id=work.new_id(),
        aggregatetype=aggregatetype,
        aggregateid=aggregateid,
        type=type,
        county=county,
        payload={**payload, "sequence": sequence},
        created_at=now,
    )
    delivery = Delivery(
        id=work.new_id(),
        outbox=row,
        destination=destination,
        aggregateid=aggregateid,
        county=county,
        sequence=sequence,
        next_at=now,
    )
    work.session.add(delivery)
    work.session.flush()  # the unique sequence shows a lost race here
    return row


def acknowledge(work: Work, destination: str, aggregateid: UUID, up_to: int) -> None:
    """The receiver says that it took this case's messages up to this sequence."""
    for delivery in queries.of_case(work, destination, aggregateid):
        state = DeliveryState(delivery.state)
        if delivery.sequence <= up_to and state in MOVES["acknowledge"].frm:
            delivery.state = next_state(MOVES, state, "acknowledge")


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One delivery as other rooms see it."""

    id: UUID
    destination: str
    aggregateid: UUID
    county: str
    type: str
    state: str
    attempts: int
    next_at: datetime
    last_status: int | None
    last_error: str | None
    version: int


def delivery(work: Work, delivery_id: UUID) -> DeliveryView | None:
    """One delivery; None where there is none."""
    found = queries.get(work, delivery_id)
    return None if found is None else _view(found)


def deliveries(
    work: Work, scope: str, states: Sequence[str], destination: str, wanted: PageRequest
) -> Page[DeliveryView]:
    """The deliveries of a scope's counties to one destination, newest first."""
    page = queries.page(work, scope, states, destination, wanted)
    return Page([_view(found) for found in page.items], page.next_cursor)


def resend(work: Work, delivery_id: UUID, version: int) -> DeliveryView:
    """Give a dead or waiting delivery a fresh set of tries; raises StaleVersion, IllegalMove."""
    found = work.session.get_one(Delivery, delivery_id, with_for_update=True)
    work.check_version(found, version)
    found.state = next_state(MOVES, DeliveryState(found.state), "resend")
    found.attempts = 0
    found.next_at = work.wall.now()
    found.lease_until = None
    work.session.flush()
    return _view(found)


def _view(found: Delivery) -> DeliveryView:
    return DeliveryView(
        found.id,
        found.destination,
        found.aggregateid,
        found.county,
        found.outbox.type,
        found.state,
        found.attempts,
        found.next_at,
        found.last_status,
        found.last_error,
        found.version,
    )


@dataclass
class Relay:
    """Leases what is due in one short unit, sends outside any unit, records each outcome in a
    second.
    """

    units: Units
    sender: WebhookSender
    destinations: Mapping[str, Destination]
    builders: Mapping[str, BodyBuilder] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)  # by aggregate type
    jitter: random.Random = field(default_factory=random.SystemRandom)
    threads: int = 4
    lease: timedelta = LEASE
    _stopped: threading.Event = field(default_factory=threading.Event)

    def run_once(self) -> int:
        """Try every delivery that is due, one batch; returns how many were tried."""
        with self.units.write() as work:
            now = work.wall.now()
            leased = queries.due(work, now, self.lease, BATCH)
            lease = now + self.lease
            for delivery in leased:
                delivery.lease_until = lease
            ids = [delivery.id for delivery in leased]
        self._deliver_all(deque(ids), lease)
        return len(ids)

    def stop(self) -> None:
        """Begin no further send; a lease that was taken for one runs out by itself."""
        self._stopped.set()

    def _deliver_all(self, left: deque[UUID], lease: datetime) -> None:
        """Some at a time. Daemon threads, unlike a pool's, never keep the process from ending."""
        faults: list[Exception] = []

        def carry() -> None:
            while not self._stopped.is_set():
                try:
                    delivery_id = left.popleft()
                except IndexError:
                    return
                try:
                    self._deliver(delivery_id, lease)
                except Exception as fault:
                    faults.append(fault)

        carriers = [
            threading.Thread(target=carry, daemon=True) for _ in range(min(self.threads, len(left)))
        ]
        for carrier in carriers:
            carrier.start()
        for carrier in carriers:
            carrier.join()
        if faults:
            raise faults[0]

    def has_due(self) -> bool:
        """A cheap look, so that an idle worker takes no write lock."""
        with self.units.read() as work:
            return queries.any_due(work, work.wall.now(), self.lease)

    def _deliver(self, delivery_id: UUID, lease: datetime) -> None:
        structlog.contextvars.clear_contextvars()  # each sending thread has its own
        structlog.contextvars.bind_contextvars(delivery_id=str(delivery_id))
        status, error = self._try(delivery_id, lease)
        if status is None and error is None:
            return
        with self.units.write() as work:
            found = queries.get(work, delivery_id, lock=True)
            if found is None or found.state not in WAITING:
                return
            # a failure that comes after the lease is the next holder's to judge; hearing is a fact
            if found.lease_until == lease or _heard(status):
                self._note(work, found, status, error)

    def _try(self, delivery_id: UUID, lease: datetime) -> tuple[int | None, str | None]:
        """The receiver's status, or the kind of fault; neither where it is not ours to send."""
        try:
            with self.units.read() as work:
                delivery = queries.get(work, delivery_id)
                if delivery is None or delivery.lease_until != lease:
                    return None, None
                if work.wall.now() >= lease - self._time_to_send():
                    return None, None  # what is left of a batch then is leased anew
                logs.about_case(delivery.aggregateid)
                url, headers, body = self._message(work, delivery)
            return self.sender.post(url, headers, body), None
        except ReceiverUnreachable as gone:
            return None, type(gone.__cause__ or gone).__name__
        except Exception as fault:  # one message that cannot be made must not hold up the others
            log.exception("delivery_not_made")
            return None, type(fault).__name__[:60]

    def _time_to_send(self) -> timedelta:
        """What a lease must still hold when a send begins, so that no second worker sends too; of
        a short lease its half.
        """
        return min(LONGEST_SEND, self.lease / 2)

    def _message(self, work: Work, delivery: Delivery) -> tuple[str, dict[str, str], bytes]:
        row = delivery.outbox
        build = self.builders.get(row.aggregatetype, _payload)
        event = cloud_event(
            str(row.id),
            f"{self.sources.get(row.aggregatetype, _OURSELVES)}/{row.county}",
            row.type,
            str(row.aggregateid),
            row.created_at,
            build(work, _message_of(row)),
        )
        body = orjson.dumps(event)
        ring = work.vault.ring
        key = ring.current("webhook")
        older = [other.secret for other in ring.all("webhook") if other != key]
        headers = signed_headers(key.secret, str(row.id), work.wall.now(), body, older=older)
        return self.destinations[delivery.destination].url, headers, body

    def _note(self, work: Work, delivery: Delivery, status: int | None, error: str | None) -> None:
        delivery.attempts += 1
        delivery.last_status, delivery.last_error = status, error
        delivery.lease_until = None
        state = DeliveryState(delivery.state)
        if _heard(status):
            delivery.state = next_state(MOVES, state, "hear")
            delivery.heard_at = work.wall.now()
            figures.DELIVERIES.labels("heard").inc()
            log.info("delivery_heard", status=status, attempts=delivery.attempts)
        elif status == 410 or delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = next_state(MOVES, state, "give_up")
            figures.DELIVERIES.labels("given_up").inc()
            log.error("delivery_dead", status=status, error=error)
        else:
            delivery.state = next_state(MOVES, state, "fail")
            delivery.next_at = work.wall.now() + wait_before(delivery.attempts, self.jitter)
            figures.DELIVERIES.labels("failed").inc()
            log.warning("delivery_failed", status=status, error=error, attempts=delivery.attempts)


def _heard(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _payload(_: Work, message: OutboxMessage) -> dict[str, Any]:
    return dict(message.payload)


def _message_of(row: OutboxRow) -> OutboxMessage:
    return OutboxMessage(
        row.id,
        row.aggregatetype,
        row.aggregateid,
        row.type,
        row.payload,
        row.county,
        row.created_at,
    )
