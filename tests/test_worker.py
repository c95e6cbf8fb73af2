"""The worker door: slow receivers hold up nothing, old things are forgotten, SIGTERM ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backend import worker
from backend.core.attempts import AttemptCount, Limit, spend
from backend.core.clocks import FixedClock, WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.ids import new_id
from backend.core.uow import Kit, Listeners, Units
from backend.forwarding.service import DESTINATION
from backend.relay import service as relay
from backend.relay.models import Delivery
from backend.relay.ports import Destination
from backend.worker import Job, jobs_of, run
from tests.factories.house import Town
from tests.fakes.webhooks import FakeSender

ROOT = Path(__file__).parents[1]
LONG = 20.0  # how long a test waits for what must happen, before it fails


def put(units: Units, destination: str = "d") -> None:
    with units.write() as work:
        relay.enqueue(
            work, destination=destination, aggregatetype="test", aggregateid=new_id(), type="t",
            county="610303", payload={},
        )  # fmt: skip


class Stuck:
    """A receiver that has the message and does not answer until it is let go."""

    def __init__(self) -> None:
        self.reached, self.free = threading.Event(), threading.Event()

    def hold(self, _: object) -> None:
        self.reached.set()
        self.free.wait(LONG)


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    found = Stuck()
    yield found
    found.free.set()
    for carrier in threading.enumerate():  # what a test left behind, before its database goes
        if carrier.name == "relay":
            carrier.join(LONG)


def relay_over(units: Units, stuck: Stuck, sender: FakeSender | None = None) -> relay.Relay:
    sender = sender or FakeSender()
    sender.during = stuck.hold
    return relay.Relay(units, sender, {"d": Destination("d", "http://receiver.test/")})


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_receiver_that_does_not_answer_delays_no_job(units: Units, stuck: Stuck) -> None:
    put(units)
    ended, turns, enough = threading.Event(), [], threading.Event()

    def job() -> None:
        if stuck.reached.is_set():
            turns.append(1)
        if len(turns) == 3:
            enough.set()

    jobs = [Job("often", timedelta(0), job)]
    thread = in_thread(lambda: run(relay_over(units, stuck), jobs, ended, grace_s=0))
    assert enough.wait(LONG)
    assert not stuck.free.is_set()  # it still hangs
    ended.set()
    thread.join(LONG)
    assert not thread.is_alive()


def test_a_job_that_fails_holds_up_neither_the_others_nor_the_relay(
    units: Units, stuck: Stuck
) -> None:
    stuck.free.set()
    put(units)
    ended, done = threading.Event(), threading.Event()

    def fails() -> None:
        raise OSError

    def works() -> None:
        if stuck.reached.is_set():
            done.set()

    jobs = [
        Job("fails", timedelta(0), fails),
        Job("works", timedelta(0), works),
    ]
    thread = in_thread(lambda: run(relay_over(units, stuck), jobs, ended))
    assert done.wait(LONG)
    ended.set()
    thread.join(LONG)
    with units.read() as work:
        assert work.session.scalars(select(Delivery.state)).one() == "sent"


def test_a_stopped_relay_begins_no_further_send(units: Units, stuck: Stuck) -> None:
    for _ in range(6):
        put(units)
    sender = FakeSender()
    carrier = relay_over(units, stuck, sender)
    thread = in_thread(carrier.run_once)
    assert stuck.reached.wait(LONG)
    carrier.stop()
    stuck.free.set()
    thread.join(LONG)
    assert not thread.is_alive()
    assert len(sender.posts) <= carrier.threads
    with units.read() as work:
        waiting = work.session.scalars(select(Delivery.state)).all()
    assert waiting.count("sent") == len(sender.posts)


def test_sigterm_ends_a_worker_whose_receiver_hangs(tmp_path: Path, sqlite_template: Path) -> None:
    (tmp_path / "zhangban.db").write_bytes(sqlite_template.read_bytes())
    ring = KeyRing.generate()
    ring.save(tmp_path / "keys.json")
    database = Database(f"sqlite:///{tmp_path}/zhangban.db")
    put(Units(Kit(database, Vault(ring), Listeners(), WallClock())), DESTINATION)
    database.close()
    with socket.create_server(("127.0.0.1", 0)) as receiver:
        receiver.settimeout(LONG)
        child = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "worker"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "ZHANGBAN_HOME": str(tmp_path),
                "ZHANGBAN_BACKOFFICE_URL": f"http://127.0.0.1:{receiver.getsockname()[1]}/inbox",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            caller, _ = receiver.accept()
            with caller:
                assert caller.recv(4) == b"POST"
                child.send_signal(signal.SIGTERM)
                told, _ = child.communicate(timeout=10)
        finally:
            child.kill()
            child.wait()
    assert child.returncode == 0, told
    assert b"Traceback" not in told


def test_old_counts_of_tries_are_swept(town: Town, clock: FixedClock) -> None:
    spend(town.units, Limit("test", 3, timedelta(hours=1)), "a")
    clock.advance(days=2, seconds=1)
    (job,) = [job for job in jobs_of(town.house) if job.name == "forget_attempts"]
    assert job.every == worker.HOURLY
    job.run()
    with town.units.read() as work:
        assert work.session.scalars(select(AttemptCount)).all() == []
