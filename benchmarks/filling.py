"""Bulk loading of made rows: executemany on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from benchmarks.place import Place
from benchmarks.rows import COLUMNS, Batch


class Filler(Protocol):
    """Takes batches; what it took is durable when its block has ended."""

    def put(self, batch: Batch) -> None: ...


@contextmanager
def filling(place: Place) -> Iterator[Filler]:
    """A filler of the place's database, foreign keys unchecked."""
    if place.is_sqlite:
        connection = sqlite3.connect(place.home / "zhangban.db", isolation_level=None)
        # No journal: a stopped load begins anew, and a million cases need no second disk.
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        connection.execute("BEGIN")
        yield _Sqlite(connection)
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        return
    with psycopg.connect(postgres_dsn(place.url)) as server:
        server.execute("SET session_replication_role = replica")
        server.execute("SET TIME ZONE 'UTC'")
        yield _Postgres(server)
        server.commit()
        server.autocommit = True
        server.execute("VACUUM ANALYZE")


def postgres_dsn(url: str) -> str:
    """SQLAlchemy's URL as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def put(self, batch: Batch) -> None:
        for table, rows in batch.items():
            columns = COLUMNS[table].split()
            marks = ", ".join("?" * len(columns))
            insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
            self._connection.executemany(insert, rows)


class _Postgres:
    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self._connection = connection

    def put(self, batch: Batch) -> None:
        for table, rows in batch.items():
            columns = ", ".join(COLUMNS[table].split())
            with self._connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
