"""Slow and silent callers give their threads back: they stop nobody else."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.supervisor.bounded_worker import MOST_HEAD
from backend.supervisor.children import ChildSpec
from backend.supervisor.home import listen
from backend.supervisor.run import HttpReady
from backend.supervisor.web import web_command
from tests.test_supervisor import PATIENCE, Bench, bench

THREADS = 2
BODY = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
HEAD = b"GET /health HTTP/1.1\r\nHost: x\r\nX-"


@dataclass
class Web:
    """A server whose pauses are a second, and who comes to it."""

    bench: Bench
    address: tuple[str, int]
    callers: ExitStack

    def call(self, said: bytes) -> socket.socket:
        found = socket.create_connection(self.address, timeout=PATIENCE)
        self.callers.enter_context(found)
        found.sendall(said)
        return found

    def answers(self) -> None:
        """Somebody who asks in one breath is answered, however long it takes."""
        with socket.create_connection(self.address, timeout=PATIENCE) as caller:
            caller.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert caller.recv(64).startswith(b"HTTP/1.1 200")


@contextmanager
def served(folder: Path, pause: int = 1) -> Iterator[Web]:
    listening = listen("127.0.0.1", 0)
    fd, address = listening.fileno(), listening.getsockname()
    command = web_command(
        f"fd://{fd}", threads=THREADS, app="tests.fakes.wsgi:app()", patience=pause
    )
    ready = HttpReady(address[0], address[1], "/health")
    with bench(folder) as b, listening, ExitStack() as callers:
        b.supervisor.start(ChildSpec("web", command, fds=(fd,)))
        b.until(ready, wait=0)
        yield Web(b, address, callers)


def ended(caller: socket.socket) -> bool:
    """Whether the server has hung up, be it after an answer."""
    try:
        while select.select([caller], [], [], 0)[0]:
            if not caller.recv(4096):
                return True
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize("half", [b"", HEAD, BODY], ids=["nothing", "head", "body"])
def test_silent_callers_do_not_stop_the_others(tmp_path: Path, half: bytes) -> None:
    with served(tmp_path) as web:
        silent = [web.call(half) for _ in range(THREADS + 1)]
        web.answers()
        for caller in silent:
            select.select([caller], [], [], PATIENCE)
            assert ended(caller)
    assert "Traceback" not in web.bench.log("web")
    assert ("The caller fell silent" in web.bench.log("web")) is (half == BODY)


def test_a_hundred_idle_callers_hold_no_thread(tmp_path: Path) -> None:
    """Gunicorn would wait five seconds for each of them, two at a time."""
    with served(tmp_path) as web:
        for _ in range(100):
            web.call(b"")
        web.answers()


@pytest.mark.parametrize("half", [HEAD, BODY], ids=["head", "body"])
def test_a_drip_is_cut_off_and_stops_nobody(tmp_path: Path, half: bytes) -> None:
    """A byte before each pause is over was enough to hold a thread for ever."""
    with served(tmp_path) as web:
        dripping = [web.call(half) for _ in range(THREADS + 1)]
        give_up = time.monotonic() + 2 * PATIENCE
        while dripping:
            assert time.monotonic() < give_up, "the drip goes on"
            select.select(dripping, [], [], 0.2)
            dripping = [caller for caller in dripping if not ended(caller)]
            for caller in dripping:
                with suppress(ConnectionError):
                    caller.send(b"a")
        web.answers()
    assert "Traceback" not in web.bench.log("web")


def test_a_drip_of_heads_is_awaited_without_a_thread(tmp_path: Path) -> None:
    with served(tmp_path, pause=2 * int(PATIENCE)) as web:
        dripping = [web.call(HEAD) for _ in range(THREADS + 2)]
        for _ in range(3):
            for caller in dripping:
                caller.send(b"a")
            web.answers()
        for caller in dripping:
            caller.sendall(b": b\r\n\r\n")
            assert caller.recv(64).startswith(b"HTTP/1.1 200")


def test_requests_in_pieces_and_behind_each_other_are_served(tmp_path: Path) -> None:
    with served(tmp_path) as web:
        pieces = web.call(b"POST /re")
        for piece in (b"ad HTTP/1.1\r\nHost: x\r", b"\nContent-Length: 4\r\n\r", b"\nab", b"cd"):
            select.select([pieces], [], [], 0.02)
            pieces.sendall(piece)
        assert pieces.recv(4096).startswith(b"HTTP/1.1 200")
        pieces.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        heard = b""
        while heard.count(b"200 OK") < 3:
            more = pieces.recv(4096)
            assert more, heard
            heard += more


def test_a_head_without_an_end_is_refused(tmp_path: Path) -> None:
    with served(tmp_path) as web:
        caller = web.call(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        line = b"X-A: " + b"a" * 4000 + b"\r\n"
        with suppress(ConnectionError):
            for _ in range(4 * MOST_HEAD // len(line)):
                caller.sendall(line)
        web.answers()
        caller.close()
        web.answers()
