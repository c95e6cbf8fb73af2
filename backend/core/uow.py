"""Units of work: the only place that commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from backend.core.clocks import LegalClock, WallClock
from backend.core.crypto import Vault
from backend.core.db import WRITE_OPTION, Database, Row
from backend.core.errors import Conflict, StaleVersion
from backend.core.ids import new_id
from backend.core.legal_offset import offset_days

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
            event.listen(session, "before_flush", _refuse_flush)
            if not self.kit.database.is_sqlite:
                session.execute(text("SET TRANSACTION READ ONLY"))
            work = Work(session, self.kit)
            try:
                yield work
            finally:
                _let_go(session)
                self._run_after_end(work)

    @contextmanager
    def write(self) -> Iterator[Work]:
        """A unit that commits once on leaving, or leaves nothing behind."""
        work: Work | None = None
        try:
            with self.kit.database.writing(), self._sessions() as session:
                session.connection(execution_options={WRITE_OPTION: True})
                work = Work(session, self.kit)
                try:
                    yield work
                    session.commit()
                except StaleDataError as lost:
                    _let_go(session)
                    raise ChangedMeanwhile(retry_after=1) from lost
                except BaseException:
                    _let_go(session)
                    raise
            for action in work._after_commit:
                action()
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


def _let_go(session: Session) -> None:
    """Roll back, but let rows keep what was read: what is recorded afterwards may still name them."""
    session.expunge_all()
    session.rollback()


def _refuse_flush(session: Session, *_: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("a read unit cannot write")
