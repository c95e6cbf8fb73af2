"""The worker's pulse: what it did reaches the database once, whatever comes between."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.core import figures, pulse
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from backend.core.db import Database
from backend.core.pulse import WorkerBeat
from backend.core.uow import Units
from backend.operations.heartbeat import Board

ROOT = Path(__file__).parents[2]


@pytest.fixture
def board(units: Units) -> Board:
    return Board(units)


def beats(units: Units) -> list[WorkerBeat]:
    with units.read() as work:
        return list(work.session.scalars(select(WorkerBeat)))


def test_a_beat_says_who_lives_and_when_its_loops_came_round(
    units: Units, board: Board, clock: FixedClock
) -> None:
    began = clock.now()
    board.beat()
    clock.advance(seconds=10)
    board.jobs_came_round()
    clock.advance(seconds=5)
    board.beat()
    (row,) = beats(units)
    assert (row.started_at, row.relay_at) == (began, began)
    assert (row.jobs_at - began).total_seconds() == 10
    assert (row.beat_at - began).total_seconds() == 15


def test_two_workers_beat_beside_each_other_and_the_dead_are_forgotten(
    units: Units, board: Board, clock: FixedClock
) -> None:
    board.beat()
    clock.advance(hours=20)
    other = Board(units)
    other.beat()
    assert len(beats(units)) == 2
    clock.advance(hours=5)
    other.beat()
    assert len(beats(units)) == 1
    other.end()
    assert beats(units) == []
    with units.read() as work:
        assert pulse.newest(work) is None


def test_jobs_are_added_up_over_beats_and_workers(
    units: Units, board: Board, clock: FixedClock
) -> None:
    board.job_ended("sweep", 1.5, failed=False)
    failed_at = clock.now()
    board.job_ended("sweep", 0.5, failed=True)
    board.beat()
    board.beat()  # nothing is told twice
    clock.advance(seconds=60)
    other = Board(units)
    other.job_ended("sweep", 1.0, failed=False)
    other.beat()
    with units.read() as work:
        (job,) = pulse.jobs(work)
    assert (job.job, job.runs, job.failures, job.seconds) == ("sweep", 3, 1, 3.0)
    assert (job.last_success_at, job.last_failure_at) == (clock.now(), failed_at)


def test_counters_are_told_by_what_came_since(units: Units, board: Board) -> None:
    board.beat()
    with units.read() as work:
        before = pulse.counts(work).get("deliveries_heard", 0.0)
    figures.DELIVERIES.labels("heard").inc(3)
    board.beat()
    figures.DELIVERIES.labels("heard").inc(2)
    board.beat()
    with units.read() as work:
        assert pulse.counts(work)["deliveries_heard"] - before == 5


def test_a_beat_that_could_not_be_written_is_made_up_for(
    units: Units, tmp_path: Path, clock: FixedClock
) -> None:
    (tmp_path / "no.db").mkdir()
    broken = Units(replace(units.kit, database=Database(f"sqlite:///{tmp_path}/no.db")))
    board = Board(broken)
    board.job_ended("sweep", 1.0, failed=False)
    board.beat()
    board.job_ended("sweep", 1.0, failed=True)
    broken.kit.database.close()
    (tmp_path / "no.db").rmdir()
    board._units = units  # it answers again
    board.beat()
    with units.read() as work:
        (job,) = pulse.jobs(work)
    assert (job.runs, job.failures, job.seconds) == (2, 1, 2.0)


def test_a_worker_lives_in_the_database_until_it_ends_in_order(
    tmp_path: Path, sqlite_template: Path
) -> None:
    (tmp_path / "zhangban.db").write_bytes(sqlite_template.read_bytes())
    KeyRing.generate().save(tmp_path / "keys.json")
    environment = {"PATH": "/usr/bin:/bin", "ZHANGBAN_HOME": str(tmp_path)}

    def health() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "backend.cli", "worker-health"],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout.strip()

    assert health() == (1, "worker: never")
    worker = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "worker"],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stderr is not None
    try:
        lines = (json.loads(line) for line in worker.stderr)
        done = {line["job"] for line, _ in zip(lines_of_jobs(lines), range(3), strict=False)}
        assert len(done) == 3
        assert health() == (0, "worker: fresh")
        worker.send_signal(signal.SIGTERM)
        told, code = worker.stderr.read(), worker.wait(20)
    finally:
        worker.kill()
        worker.wait()
        worker.stderr.close()
    assert code == 0
    assert json.loads(told.splitlines()[-1])["event"] == "worker_ended"
    assert health() == (1, "worker: never")


def lines_of_jobs(lines):
    """What was said about jobs, each with its name and its time."""
    for line in lines:
        if line["event"] == "job_done":
            assert line["ms"] >= 0
            yield line
