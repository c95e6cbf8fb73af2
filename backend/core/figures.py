"""What this process counts and times, for `GET /metrics`: cheap enough for every request and unit.

Labels come from fixed sets only (operations, problem codes, kinds): nobody outside can grow them,
and none of them is an id.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import prometheus_client as prometheus
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()
_REQUEST_BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
_LOCK_BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 15)
_FACE_BOUNDS = (0.1, 0.5, 1, 2.5, 5, 10, 20, 30)

prometheus.ProcessCollector(registry=REGISTRY)

_requests = Histogram(
    "zhangban_request_seconds",
    "Requests by operation and class of status, from the app's first line to its last",
    ("operation", "status"),
    registry=REGISTRY,
    buckets=_REQUEST_BOUNDS,
)
_problems = Counter(
    "zhangban_problems",
    "Refusals and faults by operation and problem code",
    ("operation", "code"),
    registry=REGISTRY,
)
REPLAYS = Counter(
    "zhangban_idempotent_replays",
    "Repeats that got their first answer",
    registry=REGISTRY,
)
DOCUMENTS = Counter(
    "zhangban_documents_stored", "Stored documents by kind", ("media_type",), registry=REGISTRY
)

LOCK_WAIT = Histogram(
    "zhangban_write_lock_wait_seconds",
    "How long write units waited for SQLite's one writer",
    registry=REGISTRY,
    buckets=_LOCK_BOUNDS,
)
LOCK_HELD = Histogram(
    "zhangban_write_lock_held_seconds",
    "How long write units held it",
    registry=REGISTRY,
    buckets=_LOCK_BOUNDS,
)
POOL_WAIT = Histogram(
    "zhangban_connection_wait_seconds",
    "How long units waited for a connection of the pool",
    registry=REGISTRY,
    buckets=_LOCK_BOUNDS,
)
_units = Counter(
    "zhangban_units", "Units of work by kind and end", ("kind", "end"), registry=REGISTRY
)
READ_ENDED = _units.labels("read", "ended")
READ_FAILED = _units.labels("read", "failed")
WRITE_COMMITTED = _units.labels("write", "committed")
WRITE_ROLLED_BACK = _units.labels("write", "rolled_back")

FACE_INSIDE = Gauge(
    "zhangban_face_inside", "Callers of the face engine, served and waiting", registry=REGISTRY
)
FACE_WAIT = Histogram(
    "zhangban_face_wait_seconds",
    "How long callers waited for the face engine",
    registry=REGISTRY,
    buckets=_FACE_BOUNDS,
)
FACE_SECONDS = Histogram(
    "zhangban_face_job_seconds",
    "How long the face engine took",
    registry=REGISTRY,
    buckets=_FACE_BOUNDS,
)
FACE_JOBS = Counter(
    "zhangban_face_jobs", "Jobs of the face engine by outcome", ("outcome",), registry=REGISTRY
)
FACE_STARTS = Counter(
    "zhangban_face_child_starts", "How often the engine's process was started", registry=REGISTRY
)
DELIVERIES = Counter(
    "zhangban_delivery_tries", "Tries of the relay by outcome", ("outcome",), registry=REGISTRY
)

NOTICES = Counter(
    "zhangban_notice_tries", "WeChat messages by outcome", ("outcome",), registry=REGISTRY
)

_request_children: dict[tuple[str, int], Histogram] = {}


def request_ended(operation: str, status: int, seconds: float) -> None:
    """Count one answered request. `operation` is an operationId or `none`."""
    key = (operation, status // 100)
    child = _request_children.get(key)
    if child is None:
        child = _request_children[key] = _requests.labels(operation, f"{status // 100}xx")
    child.observe(seconds)


def problem(operation: str, code: str) -> None:
    """Count one problem that was answered."""
    _problems.labels(operation, code).inc()


@contextmanager
def timed(into: Histogram) -> Iterator[None]:
    """Observe how long the block took, however it ends."""
    began = time.perf_counter()
    try:
        yield
    finally:
        into.observe(time.perf_counter() - began)


class Outside:
    """How an outside system answered last, without asking it again."""

    def __init__(self, name: str) -> None:
        self._good = _outside.labels(name, "answered")
        self._bad = _outside.labels(name, "failed")
        self._bad_since: float | None = None
        self.was_asked = False

    def answered(self) -> None:
        self._good.inc()
        self.was_asked, self._bad_since = True, None

    def failed(self) -> None:
        self._bad.inc()
        self.was_asked = True
        self._bad_since = self._bad_since or time.monotonic()

    @property
    def is_failing(self) -> bool:
        """Whether its last answer was none."""
        return self._bad_since is not None


_outside = Counter(
    "zhangban_outside_calls", "Calls of outside systems", ("system", "outcome"), registry=REGISTRY
)
WECHAT = Outside("wechat")
FACE = Outside("face")
