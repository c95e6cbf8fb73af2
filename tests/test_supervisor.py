"""The supervisor over tiny children: restarts, logs, ends, and dies without leaving anything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest

from backend.supervisor.backoff import Backoff, CannotStart, Policy
from backend.supervisor.children import ChildSpec
from backend.supervisor.gate import Gate
from backend.supervisor.home import HomeTaken, PortTaken, PortUnusable, listen, owned
from backend.supervisor.logs import BoundedLog
from backend.supervisor.loop import Supervisor
from backend.supervisor.run import HttpReady
from backend.supervisor.web import web_command
from miniprogram_mock.wechat_platform import PlatformConfig, create_platform
from miniprogram_mock.wechat_platform.server import make_platform_server

PYTHON = (sys.executable, "-I", "-S", "-c")
PATIENCE = 20.0


def child(source: str, *fds: int, name: str = "kid") -> ChildSpec:
    return ChildSpec(name, (*PYTHON, source), fds=fds)


# Waiting times


def test_the_wait_doubles_up_to_its_cap_and_begins_anew_after_a_healthy_life() -> None:
    backoff = Backoff(Policy())
    waits = [backoff.after(lived) for lived in (6, 6, 6, 6, 6, 6, 6)]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]
    assert [backoff.after(30), backoff.after(29.9)] == [0.5, 1.0]


def test_five_early_deaths_in_a_row_are_the_end() -> None:
    backoff = Backoff(Policy())
    for lived in (0.1, 0.1, 0.1, 0.1, 5.0, 0.1, 0.1, 0.1, 4.9):
        backoff.after(lived)
    with pytest.raises(CannotStart):
        backoff.after(0.1)


# Logs


def test_logs_are_bounded(tmp_path: Path) -> None:
    log = BoundedLog(tmp_path / "web.log", most=10, keep=2)
    for number in range(9):
        log.write(f"line{number}\n".encode())
    log.close()
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert written == {
        "web.log": "line8\n",
        "web.log.1": "line7\n",
        "web.log.2": "line6\n",
    }


def test_a_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    for word in (b"one\n", b"two\n"):
        log = BoundedLog(tmp_path / "web.log", most=10, keep=2)
        log.write(word)
        log.close()
    assert (tmp_path / "web.log").read_text() == "one\ntwo\n"


def test_a_full_disk_does_not_end_the_server() -> None:
    log = BoundedLog(Path("/dev/full"))
    log.write(b"lost\n")
    log.close()


# Home and port


def test_a_taken_port_is_refused_in_words() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} .* already in use .* PORT={port + 1}"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 65_536), ("203.0.113.1", 8000)])
def test_an_impossible_address_is_refused_in_words(host: str, port: int) -> None:
    with pytest.raises(PortUnusable, match=f"Cannot listen on {host}, port {port}: .+"):
        listen(host, port)


def test_one_home_has_one_supervisor(tmp_path: Path) -> None:
    pid_file = tmp_path / "home" / "supervisor.pid"
    with owned(tmp_path / "home"), owned(tmp_path / "other"):
        assert int(pid_file.read_text()) == os.getpid()
        with (
            pytest.raises(HomeTaken, match=f"already served by process {os.getpid()}"),
            owned(tmp_path / "home"),
        ):
            pytest.fail("two at once")
        assert pid_file.exists()
    assert not pid_file.exists()
    with owned(tmp_path / "home"):
        assert (tmp_path / "home").stat().st_mode & 0o077 == 0


# The loop, in this process


class Clock:
    """Seconds that pass only when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A supervisor, what it told, and a clock in the test's hands."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        self.clock = Clock()
        self.told: list[str] = []
        self.folder = folder
        self.supervisor = Supervisor(folder, tell=self.told.append, policy=policy, clock=self.clock)

    def until(self, condition: Callable[[], bool], wait: float = 1.0) -> None:
        """Let the supervisor work until it is so."""
        give_up = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < give_up, self.told
            self.supervisor.step(wait)

    def until_told(self, times: int) -> None:
        self.until(lambda: len(self.told) >= times)

    def log(self, name: str = "kid") -> str:
        return (self.folder / f"{name}.log").read_text()


@contextmanager
def bench(folder: Path, policy: Policy | None = None) -> Iterator[Bench]:
    built = Bench(folder, policy or Policy(grace=PATIENCE))
    with built.supervisor:
        yield built


def test_a_dead_child_starts_again_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.supervisor.start(child("print('hello'); raise SystemExit(3)"))
        b.until_told(1)
        b.clock.now += 0.49
        b.supervisor.step(0)
        b.supervisor.step(0)
        assert len(b.told) == 1
        b.clock.now += 0.02
        b.until_told(2)
    assert b.told[0].startswith("kid ended with exit code 3; it starts again in 0.5 s.")
    assert "starts again in 1 s" in b.told[1]
    assert b.log() == "hello\nhello\n"


