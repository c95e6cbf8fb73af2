"""The supervisor itself: one thread that starts, hears, restarts and ends its children."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from backend.supervisor import guard
from backend.supervisor.backoff import Backoff, CannotStart, Policy
from backend.supervisor.children import Child, ChildSpec
from backend.supervisor.logs import BoundedLog

CHUNK = 65_536
# Where the kernel cannot tell a process's end on a descriptor (pidfd: Linux 5.3), look this often.
POLL = 0.25
Tell = Callable[[str], None]


class Supervisor:
    """A context: leaving it ends all children. `lock_fd` goes to the guard, see `guard.py`."""

    def __init__(
        self,
        log_folder: Path,
        *,
        tell: Tell,
        policy: Policy | None = None,
        clock: Callable[[], float] = time.monotonic,
        lock_fd: int | None = None,
    ) -> None:
        log_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._log_folder = log_folder
        self._tell = tell
        self._policy = policy or Policy()
        self._clock = clock
        self._children: list[Child] = []
        self._ended = False
        self._selector = selectors.DefaultSelector()
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", guard.__file__],
            stdin=subprocess.PIPE,
            bufsize=0,
            pass_fds=() if lock_fd is None else (lock_fd,),
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def start(self, spec: ChildSpec) -> None:
        """Start a child and keep it running from now on."""
        log = BoundedLog(self._log_folder / f"{spec.name}.log")
        child = Child(spec, log, Backoff(self._policy), self._clock)
        self._children.append(child)
        self._start(child)

    def wake_on(self, source: int) -> None:
        """Let `step` return when this descriptor has something to read; it is emptied."""
        self._selector.register(source, selectors.EVENT_READ, None)

    def step(self, wait: float) -> None:
        """Wait up to `wait` seconds for something to happen and deal with it.

        Raises CannotStart when a child died at once too often.
        """
        self._hear(self._patience(wait))
        for child in self._children:
            self._bury(child)
        now = self._clock()
        for child in self._children:
            if child.due is not None and child.due <= now:
                self._start(child)

    def end(self, impatient: Callable[[], bool] = lambda: False) -> None:
        """SIGTERM to all; SIGKILL to the rest after the grace time, or at once when impatient."""
        if self._ended:
            return
        self._ended = True
        for child in self._children:
            child.ask_to_end()
        until = time.monotonic() + self._policy.grace
        while self.living and time.monotonic() < until and not impatient():
            self._hear(POLL)
            self._reap_all()
        for child in self.living:
            child.signal_group(signal.SIGKILL)
        while self.living:
            self._hear(POLL)
            self._reap_all()
        self._hear(0)
        self._close()

    @property
    def living(self) -> list[Child]:
        """Who runs now."""
        return [child for child in self._children if child.pid is not None]

    def _patience(self, wait: float) -> float:
        now = self._clock()
        dues = [child.due - now for child in self._children if child.due is not None]
        if not hasattr(os, "pidfd_open"):
            dues.append(POLL)
        return max(0.0, min([wait, *dues]))

    def _start(self, child: Child) -> None:
        output = child.start()
        if child.pid is None or output is None:
            self._plan(child, "could not be started")
            return
        self._warn_guard("+", child.pid)
        self._selector.register(output, selectors.EVENT_READ, child.log)
        if hasattr(os, "pidfd_open"):
            self._selector.register(os.pidfd_open(child.pid), selectors.EVENT_READ, child)

    def _bury(self, child: Child) -> None:
        pid, code = child.pid, child.reap()
        if pid is None or code is None:
            return
        self._warn_guard("-", pid)
        self._plan(child, f"ended with {_words(code)}")

    def _plan(self, child: Child, what: str) -> None:
        name = child.spec.name
        log = self._log_folder / f"{name}.log"
        try:
            wait = child.plan_restart()
        except CannotStart:
            self._tell(f"{name} {what}, {self._policy.tries} times in a row. Its last words: {log}")
            raise CannotStart(name) from None
        self._tell(f"{name} {what}; it starts again in {wait:g} s. Its last words: {log}")

    def _reap_all(self) -> None:
        for child in self.living:
            pid = child.pid
            if child.reap() is not None and pid is not None:
                self._warn_guard("-", pid)

    def _hear(self, wait: float) -> None:
        for key, _ in self._selector.select(wait):
            if isinstance(key.data, Child):  # its end; `reap` asks for the code
                self._selector.unregister(key.fd)
                os.close(key.fd)
            else:
                self._read(key.fd, key.data)

    def _read(self, fd: int, log: BoundedLog | None) -> None:
        try:
            said = os.read(fd, CHUNK)
        except BlockingIOError:
            return
        if log is not None and said:
            log.write(said)
        if not said:
            self._selector.unregister(fd)
            os.close(fd)

    def _warn_guard(self, sign: str, group: int) -> None:
        if self._guard.stdin is not None:
            # Without its guard the server still serves; only a kill -9 would leave something.
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.write(f"{sign}{group}\n".encode())

    def _close(self) -> None:
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                os.close(key.fd)
        self._selector.close()
        for child in self._children:
            child.log.close()
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        self._guard.wait()


def _words(code: int) -> str:
    if code < 0:
        return f"signal {-code}"
    return f"exit code {code}"
