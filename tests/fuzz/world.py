"""The world that the fuzz walks through: a seeded town behind its doors, put back as it was after
whatever a request changed.
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from backend.app import create_app
from backend.core.db import Database
from tests.factories.house import Town

_addresses = itertools.count(1)


class ManyAddresses:
    """Each request comes from an address of its own: the limit per address is no door."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        n = next(_addresses)
        environ["REMOTE_ADDR"] = f"11.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        return self._app(environ, start_response)


@dataclass
class World:
    """`facts` are what scenes need to know; `tokens` are the sessions by who holds them."""

    town: Town
    database: Path
    flask: Flask = field(init=False)
    app: ManyAddresses = field(init=False)
    tokens: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    probed: set[str] = field(default_factory=set)
    scenes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.flask = create_app(self.town.house)
        self.app = ManyAddresses(self.flask)
        self._kept = self.database.with_suffix(".kept")

    def keep(self) -> None:
        """From now on `put_back` leads here."""
        self._engine.dispose()
        self._settle(self.database)
        shutil.copy(self.database, self._kept)
        self._files = dict(self.town.files.kept)
        self._codes = dict(self.town.wechat._codes)
        self._watch()

    def put_back(self) -> None:
        """Everything as it was when it was kept: some milliseconds where something changed."""
        self.town.face.score = 0.3
        self.town.wechat._codes = dict(self._codes)
        if not self._changed():
            return
        self._watcher.close()
        self._engine.dispose()
        for beside in ("-wal", "-shm"):
            Path(f"{self.database}{beside}").unlink(missing_ok=True)
        shutil.copy(self._kept, self.database)
        self.town.files.kept = dict(self._files)
        self._watch()

    @property
    def _engine(self) -> Any:
        database: Database = self.town.units.kit.database
        return database.engine

    def _watch(self) -> None:
        self._watcher = sqlite3.connect(self.database)
        self._seen = self._version()

    def _changed(self) -> bool:
        return self._version() != self._seen

    def _version(self) -> int:
        """SQLite's own count of what other connections committed."""
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    @staticmethod
    def _settle(path: Path) -> None:
        """Bring what lies in the log into the file."""
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def close(self) -> None:
        self._watcher.close()
