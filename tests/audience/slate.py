"""A world that is written on and wiped: how its database stood, what changed in it, and back."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import text

from backend import tables
from backend.core.uow import Units
from tests.factories.house import SEEDED

# What a refusal may leave behind: itself in the audit, and a counted try.
_UNLESS = {
    "audit_rows": "WHERE action <> 'access.refused'",
    "audit_heads": "WHERE chain LIKE 'case:%'",
}
_WATCHED = {
    table.name: f'SELECT * FROM "{table.name}" {_UNLESS.get(table.name, "")}'  # noqa: S608
    for table in tables.metadata.sorted_tables
    if table.name not in {*SEEDED, "attempt_counts"}
}
Picture = dict[str, frozenset[Any]]


def picture(units: Units) -> Picture:
    """Every row that no refusal may touch, by table; on any database."""
    with units.kit.database.engine.connect() as connection:
        return {
            table: frozenset(repr(row) for row in connection.execute(text(statement)))
            for table, statement in _WATCHED.items()
        }


def changed(before: Picture, after: Picture) -> list[str]:
    """The tables that differ."""
    return [table for table in before if before[table] != after[table]]


class Slate:
    """Named states of one SQLite file, to which it can go back within milliseconds."""

    def __init__(self, path: Path) -> None:
        self._live = sqlite3.connect(path)
        self._live.execute("PRAGMA synchronous=OFF")
        self._kept: dict[str, sqlite3.Connection] = {}
        self._pictures: dict[str, Picture] = {}
        self._state = ""
        self._version = 0

    def keep(self, state: str) -> None:
        """Remember how things stand."""
        self._kept[state] = sqlite3.connect(":memory:")
        self._live.backup(self._kept[state])
        self._now_in(state)

    def back_to(self, state: str) -> None:
        self._kept[state].backup(self._live)
        self._now_in(state)

    def stands(self, state: str) -> bool:
        """Whether it is in this state, and nobody has committed anything since."""
        return self._state == state and self._data_version() == self._version

    def picture(self) -> Picture:
        """As `picture`; of a state in which nothing was written it is taken once."""
        if not self.stands(self._state):
            return self._look()
        if self._state not in self._pictures:
            self._pictures[self._state] = self._look()
        return self._pictures[self._state]

    def _look(self) -> Picture:
        return {
            table: frozenset(self._live.execute(statement)) for table, statement in _WATCHED.items()
        }

    def close(self) -> None:
        for connection in (self._live, *self._kept.values()):
            connection.close()

    def _now_in(self, state: str) -> None:
        self._state, self._version = state, self._data_version()

    def _data_version(self) -> int:
        found: int = self._live.execute("PRAGMA data_version").fetchone()[0]
        return found
