"""One child process: its command, its output, its life and death."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backend.supervisor.backoff import Backoff
from backend.supervisor.logs import BoundedLog


@dataclass(frozen=True)
class ChildSpec:
    """`command` runs with `env` over the supervisor's own; `fds` stay open under their numbers."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    fds: tuple[int, ...] = ()


class Child:
    """A program that should always run. It leads a process group of its own, which ends with it."""

    def __init__(
        self,
        spec: ChildSpec,
        log: BoundedLog,
        backoff: Backoff,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.spec = spec
        self.log = log
        self._backoff = backoff
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self.due: float | None = clock()

    @property
    def pid(self) -> int | None:
        """The process and its group; None while there is none."""
        return self._process.pid if self._process else None

    def start(self) -> int | None:
        """Start now; gives the fd to read its output from, or None when it could not be started."""
        self.due = None
        self._started = self._clock()
        try:
            self._process = subprocess.Popen(
                self.spec.command,
                env={**os.environ, **self.spec.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=self.spec.fds,
                start_new_session=True,
            )
        except OSError as error:
            self.log.write(f"cannot start {self.spec.command[0]}: {error}\n".encode())
            return None
        stdout = self._process.stdout
        if stdout is None:
            return None
        fd = os.dup(stdout.fileno())
        stdout.close()
        os.set_blocking(fd, False)
        return fd

    def reap(self) -> int | None:
        """The exit code once it is dead (negative: the signal), all of its group too; else None."""
        if self._process is None:
            return None
        code = self._process.poll()
        if code is not None:
            self.signal_group(signal.SIGKILL)
            self._process = None
        return code

    def plan_restart(self) -> float:
        """Set `due`; gives the seconds until then, or raises CannotStart."""
        now = self._clock()
        wait = self._backoff.after(now - self._started)
        self.due = now + wait
        return wait

    def ask_to_end(self) -> None:
        """SIGTERM to the child alone, which ends its own helpers in order."""
        self.due = None
        if self._process is not None:
            self._process.terminate()

    def signal_group(self, number: int) -> None:
        """To the child and everything it started."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
