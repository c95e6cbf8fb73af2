"""Starts the measured servers and the worker, waits until they answer, and reads their CPU."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from backend.supervisor.web import THREADS, web_command
from benchmarks.place import Place

_TICKS = os.sysconf("SC_CLK_TCK")
_START_S = 60
NAMES = ("app", "fastapi", "floor")


@dataclass(frozen=True)
class Server:
    """One process tree that listens on a port of its own."""

    name: str
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What the whole tree has used so far, user and system."""
        return tree_cpu(self.pid)


@contextmanager
def serving(place: Place, names: tuple[str, ...] = NAMES) -> Iterator[dict[str, Server]]:
    """The servers of these names over one place, and the worker beside them."""
    ports = {name: _free_port() for name in names}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, port in ports.items():
            running[name] = _start(place, name, _command(name, port), place.env(port))
        any_port = next(iter(ports.values()))
        worker = (sys.executable, "-m", "backend.worker")
        running["worker"] = _start(place, "worker", worker, place.env(any_port))
        for name, port in ports.items():
            _until_ready(running[name], port, place.home / f"{name}.log")
        yield {name: Server(name, port, running[name].pid) for name, port in ports.items()}
    finally:
        for child in running.values():
            child.terminate()
        for child in running.values():
            _reap(child)


def _command(name: str, port: int) -> tuple[str, ...]:
    bind = f"127.0.0.1:{port}"
    if name == "app":
        return web_command(bind)
    if name == "floor":
        return web_command(bind, app="benchmarks.peers.floor.app:wsgi()")
    # As its authors deploy it: one uvicorn process, sync endpoints in the thread pool.
    return (
        *(sys.executable, "-m", "uvicorn", "benchmarks.peers.fastapi_peer.app:build", "--factory"),
        *("--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"),
        *("--no-server-header", "--limit-concurrency", str(THREADS * 4)),
    )


def _start(
    place: Place, name: str, command: tuple[str, ...], env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    with (place.home / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, env=dict(env), stdout=log, stderr=log)


def _reap(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(15)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_ready(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if child.poll() is not None:
            break
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/health/ready")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"a server does not start:\n{log.read_text()[-3000:]}")


def tree_cpu(pid: int) -> float:
    """CPU seconds of a process and everything below it that still runs."""
    return sum(_cpu(found) for found in _tree(pid))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
        for task in tasks:
            children = Path(f"/proc/{pid}/task/{task}/children").read_text().split()
            for child in children:
                yield from _tree(int(child))
    except FileNotFoundError:
        return


def _cpu(pid: int) -> float:
    """utime + stime of the process, and what its ended children had used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS
