"""What is timed on a filled database: the app's operations and the queries behind its look-ups."""

from __future__ import annotations

import itertools
import re
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.engine import Connection

from backend.audit.models import AuditHead
from backend.consent import queries as consent
from backend.core.uow import Units, Work
from backend.identity import queries as identity
from backend.relay import queries as relay
from backend.relay.service import LEASE
from backend.tracking import queries as tracking
from benchmarks import api, people
from benchmarks.growth.crowd import Town
from benchmarks.inside import call, environ
from benchmarks.load import request
from benchmarks.place import Place

_READS, _WRITES = 300, 150
_VALUE = re.compile(r"X?'[^']*'")
_LISTED = "/api/v1/staff/worklist?limit=20"


@dataclass(frozen=True)
class Question:
    """One thing to do again and again; `ask` does it once."""

    name: str
    count: int
    ask: Callable[[], object]
    warm: int = 20


def questions(served: Flask, units: Units, place: Place, town: Town, size: int) -> list[Question]:
    """Everything that is timed, in the order in which it is."""
    cast = town.cast
    reads = [request("GET", f"{api.BASE}/{UUID(case)}", token) for token, case in town.spread]
    lists = [request("GET", f"{api.BASE}?limit=20", token) for token in cast.lists]
    desk = [request("GET", _LISTED, town.staff_token)]
    creates = api.create_requests(place, cast, 0.3)
    submits = api.submit_requests(place, cast, 0)
    numbers = [people.id_number(n * 7919 % size, n % 4) for n in range(_READS)]
    return [
        Question("getApplication", _READS, _requests(served, reads, 200), _READS),
        Question("listApplications (20)", _READS, _requests(served, lists, 200), _READS),
        Question("createApplication", _WRITES, _requests(served, creates, 201)),
        Question("submitApplication", _WRITES, _requests(served, submits, 200)),
        Question("getWorklist (20 of 60)", _READS, _requests(served, desk, 200), _READS),
        Question("person by ID number", _READS, _look_ups(units, _person, numbers), _READS),
        Question("case by receipt", _READS, _look_ups(units, _receipt, town.receipts), _READS),
        Question("relay: anything due", _READS, _look_ups(units, _due, [""]), _READS),
        Question("worker: invitations overdue", _READS, _look_ups(units, _overdue, [""]), _READS),
        Question("worker: chains moved today", 20, _look_ups(units, _moved, [""])),
    ]


def time_of(question: Question) -> dict[str, float]:
    """p50 of the wall clock and of this thread's CPU in µs, after a first round over the same rows,
    which a large database has to read off the disk: `first_us` is its p50.
    """
    first, _ = _round(question, question.warm)
    walls, cpus = _round(question, question.count)
    return {
        "first_us": round(statistics.median(first), 1),
        "p50_us": round(statistics.median(walls), 1),
        "cpu_p50_us": round(statistics.median(cpus), 1),
    }


def _round(question: Question, count: int) -> tuple[list[float], list[float]]:
    walls, cpus = [], []
    for _ in range(count):
        wall, cpu = time.perf_counter(), time.thread_time()
        question.ask()
        walls.append((time.perf_counter() - wall) * 1e6)
        cpus.append((time.thread_time() - cpu) * 1e6)
    return walls, cpus


def plans_of(units: Units, question: Question) -> list[str]:
    """How the database goes about each look-up of one asking; whole scans stand first."""
    with _recorded(units) as statements:
        question.ask()
    found: dict[str, str] = {}
    with units.read() as work:
        for sql, values in statements:
            shape = _VALUE.sub("?", sql)
            if sql.startswith("SELECT") and shape not in found:
                found[shape] = _plan(work, sql, values)
    plans = [f"{plan}\n      for {' '.join(shape.split())[-300:]}" for shape, plan in found.items()]
    return sorted(plans, key=lambda plan: "SCAN" not in plan.upper())


def _plan(work: Work, sql: str, values: Any) -> str:
    prefix = "EXPLAIN" if values is not None else "EXPLAIN QUERY PLAN"
    run = work.session.connection().exec_driver_sql
    rows = run(f"{prefix} {sql}", values) if values else run(f"{prefix} {sql}")
    return "; ".join(str(row[-1]).strip() for row in rows.all())


@contextmanager
def _recorded(units: Units) -> Iterator[list[tuple[str, Any]]]:
    """What goes to the database: SQLite tells it itself, values filled in; of PostgreSQL only what
    SQLAlchemy sends is heard, not what prepared look-ups give to the driver.
    """
    heard: list[tuple[str, Any]] = []

    def trace(connection: Any, *_: Any) -> None:
        connection.set_trace_callback(lambda sql: heard.append((sql, None)))

    def hear(_c: Connection, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        heard.append((sql, values or ()))

    engine = units.kit.database.engine
    is_sqlite = units.kit.database.is_sqlite
    name, listener = ("checkout", trace) if is_sqlite else ("before_cursor_execute", hear)
    event.listen(engine, name, listener)
    try:
        yield heard
    finally:
        event.remove(engine, name, listener)
        engine.dispose()  # nobody traces on


def _requests(served: Flask, raw: Iterable[bytes], expect: int) -> Callable[[], object]:
    turns = enumerate(itertools.cycle(raw))

    def ask() -> None:
        n, one = next(turns)
        call(served, environ(one, n), expect)

    return ask


def _look_ups(
    units: Units, look: Callable[[Work, str], object], wanted: Iterable[str]
) -> Callable[[], object]:
    turns = itertools.cycle(wanted)

    def ask() -> object:
        with units.read() as work:
            return look(work, next(turns))

    return ask


def _person(work: Work, number: str) -> object:
    found = identity.person_id_by_number(work, number)
    assert found is not None
    return found


def _receipt(work: Work, code: str) -> object:
    found = tracking.case_by_receipt(work, code)
    assert found is not None
    return found


def _due(work: Work, _: str) -> object:
    return relay.any_due(work, work.wall.now(), LEASE)


def _overdue(work: Work, _: str) -> object:
    return consent.overdue(work, 20, lock=False)


def _moved(work: Work, _: str) -> object:
    moved = select(AuditHead).where(AuditHead.seq > AuditHead.anchored_seq)
    return work.session.scalars(moved.order_by(AuditHead.chain)).all()


def database_size(units: Units) -> int:
    """Bytes on disk."""
    with units.read() as work:
        if units.kit.database.is_sqlite:
            sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        else:
            sql = "SELECT pg_database_size(current_database())"
        return int(work.session.scalar(text(sql)) or 0)
