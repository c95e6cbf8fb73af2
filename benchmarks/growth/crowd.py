"""Fills a database with so many cases of other people, and those that are measured among them."""

from __future__ import annotations

import multiprocessing
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from backend.core.access import Role
from backend.identity import queries as identity_queries
from backend.identity import service as identity
from benchmarks.cast import FIRST, Cast, assemble, known_to_all
from benchmarks.filling import filling
from benchmarks.place import Place
from benchmarks.rows import COLUMNS, DONE, DRAFT, WAITING, Batch, Known, Maker

DESK = "610304101"  # the township whose worklist is read
_DESK_CASES = 60  # that wait there, however large the crowd is
_SPREAD = 300  # whole cases among the crowd's, from all of its time
_CHUNK = 2000
_STATES = (DONE,) * 12 + (WAITING,) * 3 + (DRAFT,)
_RECEIPT = COLUMNS["applications"].split().index("receipt_code")
Span = tuple[int, int, datetime, timedelta]


@dataclass
class Town:
    """A filled database, and what is asked of it."""

    cast: Cast
    staff_token: str
    spread: list[tuple[str, str]] = field(default_factory=list)  # token, case
    numbers: list[str] = field(default_factory=list)  # ID numbers of the crowd
    receipts: list[str] = field(default_factory=list)


def fill(place: Place, count: int, say: Callable[[str], None]) -> Town:
    """Load the crowd by two processes, the others by this one, then build the indexes."""
    known, now = known_to_all(place), datetime.now(UTC)
    first, step = now - timedelta(days=700), timedelta(days=698) / count
    spans = [(n, min(_CHUNK, count - n), first, step) for n in range(0, count, _CHUNK)]
    with _without_indexes(place), filling(place) as filler:
        for n, batch in enumerate(_made(place, known, now, spans)):
            filler.put(batch)
            if n % 50 == 49:
                say(f"{(n + 1) * _CHUNK:,} of {count:,} cases")
        town = Town(assemble(place, filler, known), secrets.token_urlsafe(24))
        filler.put(_spread(place, known, now, town))
    _staff(place, known, now, town)
    say("filled")
    return town


def _made(place: Place, known: Known, now: datetime, spans: list[Span]) -> Iterator[Batch]:
    """The crowd in order; never more than a few chunks ahead of the database."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        waiting = [pool.submit(chunk, place, known, now, span) for span in spans[:4]]
        for n in range(len(spans)):
            batch = waiting.pop(0).result()
            if n + 4 < len(spans):
                waiting.append(pool.submit(chunk, place, known, now, spans[n + 4]))
            yield batch


def chunk(place: Place, known: Known, now: datetime, span: Span) -> Batch:
    """Cases of people who have nothing to do with what is measured, in a hundred counties."""
    begin, count, first, step = span
    short = Known(known.policy_version, {**known.assessment, "lines": []})
    maker = Maker(place.vault, short, now, seed=begin + 1000, lean=True)
    for n in range(begin, begin + count):
        at = first + n * step
        owner = maker.account(n, at)
        county, township = 610400 + n % 100, 100 + n % 20
        division = f"{county}{township}{1 + n % 9:03d}"
        maker.case(n, owner, division, _STATES[n % len(_STATES)], at)
    return maker.take()


def _spread(place: Place, known: Known, now: datetime, town: Town) -> Batch:
    maker = Maker(place.vault, known, now, seed=3)
    for n in range(_SPREAD):
        at = now - timedelta(days=700) + timedelta(days=698) / _SPREAD * n
        token, household = secrets.token_urlsafe(24), FIRST + 70_000 + n
        owner = maker.account(household, at, token=token)
        is_desk = n % (_SPREAD // _DESK_CASES) == 0
        division = f"{DESK}001" if is_desk else "610304001001"
        state = WAITING if is_desk or n % 2 else DONE
        town.spread.append((token, maker.case(household, owner, division, state, at)))
    town.receipts = [row[_RECEIPT] for row in maker.batch["applications"]]
    return maker.take()


def _staff(place: Place, known: Known, now: datetime, town: Town) -> None:
    """Somebody at the measured desk, logged in."""
    units = place.units()
    with units.write() as work:
        identity.add_staff(
            work, username="bench", name="测量员", password_hash="none",  # noqa: S106
            roles=[Role.TOWNSHIP], scope=DESK,
        )  # fmt: skip
        member = identity_queries.staff_by_username(work, "bench")
        assert member is not None
        ident = member.id.hex
    units.kit.database.close()
    maker = Maker(place.vault, known, now, seed=5)
    maker.session(town.staff_token, staff=ident)
    with filling(place) as filler:
        filler.put(maker.take())


@contextmanager
def _without_indexes(place: Place) -> Iterator[None]:
    """Indexes are built faster at the end than row by row. PostgreSQL keeps them: COPY is quick."""
    if not place.is_sqlite:
        yield
        return
    path = place.home / "zhangban.db"
    with sqlite3.connect(path) as connection:
        found = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in found:
            connection.execute(f"DROP INDEX {name}")
    connection.close()
    yield
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-1000000")
    connection.execute("PRAGMA temp_store=MEMORY")
    for _, sql in found:
        connection.execute(sql)
    connection.execute("ANALYZE")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