@pytest.mark.parametrize(
    "spec",
    [child("import os; os.kill(os.getpid(), 9)"), ChildSpec("kid", ("/no/such/program",))],
    ids=["dies", "missing"],
)
def test_a_child_that_cannot_start_is_given_up(tmp_path: Path, spec: ChildSpec) -> None:
    with bench(tmp_path) as b:

        def live() -> None:
            b.supervisor.start(spec)
            while True:
                b.supervisor.step(0.01)
                b.clock.now += 1

        with pytest.raises(CannotStart):
            live()
    assert len(b.told) == 5
    assert b.told[-1].endswith(f"5 times in a row. Its last words: {tmp_path / 'kid.log'}")


def test_a_healthy_life_clears_the_record(tmp_path: Path) -> None:
    ends, holds = os.pipe()
    with bench(tmp_path, Policy(tries=2)) as b:
        b.supervisor.start(child(f"import os; os.read({ends}, 1)", ends))
        for _ in range(3):
            b.clock.now += 31
            os.write(holds, b"x")
            b.until_told(len(b.told) + 1)
            b.clock.now += 0.6
            b.supervisor.step(0)
        os.write(holds, b"x")
        b.until_told(4)
    os.close(ends)
    os.close(holds)
    assert all("starts again in 0.5 s" in sentence for sentence in b.told[:3])
    assert len(b.told) == 4


def test_a_child_waits_at_the_gate_and_passes_when_it_starts_again(
    tmp_path: Path,
) -> None:
    gate = Gate()
    source = """
from backend.supervisor.gate import pass_gate
print("loaded", flush=True)
pass_gate()
print("serves", flush=True)
"""
    command = (sys.executable, "-c", source)
    with bench(tmp_path) as b:
        b.supervisor.start(ChildSpec("kid", command, gate.env, (gate.fd,)))
        b.until(lambda: b.log() == "loaded\n")
        b.supervisor.step(0.2)
        assert (b.log(), b.told) == ("loaded\n", [])
        gate.open()
        b.until_told(1)
        b.clock.now += 1
        b.until_told(2)
    os.close(gate.fd)
    assert b.log() == "loaded\nserves\n" * 2


