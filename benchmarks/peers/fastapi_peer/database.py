"""The engine, its transactions, and the tables with the app's own column types."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, event

from backend import tables

_TABLES = tables.metadata.tables
accounts = _TABLES["accounts"]
answers = _TABLES["idempotent_answers"]
applications = _TABLES["applications"]
audit_heads = _TABLES["audit_heads"]
audit_rows = _TABLES["audit_rows"]
consents = _TABLES["consents"]
divisions = _TABLES["divisions"]
documents = _TABLES["documents"]
inbox = _TABLES["inbox_messages"]
invitations = _TABLES["consent_invitations"]
mandates = _TABLES["mandates"]
members = _TABLES["household_members"]
persons = _TABLES["persons"]
policies = _TABLES["policy_versions"]
sessions = _TABLES["login_sessions"]


class Database:
    """One engine; on SQLite the app's write lock around every write."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if not self.is_sqlite:
            self.engine = create_engine(url, pool_size=20, max_overflow=20)
            return
        self.engine = create_engine(url, connect_args={"check_same_thread": False})
        self._threads = threading.Lock()
        self._file = open(f"{self.engine.url.database}.lock", "w")  # noqa: SIM115 - for good
        event.listen(self.engine, "connect", _prepare)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction for reading."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that commits."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._threads:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                with self.engine.begin() as connection:
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    yield connection
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # BEGIN is said above
    for pragma in (
        "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000",
        "secure_delete=ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
