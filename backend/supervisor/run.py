"""From an empty terminal to a serving server, and back."""

from __future__ import annotations

import contextlib
import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backend.supervisor.backoff import CannotStart, Policy
from backend.supervisor.children import ChildSpec
from backend.supervisor.loop import Supervisor, Tell
from backend.supervisor.signals import EndSignals, Interrupted

LONG = 3600.0
READY_POLL = 0.05
PROBE_FIRST, PROBE_MOST = 0.25, 2.0
SLOW_START = 60.0


@dataclass(frozen=True)
class Plan:
    """What is served: `early` children need no data, `prepare` makes it, `children` read it.

    `ready` answers quickly whether all works; `greeting` is told once it does.
    """

    home: Path
    early: Sequence[ChildSpec]
    prepare: Callable[[], None]
    children: Sequence[ChildSpec]
    ready: Callable[[], bool]
    greeting: Callable[[], str]
    policy: Policy = field(default_factory=Policy)


def serve(plan: Plan, tell: Tell, lock_fd: int) -> int:
    """Serve until a signal (0) or until a child cannot be started (1); `lock_fd` from `owned`."""
    with EndSignals() as signals:
        supervisor = Supervisor(plan.home / "logs", tell=tell, policy=plan.policy, lock_fd=lock_fd)
        with supervisor:
            supervisor.wake_on(signals.wakes.fileno())
            try:
                _start(supervisor, plan, signals)
                _watch(supervisor, plan, signals, tell)
            except Interrupted:
                pass
            except CannotStart:
                return 1
            supervisor.end(impatient=lambda: signals.count > 1)
    return 0


def _start(supervisor: Supervisor, plan: Plan, signals: EndSignals) -> None:
    for spec in plan.early:
        supervisor.start(spec)
    with signals.interrupting():
        plan.prepare()
    for spec in plan.children:
        supervisor.start(spec)


def _watch(supervisor: Supervisor, plan: Plan, signals: EndSignals, tell: Tell) -> None:
    slow_at: float | None = time.monotonic() + SLOW_START
    ready = False
    while not signals.count:
        supervisor.step(LONG if ready else READY_POLL)
        if ready or signals.count:
            continue
        ready = plan.ready()
        if ready:
            tell(plan.greeting())
        elif slow_at is not None and time.monotonic() > slow_at:
            slow_at = None
            tell(f"Still not ready. What the parts say is in {plan.home / 'logs'}.")


class HttpReady:
    """Whether `GET path` on this machine answers 200.

    The supervisor's socket takes connections before the web process serves them, so an early probe
    hangs until its time is up; the time grows, in case the machine is just slow.
    """

    def __init__(self, host: str, port: int, path: str) -> None:
        self._host = host
        self._port = port
        self._path = path
        self._timeout = PROBE_FIRST

    def __call__(self) -> bool:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
        with contextlib.closing(connection):
            try:
                connection.request("GET", self._path)
                return connection.getresponse().status == http.client.OK
            except TimeoutError:
                self._timeout = min(self._timeout * 1.5, PROBE_MOST)
            except (OSError, http.client.HTTPException):
                pass
        return False
