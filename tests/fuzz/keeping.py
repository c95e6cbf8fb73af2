"""A database kept as it stands, and put back after whatever a request changed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.engine import make_url


class Keeper(Protocol):
    """`leave` closes the app's own connections, which would hold the database open."""

    def keep(self, leave: Callable[[], None]) -> None: ...

    def put_back(self, leave: Callable[[], None]) -> None: ...

    def close(self) -> None: ...


class FileKeeper:
    """SQLite: a copy of the file, put back where something was committed since."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._kept = database.with_suffix(".kept")
        self._watch()

    def keep(self, leave: Callable[[], None]) -> None:
        leave()
        self._settle()
        shutil.copy(self._database, self._kept)
        self._watcher.close()
        self._watch()

    def put_back(self, leave: Callable[[], None]) -> None:
        if self._version() == self._seen:
            return
        self._watcher.close()
        leave()
        for beside in ("-wal", "-shm"):
            Path(f"{self._database}{beside}").unlink(missing_ok=True)
        shutil.copy(self._kept, self._database)
        self._watch()

    def close(self) -> None:
        self._watcher.close()

    def _watch(self) -> None:
        self._watcher = sqlite3.connect(self._database)
        self._seen = self._version()

    def _version(self) -> int:
        """SQLite's own count of what other connections committed."""
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def _settle(self) -> None:
        """Bring what lies in the log into the file."""
        connection = sqlite3.connect(self._database)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()


class TemplateKeeper:
    """PostgreSQL: a second database that the first is made from again, each time."""

    def __init__(self, url: str) -> None:
        self._name = str(make_url(url).database)
        self._kept = f"{self._name}_kept"
        server = make_url(url).set(database="postgres")
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)

    def keep(self, leave: Callable[[], None]) -> None:
        leave()
        self._copy(self._name, self._kept)

    def put_back(self, leave: Callable[[], None]) -> None:
        leave()
        self._copy(self._kept, self._name)

    def close(self) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._kept} WITH (FORCE)"))

    def _copy(self, source: str, target: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {source}"))
            connection.execute(text(f"ALTER DATABASE {target} SET synchronous_commit = off"))
