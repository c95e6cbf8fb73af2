"""A stop under requests: what was sent before it is answered whole, and everything ends in time."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backend.core.crypto import KeyRing
from backend.supervisor.home import listen
from backend.supervisor.run import HttpReady
from backend.supervisor.web import GRACE_SECONDS, web_command

ROOT = Path(__file__).parents[1]
LONG = 30.0
ENOUGH = 40  # more than threads, so that most of them wait in a queue when the end comes
ASK = b"GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
Address = tuple[str, int]


@dataclass
class Gated:
    """A gunicorn of ours whose `/wait` requests hang until the gate opens."""

    process: subprocess.Popen[bytes]
    address: Address
    gate: int

    def open(self) -> None:
        os.close(self.gate)


@contextmanager
def gated(threads: int) -> Iterator[Gated]:
    waits, gate = os.pipe()
    with listen("127.0.0.1", 0) as listening:
        address: Address = listening.getsockname()
        process = subprocess.Popen(
            web_command(
                f"fd://{listening.fileno()}", threads=threads, app="tests.fakes.wsgi:app()"
            ),
            cwd=ROOT,
            env={**os.environ, "GATE_FD": str(waits)},
            stderr=subprocess.PIPE,
            pass_fds=(listening.fileno(), waits),
        )
    os.close(waits)
    try:
        until(HttpReady(*address, "/health"))
        yield Gated(process, address, gate)
    finally:
        process.kill()
        process.communicate()


def until(fact: object) -> None:
    """Ask again until it is so; each question takes its own time."""
    give_up = time.monotonic() + LONG
    while not fact():  # type: ignore[operator]
        assert time.monotonic() < give_up


def asked(address: Address, times: int) -> list[socket.socket]:
    callers = [socket.create_connection(address, timeout=LONG) for _ in range(times)]
    for caller in callers:
        caller.sendall(ASK)
    return callers


def whole_answers(callers: list[socket.socket]) -> list[int]:
    """The status of each, where the body came whole too."""
    found = []
    for caller in callers:
        with caller:
            response = http.client.HTTPResponse(caller)
            response.begin()
            assert response.read() == b"ok"
            found.append(response.status)
    return found


def is_refused(address: Address) -> bool:
    try:
        socket.create_connection(address, timeout=LONG).close()
    except ConnectionError:
        return True
    return False


def test_requests_in_flight_and_in_the_queue_end_with_their_answers() -> None:
    with gated(threads=2) as web:
        callers = asked(web.address, ENOUGH)
        web.process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        until(lambda: is_refused(web.address))  # no new ones are taken
        web.open()
        assert whole_answers(callers) == [200] * ENOUGH
        assert web.process.wait(LONG) == 0
        assert time.monotonic() - began < GRACE_SECONDS


def test_whoever_is_connected_but_not_yet_taken_in_is_answered_too() -> None:
    """The server is held still while they connect, so that the stop is what it sees first."""
    with gated(threads=2) as web:
        web.open()
        worker = only_child_of(web.process.pid)
        os.kill(worker, signal.SIGSTOP)
        until(lambda: is_held(worker))  # else the later signal of the lower number comes first
        callers = asked(web.address, ENOUGH)
        web.process.send_signal(signal.SIGTERM)
        until(lambda: is_pending(worker, signal.SIGTERM))
        os.kill(worker, signal.SIGCONT)
        assert whole_answers(callers) == [200] * ENOUGH
        assert web.process.wait(LONG) == 0


def test_whoever_speaks_only_after_the_stop_began_is_heard_out() -> None:
    """Two hold the threads, so that the stop is known before anybody looks at the third."""
    with gated(threads=2) as web:
        callers = asked(web.address, 2)
        silent = socket.create_connection(web.address, timeout=LONG)
        web.process.send_signal(signal.SIGTERM)
        until(lambda: is_refused(web.address))
        web.open()
        assert whole_answers(callers) == [200, 200]
        silent.sendall(ASK)
        assert whole_answers([silent]) == [200]
        assert web.process.wait(LONG) == 0


def test_a_new_web_process_takes_over_without_losing_a_request() -> None:
    """SIGHUP: the old one answers what it has, a new one with new settings serves."""
    with gated(threads=2) as web:
        old = only_child_of(web.process.pid)
        callers = asked(web.address, ENOUGH)
        web.process.send_signal(signal.SIGHUP)
        until(lambda: len(children_of(web.process.pid)) == 2)
        web.open()
        assert whole_answers(callers) == [200] * ENOUGH
        until(lambda: old not in children_of(web.process.pid))
        assert HttpReady(*web.address, "/health")()
        web.process.send_signal(signal.SIGTERM)
        assert web.process.wait(LONG) == 0


def children_of(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def only_child_of(pid: int) -> int:
    (child,) = children_of(pid)
    return child


def is_held(pid: int) -> bool:
    return "\nState:\tT" in Path(f"/proc/{pid}/status").read_text()


def is_pending(pid: int, number: signal.Signals) -> bool:
    """Whether the kernel keeps this signal for a process that is held still."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    masks = [int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd", "ShdPnd"))]
    return any(mask >> (number - 1) & 1 for mask in masks)


# The real server, as the only process of a container runs it


@dataclass
class Load:
    """Callers who come again and again, each time on a new connection."""

    address: Address
    path: str
    ended: threading.Event = field(default_factory=threading.Event)
    answered: list[float] = field(default_factory=list)  # when they had been sent
    lost: list[float] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def come(self) -> None:
        while not self.ended.is_set():
            self._ask()
            if len(self.answered) > ENOUGH:
                self.enough.set()

    def _ask(self) -> None:
        sent = 0.0
        try:
            with socket.create_connection(self.address, timeout=LONG) as caller:
                caller.sendall(f"GET {self.path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                sent = time.monotonic()
                response = http.client.HTTPResponse(caller)
                response.begin()
                json.loads(response.read())
                assert response.status == 200
        except (OSError, http.client.HTTPException):
            self.ended.set()  # nobody serves any more
            if sent:
                self.lost.append(sent)
        else:
            self.answered.append(sent)


@pytest.fixture
def served_home(tmp_path: Path, seeded_sqlite: Path) -> Path:
    (tmp_path / "zhangban.db").write_bytes(seeded_sqlite.read_bytes())
    KeyRing.generate().save(tmp_path / "keys.json")
    return tmp_path


def test_zhangban_serve_ends_in_order_under_requests(served_home: Path) -> None:
    with listen("127.0.0.1", 0) as free:
        address: Address = free.getsockname()
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "serve"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "ZHANGBAN_HOME": str(served_home),
            "PORT": str(address[1]),
            "ZHANGBAN_WECHAT_APPID": "wx1",
            "ZHANGBAN_WECHAT_SECRET": "s",
        },
        stderr=subprocess.PIPE,
    )
    try:
        until(HttpReady(*address, "/health/ready"))
        load = Load(address, "/api/v1/divisions")
        threads = [threading.Thread(target=load.come) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert load.enough.wait(LONG)
        stopped = time.monotonic()
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=LONG)
        took = time.monotonic() - stopped
        for thread in threads:
            thread.join(LONG)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, told
    assert took < GRACE_SECONDS
    assert [sent for sent in load.lost if sent < stopped] == []
    assert len(load.answered) > ENOUGH
    lines = [json.loads(line) for line in told.splitlines()]
    assert {line["level"] for line in lines} == {"info"}
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) >= len(load.answered)
