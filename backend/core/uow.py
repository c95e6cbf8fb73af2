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
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from backend.core.clocks import LegalClock, WallClock
from backend.core.crypto import Vault
from backend.core.db import READ_OPTION, WRITE_OPTION, Database, DatabaseBusy, Row
from backend.core.errors import Conflict, StaleVersion
from backend.core.ids import new_id
from backend.core.legal_offset import offset_days

log = structlog.get_logger("zhangban.core")
# PostgreSQL's and SQLite's words for: serialisation, deadlock, unique key taken
_MET = frozenset(
    {"40001", "40P01", "23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
)
# lock time-out, idle in transaction, shutting down, starting up, too many connections
_BUSY = frozenset({"55P03", "25P03", "57P01", "57P03", "53300", "SQLITE_BUSY", "SQLITE_LOCKED"})

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
    """One unit: a session, the clocks, the vault, and what is to happen after it."""

    def __init__(self, session: Session, kit: Kit) -> None:
        self.session = session
        self.vault = kit.vault
        self._keys = kit.vault.ring
        self.wall = kit.wall
        self._kit = kit
        self._after_commit: list[Callable[[], None]] = []
        self._after_end: list[Callable[[Work], None]] = []

    @cached_property
    def legal(self) -> LegalClock:
        """Statutory time; only a demo asks the database how far it was moved."""
        return LegalClock(self.wall, offset_days(self.session) if self._kit.demo else 0)

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

    def check_version(self, row: Row, expected: int) -> None:
        """Raise StaleVersion (412) unless the row still has the version that the caller saw."""
        if row.version != expected:
            raise StaleVersion()


class Units:
    """Opens units of work."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self._sessions = sessionmaker(kit.database.engine, expire_on_commit=False)

    @property
    def vault(self) -> Vault:
        return self.kit.vault

    @property
    def wall(self) -> WallClock:
        return self.kit.wall

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A unit that can only read; what is to be recorded about it comes after it."""
        with self._sessions(autoflush=False) as session:
            work = Work(session, self.kit)
            try:
                event.listen(session, "before_flush", _refuse_flush)
                session.connection(execution_options={READ_OPTION: True})
                if not self.kit.database.is_sqlite:
                    session.execute(text("SET TRANSACTION READ ONLY"))
                yield work
            except SQLAlchemyError as fault:
                _raise_named(fault)
                raise
            finally:
                _let_go(session)
                self._run_after_end(work)

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A unit that commits once on leaving, or leaves nothing behind."""
        work: Work | None = None
        try:
            with self.kit.database.writing(), self._sessions() as session:
                work = Work(session, self.kit)
                try:
                    session.connection(execution_options={WRITE_OPTION: True})
                    yield work
                    work.check_keys()
                    session.commit()
                except SQLAlchemyError as fault:
                    _let_go(session)
                    _raise_named(fault)
                    raise
                except BaseException:
                    _let_go(session)
                    raise
            _run_after_commit(work)
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


def _raise_named(fault: SQLAlchemyError) -> None:
    """Raise what two writers that met, or a database that does not answer, mean to the user."""
    if isinstance(fault, StaleDataError):
        raise ChangedMeanwhile(retry_after=1) from fault
    if isinstance(fault, PoolTimeout):
        raise DatabaseBusy(retry_after=5) from fault
    if not isinstance(fault, DBAPIError) or fault.orig is None:
        return
    reason = getattr(fault.orig, "sqlstate", None) or getattr(fault.orig, "sqlite_errorname", None)
    if reason in _MET:
        raise ChangedMeanwhile(retry_after=1) from fault
    lost = isinstance(fault, OperationalError) and reason is None  # no database answered at all
    if lost or reason in _BUSY or fault.connection_invalidated:
        raise DatabaseBusy(retry_after=5) from fault


def _let_go(session: Session) -> None:
    """Roll back, but let rows keep what was read: what is recorded afterwards may name them."""
    session.expunge_all()
    session.rollback()


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a read unit cannot write")
