"""Units of work: one commit or nothing, on both databases, among threads and among processes."""

# ruff: noqa: PT012 - a unit is left by what is raised in it

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import StatementError

from backend.audit import service as audit
from backend.audit.models import AuditHead
from backend.core.access import SYSTEM
from backend.core.attempts import AttemptCount
from backend.core.clocks import WallClock
from backend.core.crypto import Vault
from backend.core.db import Database, insert_absent
from backend.core.errors import StaleVersion
from backend.core.uow import ChangedMeanwhile, Kit, Listeners, Units
from backend.core.write_lock import DatabaseBusy
from backend.relay import service as relay
from backend.relay.models import Delivery, OutboxRow

ROOT = Path(__file__).parents[2]
BORN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Happened:
    what: str


def put(work, subject=b"s", count=1):
    work.session.add(AttemptCount(kind="k", subject=subject, began_at=BORN, count=count))


def kept(units):
    with units.read() as work:
        return [row.subject for row in work.session.scalars(select(AttemptCount))]


def a_delivery(units):
    with units.write() as work:
        row = relay.enqueue(
            work, destination="d", aggregatetype="a", aggregateid=work.new_id(), type="t",
            county="610303", payload={},
        )  # fmt: skip
        return work.session.scalars(select(Delivery.id).where(Delivery.outbox_id == row.id)).one()


def test_a_unit_that_fails_leaves_nothing(units):
    done = []
    with pytest.raises(LookupError), units.write() as work:
        put(work)
        work.session.flush()
        work.after_commit(lambda: done.append("commit"))
        raise LookupError
    assert kept(units) == []
    assert done == []


def test_after_commit_runs_once_the_rows_can_be_seen(units):
    seen = []
    with units.write() as work:
        put(work)
        work.after_commit(lambda: seen.append(kept(units)))
        assert seen == []
    assert seen == [[b"s"]]


def test_a_failing_action_after_the_commit_does_not_undo_the_answer(units):
    done = []

    def fails():
        raise OSError

    with units.write() as work:
        put(work)
        work.after_commit(fails)
        work.after_commit(lambda: done.append(1))
    assert kept(units) == [b"s"]
    assert done == [1]


def test_after_end_runs_in_a_unit_of_its_own_even_after_a_rollback(units):
    with pytest.raises(LookupError), units.write() as work:
        put(work, b"lost")
        first = work
        work.after_end(lambda own: put(own, b"kept" if own is not first else b"same unit"))
        raise LookupError
    assert kept(units) == [b"kept"]


def test_after_end_of_a_read_unit_may_write(units):
    with units.read() as work:
        work.after_end(lambda own: put(own, b"read"))
    assert kept(units) == [b"read"]


def test_a_read_unit_refuses_to_write(units):
    with units.read() as work:
        put(work)
        with pytest.raises(RuntimeError, match="read unit"):
            work.session.flush()
    with units.read() as work, pytest.raises(Exception, match=r"(?i)read.?only"):
        work.session.execute(text("DELETE FROM attempt_counts"))
    with units.write() as work:
        put(work)
    assert kept(units) == [b"s"]


def test_a_write_unit_inside_a_write_unit_is_a_fault_not_a_standstill(units):
    with units.write() as work:
        put(work)
        with pytest.raises(RuntimeError, match="inside"), units.write():
            pass
        assert kept(units) == []  # a read unit beside it is fine
    with units.write() as work:
        put(work, b"next")
    assert sorted(kept(units)) == [b"next", b"s"]


def test_listeners_write_within_the_same_commit(units, listeners):
    listeners.on(Happened, lambda work, happened: put(work, happened.what.encode()))
    with pytest.raises(LookupError), units.write() as work:
        work.emit(Happened("lost"))
        raise LookupError
    with units.write() as work:
        work.emit(Happened("kept"))
        work.emit("nobody hears strings")
    assert kept(units) == [b"kept"]


def test_whoever_changes_a_row_that_was_changed_meanwhile_is_told(units):
    delivery_id = a_delivery(units)
    with pytest.raises(ChangedMeanwhile) as refused, units.write() as work:
        found = work.session.get_one(Delivery, delivery_id)
        work.session.execute(text("UPDATE deliveries SET version = version + 1"))
        found.attempts = 7
    assert refused.value.retry_after == 1
    with units.read() as work:
        found = work.session.get_one(Delivery, delivery_id)
        assert (found.attempts, found.version) == (0, 1)
        with pytest.raises(StaleVersion):
            work.check_version(found, 2)


def test_two_that_insert_one_key_meet_as_changed_meanwhile(units):
    with units.write() as work:
        put(work)
    with pytest.raises(ChangedMeanwhile), units.write() as work:
        put(work)
    with units.write() as work:
        insert_absent(work.session, AttemptCount, kind="k", subject=b"s", began_at=BORN, count=9)
    with units.read() as work:
        assert work.session.scalars(select(AttemptCount.count)).one() == 1


