"""The database: engines for SQLite and PostgreSQL, column types, the base of every table, the
SQLite write lock.
"""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Engine, LargeBinary, MetaData, create_engine, event
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from backend.core.crypto import Vault
from backend.core.errors import Unavailable
from backend.core.ids import new_id

WRITE_OPTION = "zhangban_write"
_LOCK_WAIT_S = 15.0


class DatabaseBusy(Unavailable):
    """The write lock was not to be had in time."""

    code = "database_busy"


class Base(DeclarativeBase):
    """The one declarative base; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """An AES-GCM value bound to its table, column and row; `zhangban keys-rotate` finds these
    columns.
    """

    impl = LargeBinary
    cache_ok = True


class Digest(TypeDecorator[bytes]):
    """A keyed digest of the sealed column `source` of the same row; rebuilt when the digest key
    changes.
    """

    impl = LargeBinary(32)
    cache_ok = True

    def __init__(self, kind: str, source: str) -> None:
        super().__init__()
        self.kind = kind
        self.source = source


class Row:
    """What every row has: a UUIDv7, its birth, and the version that If-Match names."""

    __tablename__: str
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(Instant, default=lambda: datetime.now(UTC))
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    def seal(self, vault: Vault, **values: Any) -> None:
        """Encrypt each value into the column of its name (the row needs its id first)."""
        if self.id is None:
            self.id = new_id()
        for column, value in values.items():
            sealed = (
                None if value is None else vault.seal(self.__tablename__, column, self.id, value)
            )
            setattr(self, column, sealed)

    def unseal(self, vault: Vault, column: str) -> Any:
        """The plain value of a sealed column; None where nothing is kept."""
        sealed = getattr(self, column)
        return None if sealed is None else vault.open(self.__tablename__, column, self.id, sealed)


class WriteLock:
    """One writer at a time on SQLite: a lock among threads and a `flock` among processes.

    Without it, 16 web threads and 4 worker threads waited up to 6.5 s for SQLite's own lock.
    """

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._path = path
        self._file: Any = None
        self._holder: int | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold both locks; raises DatabaseBusy when the wait is too long."""
        if self._holder == threading.get_ident():
            raise RuntimeError("a write unit inside a write unit")
        if not self._threads.acquire(timeout=_LOCK_WAIT_S):
            raise DatabaseBusy(retry_after=5)
        self._holder = threading.get_ident()
        try:
            if self._file is None:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._file = self._path.open("w")
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._holder = None
            self._threads.release()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Database:
    """An engine and, on SQLite, its write lock."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._lock = WriteLock(Path(f"{self.url.database}.lock")) if self.is_sqlite else None

    def writing(self) -> Any:
        """A context that a write unit holds from before BEGIN until after COMMIT."""
        return self._lock.held() if self._lock else nullcontext()

    def close(self) -> None:
        self.engine.dispose()
        if self._lock:
            self._lock.close()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _LOCK_WAIT_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITE_OPTION)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgres_engine(url: str) -> Engine:
    return create_engine(url, pool_size=20, max_overflow=12, pool_pre_ping=True)


def migration_engine(url: str) -> Engine:
    """An engine without pool for one-off work."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return create_engine(url, poolclass=NullPool)