def test_both_voices_of_a_child_are_kept_and_others_go_on(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.supervisor.start(
            child("import time; print('calm', flush=True); time.sleep(600)", name="a")
        )
        b.supervisor.start(child("import sys; print('loud', file=sys.stderr)", name="b"))
        b.until_told(1)
        b.until(lambda: "calm" in b.log("a"))
    assert b.told[0].startswith("b ended with exit code 0")
    assert b.log("b") == "loud\n"


GRANDCHILD = """
import subprocess, sys
sleep = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)"]
subprocess.Popen(sleep, close_fds=False)
"""


def test_what_a_dead_child_leaves_behind_is_ended_with_it(tmp_path: Path) -> None:
    sees_end, held = os.pipe()
    with bench(tmp_path) as b:
        b.supervisor.start(child(GRANDCHILD, held))
        os.close(held)
        b.until_told(1)
        assert_all_gone(sees_end)


POLITE = """
import os, signal, time
def end(*_):
    os.write(1, b"put away\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
os.write(1, b"here\\n")
time.sleep(600)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("here", flush=True)
time.sleep(600)
"""


def test_children_are_asked_to_end_and_heard_to_the_last(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.supervisor.start(child(POLITE))
        b.until(lambda: "here" in b.log())
    assert b.log() == "here\nput away\n"
    assert b.told == []


@pytest.mark.parametrize("impatient", [False, True])
def test_who_does_not_listen_is_killed(tmp_path: Path, impatient: bool) -> None:
    sees_end, held = os.pipe()
    with bench(tmp_path, Policy(grace=600.0 if impatient else 0.05)) as b:
        b.supervisor.start(child(STUBBORN, held))
        os.close(held)
        b.until(lambda: "here" in b.log())
        b.supervisor.end(impatient=lambda: impatient)
    assert_all_gone(sees_end)


def assert_all_gone(sees_end: int) -> None:
    """The pipe ends when the last process that held its other end is gone."""
    assert select([sees_end], [], [], PATIENCE)[0], "somebody still lives"
    assert os.read(sees_end, 1) == b""
    os.close(sees_end)


# The supervisor as a process


@contextmanager
def supervised(home: Path, mode: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A running `tests.fakes.supervised` and the pipe that ends with the last of its children."""
    sees_end, held = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.supervised", str(home), mode, str(held)],
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=(held,),
    ) as process:
        os.close(held)
        try:
            yield process, sees_end
        finally:
            process.kill()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_everything_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with supervised(tmp_path, "serve") as (process, sees_end):
        assert first_line(process) == "ready"
        assert int((tmp_path / "supervisor.pid").read_text()) == process.pid
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert_all_gone(sees_end)
    assert not (tmp_path / "supervisor.pid").exists()


def test_a_signal_ends_the_preparing_too(tmp_path: Path) -> None:
    with supervised(tmp_path, "preparing") as (process, sees_end):
        assert first_line(process) == "preparing"
        process.terminate()
        assert process.wait(PATIENCE) == 0
        assert_all_gone(sees_end)


def test_nothing_outlives_a_killed_supervisor_and_the_home_is_free_again(tmp_path: Path) -> None:
    with supervised(tmp_path, "serve") as (process, sees_end):
        assert first_line(process) == "ready"
        process.kill()
        assert_all_gone(sees_end)
        process.wait(PATIENCE)
    with owned(tmp_path):
        assert int((tmp_path / "supervisor.pid").read_text()) == os.getpid()


def test_a_child_that_cannot_start_ends_it_all_with_an_error(tmp_path: Path) -> None:
    with supervised(tmp_path, "broken") as (process, sees_end):
        assert process.stdout is not None
        told = process.stdout.read()
        assert process.wait(PATIENCE) == 1
        assert_all_gone(sees_end)
    assert "broken ended with exit code 3, 3 times in a row." in told


def test_the_same_home_twice_is_refused_and_another_home_is_not(tmp_path: Path) -> None:
    with (
        supervised(tmp_path / "one", "serve") as (first, _),
        supervised(tmp_path / "two", "serve") as (second, _),
    ):
        assert first_line(first) == first_line(second) == "ready"
        with supervised(tmp_path / "one", "serve") as (third, _):
            assert third.wait(PATIENCE) == 2
            assert f"already served by process {first.pid}" in first_line(third)
        assert first.poll() is None


# Ready


def test_ready_is_what_the_server_says() -> None:
    app = create_platform(PlatformConfig("wx1", "s"))
    server = make_platform_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    assert HttpReady("127.0.0.1", server.port, "/health")()
    assert not HttpReady("127.0.0.1", server.port, "/health/other")()
    server.shutdown()
    thread.join()
    server.server_close()
    assert not HttpReady("127.0.0.1", server.port, "/health")()


def test_a_socket_without_a_server_is_not_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert not HttpReady("127.0.0.1", listening.getsockname()[1], "/health")()


def test_the_mock_platform_serves_on_a_socket_handed_down_again_after_a_kill(
    tmp_path: Path,
) -> None:
    listening = listen("127.0.0.1", 0)
    fd = listening.fileno()
    ready = HttpReady("127.0.0.1", listening.getsockname()[1], "/health")
    platform = ChildSpec(
        "wechat",
        (sys.executable, "-m", "miniprogram_mock.wechat_platform", "--fd", str(fd)),
        env={"ZHANGBAN_WECHAT_APPID": "wx1", "ZHANGBAN_WECHAT_SECRET": "s"},
        fds=(fd,),
    )
    with bench(tmp_path) as b, listening:
        b.supervisor.start(platform)
        b.until(ready, wait=0)
        (pid,) = (child.pid for child in b.supervisor.living)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        b.until_told(1)
        b.clock.now += 0.5
        b.until(ready, wait=0)
    assert b.told[0].startswith("wechat ended with signal 9")


@pytest.mark.parametrize(
    ("request_bytes", "status", "said"),
    [
        (b"GET /consent/SECRET HTTP/1.1\r\nHost: x\r\n\r\n", b"500", "Error handling request"),
        (b"GET /SECRET HTTP/1.1\r\nBad SECRET: x\r\n\r\n", b"400", "Invalid request"),
        (b"SECRET\r\n\r\n", b"400", "Invalid request"),
    ],
)
def test_the_web_process_never_logs_what_callers_say(
    tmp_path: Path, request_bytes: bytes, status: bytes, said: str
) -> None:
    listening = listen("127.0.0.1", 0)
    fd, address = listening.fileno(), listening.getsockname()
    command = web_command(f"fd://{fd}", threads=2, app="tests.fakes.wsgi:app()")
    with bench(tmp_path) as b, listening:
        b.supervisor.start(ChildSpec("web", command, fds=(fd,)))
        b.until(HttpReady(address[0], address[1], "/health"), wait=0)
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(request_bytes)
            assert connection.recv(4096).split()[1] == status
    assert said in b.log("web")
    assert "SECRET" not in b.log("web")
    assert "127.0.0.1:" in b.log("web"), "its own address it may say"
