"""Units of work: the only place that commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import PoolProxiedConnection

from backend.core import figures
from backend.core.clocks import LegalClock, WallClock
from backend.core.crypto import Vault
from backend.core.db import Database, Versioned
from backend.core.errors import Conflict, StaleVersion, StorageFull
from backend.core.ids import new_id
from backend.core.legal_offset import offset_days
from backend.core.write_lock import DatabaseBusy

log = structlog.get_logger("zhangban.core")
# PostgreSQL's and SQLite's words for: serialisation, deadlock, unique key taken
_MET = frozenset(
    {"40001", "40P01", "23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
)
# lock time-out, idle in transaction, shutting down, crashed, starting up, too many connections
_BUSY = frozenset(
    {"55P03", "25P03", "57P01", "57P02", "57P03", "53300", "SQLITE_BUSY", "SQLITE_LOCKED"}
)
_NO_CONNECTION = "08"  # SQLSTATE's class of connections that could not be made or broke
# no room: on the disk, for the log that is written ahead, for its index; EFBIG and EDQUOT are IOERR
_FULL = frozenset(
    {"53100", "SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC"}
)

E = TypeVar("E")
Listener = Callable[["Work", Any], None]


class ChangedMeanwhile(Conflict):
    """Two writers met on one row and this one lost; trying again is safe."""

    code = "changed_meanwhile"


class Listeners:
    """Who hears which event; filled once by the composition root."""

    def __init__(self) -> None:
        self._by_type: dict[type, list[Listener]] = defaultdict(list)

    def on(self, kind: type[E], listener: Callable[[Work, E], None]) -> None:
        """Let `listener` hear events of exactly this type."""
        self._by_type[kind].append(listener)

    def tell(self, work: Work, happened: object) -> None:
        for listener in self._by_type[type(happened)]:
            listener(work, happened)


@dataclass(frozen=True)
class Kit:
    """What every unit is made with."""

    database: Database
    vault: Vault
    listeners: Listeners
    wall: WallClock
    demo: bool = False
    make_id: Callable[[], UUID] = new_id


class Work:
    """One unit: a transaction, the clocks, the vault, and what is to happen after it."""

    def __init__(self, begun: PoolProxiedConnection, kit: Kit, *, writes: bool) -> None:
        self.vault = kit.vault
        self._keys = kit.vault.ring
        self.wall = kit.wall
        self._kit = kit
        self._begun = begun
        self.writes = writes
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._after_commit: list[Callable[[], None]] = []
        self._after_end: list[Callable[[Work], None]] = []

    @property
    def session(self) -> Session:
        """The ORM's session over the unit's transaction, made when first asked for."""
        if self._session is None:
            self._connection = self._kit.database.over(self._begun)
            kind = Session if self.writes else _ReadingSession
            self._session = kind(self._connection, expire_on_commit=False, autoflush=self.writes)
        return self._session

    @property
    def driver(self) -> Any:
        """The driver's connection, for prepared statements: they see what the session holds."""
        if self._session is not None and self._connection is not None and self.writes:
            self._session.flush()
            if not self._connection.in_transaction():
                raise RuntimeError("a unit that a fault has rolled back goes on")
        return self._begun.driver_connection

    @property
    def dialect(self) -> Dialect:
        return self._kit.database.engine.dialect

    @cached_property
    def legal(self) -> LegalClock:
        """Statutory time; only a demo asks the database how far it was moved."""
        return LegalClock(self.wall, offset_days(self) if self._kit.demo else 0)

    @property
    def is_demo(self) -> bool:
        return self._kit.demo

    def new_id(self) -> UUID:
        return self._kit.make_id()

    def emit(self, happened: object) -> None:
        """Tell the listeners now, inside this unit: what they write lands in the same commit."""
        self._kit.listeners.tell(self, happened)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run once the commit is durable; never on a rollback."""
        self._after_commit.append(action)

    def after_end(self, action: Callable[[Work], None]) -> None:
        """Run in a write unit of its own when this one has ended, even by a rollback."""
        self._after_end.append(action)

    def check_keys(self) -> None:
        """Raise ChangedMeanwhile where keys were rotated right through this unit (ADR 0008)."""
        if not self.vault.ring.still_fits(self._keys):
            raise ChangedMeanwhile(retry_after=1)

    def check_version(self, row: Versioned, expected: int) -> None:
        """Raise StaleVersion (412) unless the row still has the version that the caller saw."""
        if row.version != expected:
            raise StaleVersion()


class _Glance(Work):
    """Outside a transaction there is nothing but a prepared look."""

    @property
    def session(self) -> Session:
        raise RuntimeError("a glance has no session")


class _ReadingSession(Session):
    def flush(self, objects: Any = None) -> None:
        if self.new or self.dirty or self.deleted:
            raise RuntimeError("a read unit cannot write")


class Units:
    """Opens units of work."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self._faults = (SQLAlchemyError, kit.database.driver_error)

    @property
    def vault(self) -> Vault:
        return self.kit.vault

    @property
    def wall(self) -> WallClock:
        return self.kit.wall

    def read(self) -> AbstractContextManager[Work]:
        """A unit that can only read; what is to be recorded about it comes after it."""
        return self._reading(
            lambda: Work(self.kit.database.begin(writes=False), self.kit, writes=False)
        )

    def glance(self) -> AbstractContextManager[Work]:
        """A unit for one prepared look-up, which needs no transaction around it."""
        return self._reading(lambda: _Glance(self.kit.database.glance(), self.kit, writes=False))

    @contextmanager
    def _reading(self, opened: Callable[[], Work]) -> Iterator[Work]:
        work: Work | None = None
        try:
            work = opened()
            try:
                yield work
            finally:
                _let_go(work)
            figures.READ_ENDED.inc()
        except self._faults as fault:
            figures.READ_FAILED.inc()
            _raise_named(fault)
            raise
        finally:
            if work is not None:
                self._run_after_end(work)

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A unit that commits once on leaving, or leaves nothing behind."""
        work: Work | None = None
        try:
            with self.kit.database.writing():
                work = Work(self.kit.database.begin(writes=True), self.kit, writes=True)
                try:
                    yield work
                    work.check_keys()
                    _commit(work)
                    figures.WRITE_COMMITTED.inc()
                except BaseException:
                    figures.WRITE_ROLLED_BACK.inc()
                    raise
                finally:
                    _let_go(work)
            _run_after_commit(work)
        except self._faults as fault:
            _raise_named(fault)
            raise
        finally:
            if work is not None:
                self._run_after_end(work)

    def last(self) -> AbstractContextManager[Work]:
        """The final write of a use case in steps; inside a request it is the request's own unit."""
        return self.write()

    def _run_after_end(self, ended: Work) -> None:
        if not ended._after_end:
            return
        with self.write() as work:
            for action in ended._after_end:
                action(work)


