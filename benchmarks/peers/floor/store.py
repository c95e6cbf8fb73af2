"""Raw connections: one a thread, the app's own pragmas, its write lock, one commit a write."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import orjson
import psycopg
from psycopg.types.string import TextLoader

Row = tuple[Any, ...]


class Query(Protocol):
    """SQL within one transaction; parameters are marked with `?`."""

    def all(self, sql: str, *values: Any) -> list[Row]: ...
    def one(self, sql: str, *values: Any) -> Row | None: ...
    def run(self, sql: str, *values: Any) -> int: ...
    def many(self, sql: str, rows: Sequence[Row]) -> None: ...


class Sqlite:
    """ids are kept as 32 hex digits, instants as text, JSON as text."""

    lock_row = ""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._own = threading.local()
        self._writers = threading.Lock()
        self._file = open(f"{path}.lock", "w")  # noqa: SIM115 - held for as long as the server lives

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None, cached_statements=256)
            for pragma in (
                "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000",
                "secure_delete=ON",
            ):  # fmt: skip
                found.execute(f"PRAGMA {pragma}")
            self._own.connection = found
        return found

    @contextmanager
    def read(self) -> Iterator[Query]:
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield _SqliteQuery(connection)
        finally:
            connection.execute("COMMIT")

    @contextmanager
    def write(self) -> Iterator[Query]:
        connection = self._connection()
        with self._writers:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield _SqliteQuery(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    @staticmethod
    def id_in(dashed: str) -> str:
        return dashed.replace("-", "")

    @staticmethod
    def id_out(value: str) -> str:
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"

    @staticmethod
    def at_in(at: datetime) -> str:
        return at.strftime("%Y-%m-%d %H:%M:%S.%f")

    @staticmethod
    def at_out(value: str) -> str:
        return f"{value[:10]}T{value[11:].removesuffix('.000000')}+00:00"

    @staticmethod
    def at_of(value: str) -> datetime:
        return datetime.fromisoformat(value).replace(tzinfo=UTC)

    @staticmethod
    def day_out(value: str) -> str:
        return value

    @staticmethod
    def json_out(value: str) -> Any:
        return orjson.loads(value)

    @staticmethod
    def json_in(value: Any) -> str:
        return orjson.dumps(value).decode()


class _SqliteQuery:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, *values: Any) -> list[Row]:
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        found: Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def run(self, sql: str, *values: Any) -> int:
        return self._connection.execute(sql, values).rowcount

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        self._connection.executemany(sql, rows)


class Postgres:
    """ids are UUIDs read as text, instants aware datetimes, JSON parsed by the driver."""

    lock_row = " FOR UPDATE"

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._own = threading.local()

    def _connection(self) -> psycopg.Connection[Row]:
        found: psycopg.Connection[Row] | None = getattr(self._own, "connection", None)
        if found is None:
            found = psycopg.connect(self._dsn, autocommit=False, prepare_threshold=2)
            found.execute("SET TIME ZONE 'UTC'")
            found.commit()
            found.adapters.register_loader("uuid", TextLoader)
            self._own.connection = found
        return found

    @contextmanager
    def read(self) -> Iterator[Query]:
        with self.write() as query:
            yield query

    @contextmanager
    def write(self) -> Iterator[Query]:
        connection = self._connection()
        try:
            yield _PostgresQuery(connection)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise

    @staticmethod
    def id_in(dashed: str) -> str | UUID:
        return UUID(dashed)

    @staticmethod
    def id_out(value: str) -> str:
        return value

    @staticmethod
    def at_in(at: datetime) -> datetime:
        return at

    @staticmethod
    def at_out(value: datetime) -> str:
        return value.isoformat()

    @staticmethod
    def at_of(value: datetime) -> datetime:
        return value

    @staticmethod
    def day_out(value: Any) -> str:
        return str(value.isoformat())

    @staticmethod
    def json_out(value: Any) -> Any:
        return value

    @staticmethod
    def json_in(value: Any) -> str:
        return orjson.dumps(value).decode()


class _PostgresQuery:
    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def all(self, sql: str, *values: Any) -> list[Row]:
        return self._connection.execute(_marked(sql), values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        return self._connection.execute(_marked(sql), values).fetchone()

    def run(self, sql: str, *values: Any) -> int:
        return self._connection.execute(_marked(sql), values).rowcount

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_marked(sql), rows)


def _marked(sql: str) -> Any:
    return sql.replace("?", "%s")


Store = Sqlite | Postgres


def open_store(url: str) -> Store:
    """The store of SQLAlchemy's URL."""
    if url.startswith("sqlite:///"):
        return Sqlite(Path(url.removeprefix("sqlite:///")))
    return Postgres(url.replace("postgresql+psycopg://", "postgresql://"))
