"""The child process beside the web process: bounded, rebuilt when broken, ended with its parent."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backend.adapters.face.pool import FacePool
from backend.consent.errors import FaceEngineDown, FaceQueueFull, WrongTurn

CHILD = ("-m", "tests.adapters.pool_child")
MakePool = Callable[..., FacePool]


@pytest.fixture
def make_pool() -> Iterator[MakePool]:
    made: list[FacePool] = []

    def make(**bounds: float) -> FacePool:
        made.append(FacePool(CHILD, **bounds))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for pool in made:
        pool.close()


def test_nothing_runs_before_the_first_job_or_after_the_end(make_pool: MakePool) -> None:
    pool = make_pool()
    assert pool.pid is None
    assert pool.run("echo", b"\x00" * 1_000_000) == b"\x00" * 1_000_000
    pid = pool.pid
    assert pid is not None
    pool.close()
    assert pool.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_child_is_last_in_line_and_knows_no_secret(make_pool: MakePool) -> None:
    os.environ["ZHANGBAN_TEST_SECRET"] = "x"
    try:
        pid, niceness, environment = make_pool().run("process")
    finally:
        del os.environ["ZHANGBAN_TEST_SECRET"]
    assert pid != os.getpid()
    assert niceness == 19
    assert not [name for name in environment if name.startswith("ZHANGBAN")]


def test_a_named_refusal_comes_through(make_pool: MakePool) -> None:
    with pytest.raises(WrongTurn) as refused:
        make_pool().run("refuse")
    assert refused.value.params == {"action": "turn_left"}


def test_a_fault_is_a_down_engine_without_its_text(
    make_pool: MakePool, caplog: pytest.LogCaptureFixture
) -> None:
    pool = make_pool()
    with pytest.raises(FaceEngineDown):
        pool.run("fail")
    assert "ZeroDivisionError" in caplog.text
    assert "must not get out" not in caplog.text
    assert pool.run("echo", 1) == 1


def test_a_child_that_died_is_rebuilt_and_the_job_done_again(
    make_pool: MakePool, tmp_path: Path
) -> None:
    assert make_pool().run("die_once", str(tmp_path / "marker")) == "second time"


def test_a_job_that_kills_twice_is_given_up_and_the_pool_lives(make_pool: MakePool) -> None:
    pool = make_pool()
    with pytest.raises(FaceEngineDown) as down:
        pool.run("die")
    assert down.value.retry_after
    assert pool.run("echo", "alive") == "alive"


def test_a_hanging_job_is_ended_in_time(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(timeout=1.5)
    with pytest.raises(FaceEngineDown):
        pool.run("hang", str(tmp_path / "marker"))
    assert (tmp_path / "marker").read_text() == "hanging"
    assert pool.pid is None
    assert pool.run("echo", "alive") == "alive"


def test_more_than_may_wait_are_sent_away_with_a_time(make_pool: MakePool, tmp_path: Path) -> None:
    pool = make_pool(max_waiting=2)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(3) as callers:
        held = [callers.submit(pool.run, "wait_for", str(fifo))]
        gate = threading.Event()
        # Opening for writing returns once the child reads: from then on it is busy.
        with open(fifo, "w") as tell:
            held += [callers.submit(pool.run, "echo", n) for n in (1, 2)]
            while pool.inside < 3:
                gate.wait(0.005)
            with pytest.raises(FaceQueueFull) as full:
                pool.run("echo", 3)
            tell.write("go on")
        assert [done.result() for done in held] == ["go on", 1, 2]
    assert full.value.retry_after
    assert pool.inside == 0


def test_the_child_ends_with_its_parent() -> None:
    # Nobody closes the pool here.
    parent = (
        "import os\n"
        "from backend.adapters.face.pool import FacePool\n"
        f"pool = FacePool({CHILD!r})\n"
        "pool.run('echo', 1)\n"
        "print(pool.pid, flush=True)\n"
        "input()\n"
        "os._exit(1)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "."},
    ) as process:
        assert process.stdout is not None
        child = os.pidfd_open(int(process.stdout.readline()))
        process.communicate(b"\n")
    try:
        ended, _, _ = select.select([child], [], [], 10)
        assert ended
    finally:
        os.close(child)
