"""The raw durable limit: a bare loop that commits the rows of a create or a submission, no HTTP."""

from __future__ import annotations

import hashlib
import itertools
import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from backend.audit.rules import row_hash
from backend.core.crypto import Vault
from benchmarks.cast import DIVISION
from benchmarks.peers.floor.store import Query, Store, open_store
from benchmarks.place import Place
from benchmarks.rows import COLUMNS, DRAFT, Known, Maker, stamp

Limit = dict[str, float]
_ANSWER = "id route body_hash status headers body answered_at"
_WRITTEN = ("persons", "applications", "household_members", "audit_rows", "audit_heads")
_UPDATE = (
    "UPDATE applications SET state = 'awaiting_consent', content_hash = ?, policy_version = ?,"
    " assessment = ?, receipt_code = ?, submitted_at = ?, submitted_on = ?, updated_at = ?,"
    " version = version + 1 WHERE id = ?"
)
# What an answer to a create and to a submission weighs.
_ANSWER_BYTES = {"createApplication": 2600, "submitApplication": 250}
_FIRST = 1_200_000  # its own households
_FASTEST = 4000  # submissions a second that no disk here passes
Prepared = list[tuple[str, list[tuple[Any, ...]]]]


@dataclass
class Writers:
    """Makes the rows of one write after another."""

    store: Store
    vault: Vault
    known: Known
    owner: tuple[str, str]
    numbers: Iterator[int]
    drafts: deque[tuple[str, bytes]] = field(default_factory=deque)  # case, its chain's head

    def prepare(self, operation: str, count: int) -> None:
        """Drafts that can be handed in, written at one stroke."""
        maker = Maker(self.vault, self.known, datetime.now(UTC), seed=next(self.numbers))
        if operation != "submitApplication":
            return
        for _ in range(count):
            case = self._case(maker)
            self.drafts.append((case, maker.batch["audit_heads"][-1][2]))
        made = maker.take()
        with self.store.write() as query:
            _write(query, [(_insert(table), made[table]) for table in _WRITTEN])

    def rows(self, operation: str, maker: Maker) -> Prepared | None:
        """The statements of one write; None when no draft is left."""
        at = datetime.now(UTC)
        if operation == "createApplication":
            self._case(maker)
            made = maker.take()
            created = [(_insert(table), made[table]) for table in _WRITTEN]
            return [*created, self._answer(operation, at)]
        try:
            case, previous = self.drafts.popleft()
        except IndexError:
            return None
        return [*self._submission(UUID(case), previous, at), self._answer(operation, at)]

    def _case(self, maker: Maker) -> str:
        at, others = datetime.now(UTC), next(self.numbers)
        return maker.case(others, self.owner, DIVISION, DRAFT, at)

    def _submission(self, case: UUID, previous: bytes, at: datetime) -> Prepared:
        chain, day, who = f"case:{case}", at.date(), UUID(self.owner[0])
        subject, ident = f"application:{case}", uuid4()
        digest = row_hash(
            previous, chain=chain, seq=2, county=DIVISION[:6], at=at, legal_date=day,
            actor_role="citizen", actor_id=who, action="case.submitted", subject=subject,
            details={"consents_outstanding": 3}, id=ident,
        )  # fmt: skip
        sealed = self.vault.seal("applications", "assessment", case, self.known.assessment)
        change = (
            hashlib.sha256(case.bytes).hexdigest(), self.known.policy_version, sealed,
            os.urandom(8).hex(), stamp(at), day.isoformat(), stamp(at), case.hex,
        )  # fmt: skip
        row = (
            ident.hex, chain, 2, DIVISION[:6], stamp(at), day.isoformat(), "citizen",
            self.owner[0], "case.submitted", subject, '{"consents_outstanding":3}', previous,
            digest,
        )  # fmt: skip
        told = (uuid4().hex, stamp(at), 1, self.owner[0], "told_case_submitted", "{}", case.hex)
        return [
            (_UPDATE, [change]),
            (_insert("audit_rows"), [row]),
            ("UPDATE audit_heads SET seq = 2, hash = ? WHERE chain = ?", [(digest, chain)]),
            (_insert("inbox_messages"), [told]),
        ]

    def _answer(self, operation: str, at: datetime) -> tuple[str, list[tuple[Any, ...]]]:
        ident = uuid4()
        body = self.vault.seal("idempotent_answers", "body", ident, "x" * _ANSWER_BYTES[operation])
        headers = '{"ETag":"\\"1\\"","Content-Type":"application/json"}'
        row = (ident.hex, "POST /", os.urandom(32), 201, headers, body, stamp(at))
        return _insert("idempotent_answers"), [row]


def writers_of(place: Place, known: Known) -> Writers:
    """Writers with an account of their own."""
    store = open_store(place.url)
    maker = Maker(place.vault, known, datetime.now(UTC), seed=11)
    owner = maker.account(_FIRST - 1, datetime.now(UTC))
    made = maker.take()
    with store.write() as query:
        _write(query, [(_insert(table), made[table]) for table in ("persons", "accounts")])
    return Writers(store, place.vault, known, owner, itertools.count(_FIRST))


def measure(writers: Writers, operation: str, threads: int, seconds: float) -> Limit:
    """Commits a second by so many threads."""
    writers.prepare(operation, int(seconds * _FASTEST))
    return _measure(writers, operation, threads, seconds)


def median(rounds: Sequence[Limit]) -> Limit:
    return {key: round(statistics.median(one[key] for one in rounds), 1) for key in rounds[0]}


def _measure(writers: Writers, operation: str, threads: int, seconds: float) -> Limit:
    """`with_sealing`: rows made and committed by each thread in turn; `ready_rows`: the same
    without the time it took to make them.
    """
    spent, done = [0.0] * threads, [0] * threads
    begun = time.perf_counter()

    def work(place: int) -> None:
        maker = Maker(writers.vault, writers.known, datetime.now(UTC), seed=next(writers.numbers))
        while time.perf_counter() - begun < seconds:
            rows = writers.rows(operation, maker)
            if rows is None:
                return
            at = time.perf_counter()
            with writers.store.write() as query:
                _write(query, rows)
            spent[place] += time.perf_counter() - at
            done[place] += 1

    running = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    took = time.perf_counter() - begun
    writers.drafts.clear()
    return {
        "with_sealing_per_s": sum(done) / took,
        "ready_rows_per_s": sum(d / s for d, s in zip(done, spent, strict=True) if s),
    }


def _write(query: Query, statements: Prepared) -> None:
    for sql, rows in statements:
        if len(rows) == 1:
            query.run(sql, *rows[0])
        elif rows:
            query.many(sql, rows)


def _insert(table: str) -> str:
    columns = (_ANSWER if table == "idempotent_answers" else COLUMNS[table]).split()
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