def _run_after_commit(work: Work) -> None:
    """What was committed is done, whatever an action meets: a fault is logged, not raised."""
    for action in work._after_commit:
        try:
            action()
        except Exception:
            log.exception("after_commit_failed")


def _raise_named(fault: Exception) -> None:
    """Raise what two writers that met, or a database that does not answer, mean to the user."""
    if isinstance(fault, StaleDataError):
        raise ChangedMeanwhile(retry_after=1) from fault
    if isinstance(fault, PoolTimeout):
        raise DatabaseBusy(retry_after=5) from fault
    driver: Any = fault.orig if isinstance(fault, DBAPIError) else fault
    if driver is None or isinstance(driver, SQLAlchemyError):
        return
    reason = getattr(driver, "sqlstate", None) or getattr(driver, "sqlite_errorname", None)
    if reason in _MET:
        raise ChangedMeanwhile(retry_after=1) from fault
    if reason in _FULL:
        raise StorageFull() from fault
    gone = isinstance(fault, DBAPIError) and fault.connection_invalidated
    if gone or reason in _BUSY or _no_answer(driver, reason):
        raise DatabaseBusy(retry_after=5) from fault


def _no_answer(driver: Exception, reason: str | None) -> bool:
    if reason is not None:
        return reason.startswith(_NO_CONNECTION)
    return any(kind.__name__ == "OperationalError" for kind in type(driver).__mro__)


def _commit(work: Work) -> None:
    if work._session is None or work._connection is None:
        work._begun.commit()
        return
    work._session.commit()  # flushes; the transaction around it is ours to end
    transaction = work._connection.get_transaction()
    if transaction is not None:
        transaction.commit()


def _let_go(work: Work) -> None:
    """Give the connection back, rolled back unless it was committed, but let rows keep what was
    read: what is recorded afterwards may name them.
    """
    try:
        if work._session is not None:
            work._session.expunge_all()
            work._session.close()
    finally:
        work._kit.database.give_back(work._begun)
