"""Statements for hot paths: written with SQLAlchemy Core, compiled once, run on the driver itself.

SQLAlchemy takes ten times as long to execute a small statement as SQLite takes to answer it
(docs/adr/0011-hot-paths.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Insert, Select, Update, bindparam
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Dialect

from backend.core.db import Base


class Opened(Protocol):
    """A unit of work as prepared statements see it."""

    writes: bool

    @property
    def driver(self) -> Any: ...

    @property
    def dialect(self) -> Dialect: ...


Statement = Select[*tuple[Any, ...]] | Insert | Update
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    names: tuple[tuple[str, Convert | None], ...]  # of its marks, in their order
    known: frozenset[str]
    by_place: bool
    fixed: Mapping[str, Any]  # what the statement itself says
    results: tuple[tuple[int, Convert], ...]


class Prepared:
    """One statement for both databases; `make` gets the dialect's name where they differ."""

    def __init__(self, make: Statement | Callable[[str], Statement]) -> None:
        self._make = make
        self._by_dialect: dict[str, _Compiled] = {}

    def rows(self, work: Opened, **params: Any) -> list[Any]:
        """The rows as tuples of the columns' Python types."""
        compiled = self._compiled(work.dialect)
        found = work.driver.execute(compiled.sql, _arguments(compiled, params)).fetchall()
        return [_converted(row, compiled.results) for row in found] if compiled.results else found

    def row(self, work: Opened, **params: Any) -> Any:
        """The first row, or None."""
        compiled = self._compiled(work.dialect)
        found = work.driver.execute(compiled.sql, _arguments(compiled, params)).fetchone()
        return None if found is None else _converted(found, compiled.results)

    def run(self, work: Opened, **params: Any) -> int:
        """Execute; returns how many rows were touched."""
        _refuse_reader(work)
        compiled = self._compiled(work.dialect)
        return int(work.driver.execute(compiled.sql, _arguments(compiled, params)).rowcount)

    def run_each(self, work: Opened, many: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for each set of parameters."""
        _refuse_reader(work)
        compiled = self._compiled(work.dialect)
        sets = [_arguments(compiled, params) for params in many]
        work.driver.cursor().executemany(compiled.sql, sets)

    def _compiled(self, dialect: Dialect) -> _Compiled:
        found = self._by_dialect.get(dialect.name)
        if found is None:
            found = self._by_dialect[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._make(dialect.name) if callable(self._make) else self._make
        compiled: Any = statement.compile(
            dialect=dialect, compile_kwargs={"render_postcompile": True}
        )
        named = {name: parameter for parameter, name in compiled.bind_names.items()}
        binds = {
            name: convert
            for name, parameter in named.items()
            if (convert := parameter.type.dialect_impl(dialect).bind_processor(dialect))
        }
        fixed = {
            name: binds[name](parameter.value) if name in binds else parameter.value
            for name, parameter in named.items()
            if not parameter.required
        }
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        results = tuple(
            (place, convert)
            for place, column in enumerate(columns)
            if (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        )
        marks = compiled.positiontup if compiled.positional else named
        names = tuple((name, binds.get(name)) for name in marks)
        return _Compiled(
            compiled.string, names, frozenset(named), bool(compiled.positional), fixed, results
        )


def inserting(
    table: type[Base],
    *,
    unless_taken: bool = False,
    if_taken: Callable[[Any], Statement] | None = None,
) -> Prepared:
    """An insert of whole rows: columns with a plain default or NULL may be left out, `id` and the
    moments may not. `unless_taken`: a row whose key is there already changes nothing; `if_taken`
    gets the dialect's insert and says what changes then.
    """
    columns = table.__table__.columns
    values = {
        column.key: bindparam(column.key, _default(column), type_=column.type)
        if column.nullable or _default(column) is not None
        else bindparam(column.key, type_=column.type, required=True)
        for column in columns
    }

    def make(dialect: str) -> Statement:
        kind = sqlite_insert if dialect == "sqlite" else postgresql_insert
        statement = kind(table).values(values)
        if if_taken is not None:
            return if_taken(statement)
        return statement.on_conflict_do_nothing() if unless_taken else statement

    return Prepared(make)


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None and column.default.is_scalar else None


def _refuse_reader(work: Opened) -> None:
    if not work.writes:
        raise RuntimeError("a read unit cannot write")


def _arguments(compiled: _Compiled, params: Mapping[str, Any]) -> Any:
    if not params.keys() <= compiled.known:
        raise TypeError(f"the statement knows no {sorted(params.keys() - compiled.known)}")
    values = [
        (params[name] if convert is None else convert(params[name]))
        if name in params
        else compiled.fixed[name]
        for name, convert in compiled.names
    ]
    if compiled.by_place:
        return values
    return {name: value for (name, _), value in zip(compiled.names, values, strict=True)}


def _converted(row: tuple[Any, ...], results: tuple[tuple[int, Convert], ...]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in results:
        values[place] = convert(values[place])
    return tuple(values)
