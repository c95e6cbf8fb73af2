"""The database: engines for SQLite and PostgreSQL, column types, the base of every table, the
SQLite write lock.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import DateTime, Engine, LargeBinary, MetaData, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, PoolProxiedConnection
from sqlalchemy.types import TypeDecorator

from backend.core import figures
from backend.core.crypto import Vault
from backend.core.ids import new_id
from backend.core.write_lock import LOCK_WAIT_S, WriteLock

WRITE_OPTION = "zhangban_write"
BEGUN_OPTION = "zhangban_begun"
_TRUSTED_S = 1.0  # a connection that was used just now is not asked whether it lives
# What 16 web threads can hold at once, each looking something up beside its own unit.
_POOL: dict[str, Any] = {
    "pool_size": 20,
    "max_overflow": 12,
    "pool_timeout": LOCK_WAIT_S,
    "pool_reset_on_return": None,  # `give_back` does it
}


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
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite's text is read in one step: turning it twice takes six times as long."""
        if dialect.name == "sqlite":
            return _instant_of
        return super().result_processor(dialect, coltype)


def _instant_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


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


class Versioned(Protocol):
    """A row, or what was read of one."""

    @property
    def version(self) -> int: ...


class Database:
    """An engine and, on SQLite, its write lock."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._begun = self.engine.execution_options(**{BEGUN_OPTION: True})
        dialect = self.engine.dialect
        assert dialect.loaded_dbapi is not None  # noqa: S101 - an engine has its driver
        self.driver_error: type[Exception] = dialect.loaded_dbapi.Error
        self._lock = WriteLock(Path(f"{self.url.database}.lock")) if self.is_sqlite else None
        self._thread = threading.local()

    def begin(self, *, writes: bool) -> PoolProxiedConnection:
        """A pool's connection with a transaction begun on the driver itself.

        Going through SQLAlchemy's own connection takes as long as all statements of a short read.
        """
        connection = self._from_pool()
        driver: Any = connection.driver_connection
        try:
            if self.is_sqlite:
                driver.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
                driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            else:  # the driver begins with the first statement
                driver.autocommit, driver.read_only = False, not writes
        except BaseException:
            connection.invalidate()  # nobody knows in which state it is
            raise
        return connection

    def glance(self) -> PoolProxiedConnection:
        """A pool's connection for one prepared SELECT, which is a transaction by itself."""
        connection = self._from_pool()
        if not self.is_sqlite:
            driver: Any = connection.driver_connection
            driver.autocommit = True  # neither BEGIN nor ROLLBACK has to cross the wire
        return connection

    def give_back(self, begun: PoolProxiedConnection) -> None:
        """End what is left of a transaction; a connection that cannot is dropped."""
        driver: Any = begun.driver_connection
        try:
            if driver is not None:  # else SQLAlchemy found it broken and has dropped it
                driver.rollback()
        except self.driver_error:
            begun.invalidate()
        else:
            begun.close()

    def _from_pool(self) -> PoolProxiedConnection:
        """To wait for a connection takes time only where a server gives them."""
        if self.is_sqlite:
            return self.engine.raw_connection()
        with figures.timed(figures.POOL_WAIT):
            return self.engine.raw_connection()

    def over(self, begun: PoolProxiedConnection) -> Connection:
        """SQLAlchemy's connection over what `begin` gave, in the same transaction."""
        connection = Connection(self._begun, begun)
        connection.begin()
        return connection

    @contextmanager
    def writing(self, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
        """What a write unit holds from before BEGIN until after COMMIT; raises DatabaseBusy.

        A second one in the same thread would wait for itself: that is a fault on every database.
        """
        if getattr(self._thread, "writes", False):
            raise RuntimeError("a write unit inside a write unit")
        with self._lock.held(wait_s) if self._lock else nullcontext():
            self._thread.writes = True
            try:
                yield
            finally:
                self._thread.writes = False

    def close(self) -> None:
        self.engine.dispose()
        if self._lock:
            self._lock.close()


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": LOCK_WAIT_S},
        **(_POOL if path and path != ":memory:" else {}),
    )

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
        options = connection.get_execution_options()
        if not options.get(BEGUN_OPTION):
            connection.exec_driver_sql("PRAGMA query_only=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITE_OPTION) else "BEGIN")

    return engine


def _postgres_engine(url: str) -> Engine:
    wait_ms = int(LOCK_WAIT_S * 1000)
    engine = create_engine(
        url,
        **_POOL,
        connect_args={
            "connect_timeout": int(LOCK_WAIT_S),
            "options": f"-c lock_timeout={wait_ms} -c idle_in_transaction_session_timeout=60000",
        },
    )

    @event.listens_for(engine, "checkout")
    def ask_whether_it_lives(driver: Any, record: ConnectionPoolEntry, _: object) -> None:
        now = time.monotonic()
        if now - record.info.get("used_at", 0.0) > _TRUSTED_S:
            try:
                engine.dialect.do_ping(driver)
            except engine.dialect.loaded_dbapi.Error as gone:
                raise DisconnectionError from gone  # the pool opens another one
        record.info["used_at"] = now

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if not connection.get_execution_options().get(BEGUN_OPTION):
            driver.autocommit, driver.read_only = False, False

    return engine


def steady(session: Session) -> None:
    """Let a read unit see one moment to its end, as SQLite does anyway; its first statement."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def hold(session: Session, key: bytes) -> None:
    """Hold a key to the unit's end, after whoever holds it now; SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "sqlite":
        number = int.from_bytes(key[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def insert_absent(session: Session, table: type[Base], **values: Any) -> None:
    """Insert the row unless its key is taken; two first comers at once both go on."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())


def migration_engine(url: str) -> Engine:
    """An engine without pool for one-off work."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return create_engine(url, poolclass=NullPool)
