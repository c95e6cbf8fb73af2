"""One supervisor for one data folder and one port, or a clear sentence why not."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

# A supervisor that was killed leaves its lock to its guard, which needs at most this long.
GUARD_SECONDS = 8.0
POLL = 0.1
BACKLOG = 1024
PORT_MOST = 65_535


class Refused(Exception):
    """The server cannot start here; the text tells the operator what to do."""


class PortTaken(Refused):
    """Another program listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"Port {port} on {host} is already in use by another program. "
            f"Stop that program, or choose another port: make run PORT={port + 1}"
        )


class PortUnusable(Refused):
    """The machine does not let us listen there."""

    def __init__(self, host: str, port: int, why: str | None) -> None:
        super().__init__(f"Cannot listen on {host}, port {port}: {why}.")


class HomeTaken(Refused):
    """Another supervisor, or what is left of one, uses the folder."""

    def __init__(self, home: Path, holder: int | None) -> None:
        who = "another process" if holder is None else f"process {holder}"
        super().__init__(
            f"The data folder {home} is already served by {who}. "
            "Stop that server, or choose another folder: make run ZHANGBAN_HOME=…"
        )


@contextlib.contextmanager
def owned(home: Path) -> Iterator[int]:
    """Hold the folder: makes it (0700), locks it, writes `supervisor.pid`; yields the lock's fd."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    pid_file = home / "supervisor.pid"
    with (home / "supervisor.lock").open("ab") as lock:
        _lock(lock.fileno(), home, pid_file)
        pid_file.write_text(f"{os.getpid()}\n")
        try:
            yield lock.fileno()
        finally:
            pid_file.unlink(missing_ok=True)


def listen(host: str, port: int) -> socket.socket:
    """Bind in the supervisor, so that a taken port is known at once and a restart drops nobody."""
    if not 0 <= port <= PORT_MOST:
        raise PortUnusable(host, port, f"a port is a number from 1 to {PORT_MOST}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from None
        raise PortUnusable(host, port, error.strerror) from None


def _lock(fd: int, home: Path, pid_file: Path) -> None:
    until = time.monotonic() + GUARD_SECONDS
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _living(pid_file)
            if holder is not None or time.monotonic() > until:
                raise HomeTaken(home, holder) from None
            time.sleep(POLL)
        else:
            return


def _living(pid_file: Path) -> int | None:
    """The process that wrote the pid file, when there still is one."""
    try:
        pid = int(pid_file.read_text())
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid
