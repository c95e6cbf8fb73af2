"""Half-sent requests give their threads back: whoever falls silent stops nobody else."""

import socket
from pathlib import Path

import pytest

from backend.supervisor.children import ChildSpec
from backend.supervisor.home import listen
from backend.supervisor.run import HttpReady
from backend.supervisor.web import web_command
from tests.test_supervisor import PATIENCE, bench

THREADS = 2
HALVES = {
    "body": b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    "header": b"GET /health HTTP/1.1\r\nHost: x\r\nX-",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_silent_callers_do_not_stop_the_others(tmp_path: Path, half: bytes) -> None:
    listening = listen("127.0.0.1", 0)
    fd, address = listening.fileno(), listening.getsockname()
    command = web_command(f"fd://{fd}", threads=THREADS, app="tests.fakes.wsgi:app()", patience=1)
    ready = HttpReady(address[0], address[1], "/health")
    with bench(tmp_path) as b, listening:
        b.supervisor.start(ChildSpec("web", command, fds=(fd,)))
        b.until(ready, wait=0)
        silent = [socket.create_connection(address, timeout=PATIENCE) for _ in range(THREADS + 1)]
        try:
            for connection in silent:
                connection.sendall(half)
            b.until(ready, wait=0)
            for connection in silent:
                while connection.recv(4096):
                    pass
        finally:
            for connection in silent:
                connection.close()
    assert "The caller fell silent" in b.log("web")
    assert "Traceback" not in b.log("web")