def test_instants_keep_the_moment_and_refuse_to_guess_a_zone(units):
    beijing = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    with units.write() as work:
        work.session.add(AttemptCount(kind="k", subject=b"s", began_at=beijing, count=1))
    with units.read() as work:
        found = work.session.scalars(select(AttemptCount.began_at)).one()
    assert found == beijing
    assert found.utcoffset() == timedelta(0)
    naive = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - what is to be refused
    with pytest.raises(StatementError, match="zone"), units.write() as work:
        work.session.add(AttemptCount(kind="k", subject=b"n", began_at=naive, count=1))
        work.session.flush()


def test_threads_that_write_at_once_lose_nothing(units):
    faults = []

    def write(number):
        try:
            for step in range(10):
                with units.write() as work:
                    put(work, b"%d-%d" % (number, step))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(kept(units)) == 80


def test_first_rows_of_one_chain_written_at_once_both_land(units):
    """Two refusals at once on an empty database: neither may become a fault of ours."""
    faults = []
    start = threading.Barrier(4)

    def refuse():
        try:
            start.wait()
            with units.write() as work:
                audit.record(work, SYSTEM, "test", "subject", case=UUID(int=1))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=refuse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with units.read() as work:
        assert audit.verify(work) == []
        assert work.session.scalars(select(AuditHead.seq)).one() == 4


def test_processes_that_write_at_once_lose_nothing(units, database_url):
    children = [
        subprocess.Popen(
            [sys.executable, ROOT / "tests/core/writing_child.py", database_url, name, "40"],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        for name in ("a", "b")
    ]
    for step in range(20):
        with units.write() as work:
            put(work, b"parent-%d" % step)
    outcomes = [(child.communicate(timeout=60)[1], child.returncode) for child in children]
    assert outcomes == [(b"", 0), (b"", 0)]
    assert len(kept(units)) == 100


def test_a_writer_that_never_lets_go_is_waited_for_only_so_long(tmp_path, sqlite_template):
    """SQLite: another process that hangs in a write must not hang every thread of this one."""
    ours, theirs = (Database(f"sqlite:///{tmp_path}/x.db") for _ in range(2))
    with theirs.writing(), pytest.raises(DatabaseBusy) as refused, ours.writing(wait_s=0.05):
        pass
    assert refused.value.retry_after == 5
    with ours.writing(wait_s=0.05):
        pass
    ours.close()
    theirs.close()


def test_a_lock_held_by_another_thread_is_waited_for_only_so_long(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/x.db")
    taken, ended = threading.Event(), threading.Event()

    def hold():
        with database.writing():
            taken.set()
            ended.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(10)
    with pytest.raises(DatabaseBusy), database.writing(wait_s=0.05):
        pass
    ended.set()
    holder.join()
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_that_lock_rows_crosswise_end_as_changed_meanwhile(units):
    """PostgreSQL breaks the knot by failing one: that one is told to try again, not 500."""
    with units.write() as work:
        put(work, b"1")
        put(work, b"2")
    met = threading.Barrier(2)
    outcomes = []

    def cross(first, second):
        try:
            with units.write() as work:
                _touch(work, first)
                met.wait(10)
                _touch(work, second)
            outcomes.append("done")
        except ChangedMeanwhile:
            outcomes.append("met")

    threads = [threading.Thread(target=cross, args=pair) for pair in ((b"1", b"2"), (b"2", b"1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "met"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_change_on_a_snapshot_that_is_gone_ends_as_changed_meanwhile(units):
    """PostgreSQL's serialization failure (40001) is told as a race, not as a fault of ours."""
    with units.write() as work:
        put(work, b"1")
    with pytest.raises(ChangedMeanwhile) as refused, units.write() as work:
        work.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        assert work.session.scalars(select(AttemptCount.count)).one() == 1
        other = threading.Thread(target=_touch_alone, args=(units, b"1"))
        other.start()
        other.join()
        _touch(work, b"1")
    assert refused.value.retry_after == 1
    with units.read() as work:
        assert work.session.scalars(select(AttemptCount.count)).one() == 2


def test_a_database_that_sqlite_finds_locked_is_busy_not_broken(tmp_path, sqlite_template, ring):
    """Another program that holds the file without our lock, as a backup does."""
    path = tmp_path / "zhangban.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    event.listen(database.engine, "connect", _wait_for_nothing)
    units = Units(Kit(database, Vault(ring), Listeners(), WallClock()))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy) as refused, units.write():
            pass
    assert refused.value.retry_after == 5
    with units.write() as work:
        put(work)
    database.close()


def _wait_for_nothing(connection, _record):
    connection.execute("PRAGMA busy_timeout=0")


def _touch_alone(units, subject):
    with units.write() as work:
        _touch(work, subject)


def _touch(work, subject):
    work.session.execute(
        text("UPDATE attempt_counts SET count = count + 1 WHERE subject = :s"), {"s": subject}
    )


def test_ids_and_clocks_come_in(units, clock):
    made = iter([UUID(int=7)])
    kit = Kit(
        units.kit.database, units.vault, units.kit.listeners, clock, make_id=lambda: next(made)
    )
    with Units(kit).read() as work:
        assert work.new_id() == UUID(int=7)
        assert work.wall.now() == BORN
        assert work.legal.today().isoformat() == "2026-03-02"
        assert not work.is_demo


def test_outbox_is_empty_at_first(units):
    with units.read() as work:
        assert work.session.scalars(select(OutboxRow)).all() == []
