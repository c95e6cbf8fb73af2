"""What `GET /metrics` tells beside this process's own figures: the queue, the workers, the disk.

They are read from the database when asked, by bounded queries and at most every five seconds, so
that each web process tells the same whichever of them is asked.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import text

from backend.audit import queries as audit
from backend.core import figures, pulse
from backend.core.uow import Units, Work
from backend.house import House
from backend.operations.heartbeat import COUNTED
from backend.relay import queries as relay
from backend.relay.states import DeliveryState

log = structlog.get_logger("zhangban.web")
EVERY_S = 5.0
SIZE_EVERY_S = 60.0  # PostgreSQL looks at every file for it


class Exposition:
    """Writes all figures down in Prometheus' text format."""

    def __init__(
        self,
        house: House,
        destinations: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = house.settings.home
        self._destinations = destinations
        self._clock = clock
        self._one_reads = threading.Lock()
        self._text, self._text_until = b"", 0.0
        self._size, self._size_until = 0, 0.0

    def __call__(self, units: Units) -> bytes:
        return generate_latest(figures.REGISTRY) + self._shared(units)

    def _shared(self, units: Units) -> bytes:
        with self._one_reads:
            if self._clock() >= self._text_until:
                self._text = generate_latest(_Told(list(self._families(units))))
                self._text_until = self._clock() + EVERY_S
            return self._text

    def _families(self, units: Units) -> Iterator[Metric]:
        yield _gauge("disk_free_bytes", "Room left for data", shutil.disk_usage(self._home).free)
        try:
            with units.read() as work:
                found = [
                    *_outbox(work, self._destinations),
                    *_workers(work),
                    *_anchors(work),
                    _gauge("database_bytes", "Size of the database", self._database_size(work)),
                ]
        except Exception:
            log.warning("figures_not_read", exc_info=True)
            yield _gauge("database_up", "Whether the database answered", 0)
            return
        yield _gauge("database_up", "Whether the database answered", 1)
        yield from found

    def _database_size(self, work: Work) -> int:
        if self._clock() >= self._size_until:
            self._size, self._size_until = _size(work), self._clock() + SIZE_EVERY_S
        return self._size


class _Told(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Sequence[Metric]:
        return self._families


def _outbox(work: Work, destinations: Sequence[str]) -> Iterator[Metric]:
    now = work.wall.now()
    standing = relay.standing(work, destinations)
    count = _family("outbox_deliveries", "Deliveries nobody has heard yet", "destination", "state")
    delivery = _family(
        "outbox_oldest_waiting_seconds", "Age of the oldest that is still tried", "destination"
    )
    case = _family(
        "outbox_oldest_unsent_case_seconds",
        "Age of the oldest message that its receiver lacks, dead ones too",
        "destination",
    )
    for destination in destinations:
        here = {part.state: part for part in standing if part.destination == destination}
        for state in (DeliveryState.PENDING, DeliveryState.RETRYING, DeliveryState.DEAD):
            count.add_metric([destination, state], here[state].count if state in here else 0)
        tried = [part.oldest for state, part in here.items() if state is not DeliveryState.DEAD]
        delivery.add_metric([destination], _age(now, min(tried, default=now)))
        oldest = min((part.oldest for part in here.values()), default=now)
        case.add_metric([destination], _age(now, oldest))
    yield from (count, delivery, case)


def _workers(work: Work) -> Iterator[Metric]:
    now = work.wall.now()
    beat = pulse.newest(work)
    if beat is not None:
        yield _gauge("worker_beat_age_seconds", "Since any worker's beat", _age(now, beat.beat_at))
    is_fresh = pulse.state_of(beat, now) == "fresh"
    yield _gauge("worker_fresh", "Whether a worker lives and comes round", int(is_fresh))
    runs = _counter("job_runs", "Runs of a job by all workers", "job")
    failures = _counter("job_failures", "Runs of it that failed", "job")
    seconds = _counter("job_seconds", "Time that its runs took", "job")
    success = _family("job_last_success_age_seconds", "Since it last ended well", "job")
    failure = _family("job_last_failure_age_seconds", "Since it last failed", "job")
    for job in pulse.jobs(work):
        runs.add_metric([job.job], job.runs)
        failures.add_metric([job.job], job.failures)
        seconds.add_metric([job.job], job.seconds)
        if job.last_success_at is not None:
            success.add_metric([job.job], _age(now, job.last_success_at))
        if job.last_failure_at is not None:
            failure.add_metric([job.job], _age(now, job.last_failure_at))
    yield from (runs, failures, seconds, success, failure)
    told = pulse.counts(work)
    for name in COUNTED:
        counter = _counter(f"worker_{name}", "The same of all workers, over all time")
        counter.add_metric([], told.get(name, 0.0))
        yield counter


def _anchors(work: Work) -> Iterator[Metric]:
    at = audit.last_anchored_at(work)
    if at is not None:
        age = _age(work.wall.now(), at)
        yield _gauge("audit_root_age_seconds", "Since the newest daily root", age)


def _size(work: Work) -> int:
    bind = work.session.connection()
    if bind.dialect.name == "postgresql":
        return int(work.session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    files = [Path(f"{bind.engine.url.database}{end}") for end in ("", "-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def _age(now: datetime, then: datetime) -> float:
    return max(0.0, (now - then).total_seconds())


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"zhangban_{name}", what, value=value)


def _family(name: str, what: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"zhangban_{name}", what, labels=labels)


def _counter(name: str, what: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"zhangban_{name}", what, labels=labels)
