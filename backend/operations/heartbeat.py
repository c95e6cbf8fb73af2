"""The worker's heartbeat: every ten seconds it writes down that it lives and what it did."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from socket import gethostname

import structlog

from backend.core import figures, pulse
from backend.core.ids import new_id
from backend.core.pulse import Beat, JobRuns
from backend.core.uow import Units

log = structlog.get_logger("zhangban.worker")

# The worker has no port: of its own figures these reach `/metrics`, by way of the database.
COUNTED: Mapping[str, tuple[str, dict[str, str]]] = {
    "write_lock_wait_seconds": ("zhangban_write_lock_wait_seconds_sum", {}),
    "write_lock_waits": ("zhangban_write_lock_wait_seconds_count", {}),
    "write_lock_held_seconds": ("zhangban_write_lock_held_seconds_sum", {}),
    "units_committed": ("zhangban_units_total", {"kind": "write", "end": "committed"}),
    "units_rolled_back": ("zhangban_units_total", {"kind": "write", "end": "rolled_back"}),
    "deliveries_heard": ("zhangban_delivery_tries_total", {"outcome": "heard"}),
    "deliveries_failed": ("zhangban_delivery_tries_total", {"outcome": "failed"}),
    "deliveries_given_up": ("zhangban_delivery_tries_total", {"outcome": "given_up"}),
    "notices_sent": ("zhangban_notice_tries_total", {"outcome": "sent"}),
    "notices_refused": ("zhangban_notice_tries_total", {"outcome": "refused"}),
    "notices_failed": ("zhangban_notice_tries_total", {"outcome": "failed"}),
    "notices_given_up": ("zhangban_notice_tries_total", {"outcome": "given_up"}),
}


class Board:
    """What the worker's threads note, until the next beat takes it along."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._lock = threading.Lock()
        now = units.wall.now()
        self._me = Beat(new_id(), host(), now, jobs_at=now, relay_at=now)
        self._runs: dict[str, JobRuns] = {}
        self._told: dict[str, float] = dict.fromkeys(COUNTED, 0.0)

    def jobs_came_round(self) -> None:
        with self._lock:
            self._me = replace(self._me, jobs_at=self._units.wall.now())

    def relay_came_round(self) -> None:
        with self._lock:
            self._me = replace(self._me, relay_at=self._units.wall.now())

    def job_ended(self, job: str, seconds: float, *, failed: bool) -> None:
        now = self._units.wall.now()
        ended = JobRuns(
            job,
            runs=1,
            failures=int(failed),
            seconds=seconds,
            last_success_at=None if failed else now,
            last_failure_at=now if failed else None,
        )
        with self._lock:
            self._add(ended)

    def beat(self) -> None:
        """Write it down; what could not be written is told with the next beat."""
        with self._lock:
            me, runs, self._runs = self._me, list(self._runs.values()), {}
        counted = _counted()
        more = {name: counted[name] - told for name, told in self._told.items()}
        try:
            with self._units.write() as work:
                pulse.record(work, me, runs, {name: n for name, n in more.items() if n})
        except Exception:
            log.exception("heartbeat_failed")
            with self._lock:
                since, self._runs = list(self._runs.values()), {kept.job: kept for kept in runs}
                for later in since:
                    self._add(later)
        else:
            self._told = counted

    def end(self) -> None:
        """The last beat, and the worker is missed no more."""
        self.beat()
        try:
            with self._units.write() as work:
                pulse.end(work, self._me.id)
        except Exception:
            log.exception("heartbeat_failed")

    def _add(self, more: JobRuns) -> None:
        so_far = self._runs.get(more.job, JobRuns(more.job))
        self._runs[more.job] = JobRuns(
            more.job,
            so_far.runs + more.runs,
            so_far.failures + more.failures,
            so_far.seconds + more.seconds,
            more.last_success_at or so_far.last_success_at,
            more.last_failure_at or so_far.last_failure_at,
        )


def host() -> str:
    """By this name a worker's own machine, or container, finds its row again."""
    return gethostname()[:120]


def keep_beating(board: Board, ended: threading.Event) -> None:
    """Beat at once and then every ten seconds until `ended`; a thread's whole life."""
    board.beat()
    while not ended.wait(pulse.EVERY.total_seconds()):
        board.beat()


def _counted() -> dict[str, float]:
    """This process's counters, in one pass over all figures."""
    wanted = {(name, *sorted(labels.items())): ours for ours, (name, labels) in COUNTED.items()}
    found = dict.fromkeys(COUNTED, 0.0)
    for family in figures.REGISTRY.collect():
        for sample in family.samples:
            ours = wanted.get((sample.name, *sorted(sample.labels.items())))
            if ours is not None:
                found[ours] = sample.value
    return found
