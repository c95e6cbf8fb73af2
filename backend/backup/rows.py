"""Rows as lines of JSON and back, by kinds of columns that every database knows."""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)
from sqlalchemy.types import TypeEngine

from backend.core.db import Digest, Instant, Sealed

_CHUNK: Final = 4 << 20  # bytes of lines before they are packed
_BOUND: Final = 64 << 20  # no part unpacks to more
_KINDS: Final[tuple[tuple[Any, str], ...]] = (
    (Instant, "instant"),
    ((Sealed, Digest, LargeBinary), "bytes"),
    (Uuid, "uuid"),
    (JSON, "json"),
    (Boolean, "bool"),
    (Date, "date"),
    (Float, "float"),
    (Integer, "int"),  # BigInteger is one
    (String, "text"),
)
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": datetime.fromisoformat,
    "bytes": base64.b64decode,
    "uuid": UUID,
    "date": date.fromisoformat,
}


def columns_of(table: Table) -> list[dict[str, Any]]:
    """Name, kind and nullability of a table's columns, as the manifest keeps them."""
    return [
        {"name": column.name, "kind": _kind(column), "nullable": bool(column.nullable)}
        for column in table.columns
    ]


def _kind(column: Column[Any]) -> str:
    for types, kind in _KINDS:
        if isinstance(column.type, types):
            return kind
    raise TypeError(f"{column}: a kind of column that a backup does not know")


def packed(rows: Iterator[Sequence[Any]]) -> Iterator[tuple[bytes, int]]:
    """Rows as gzipped lines, some megabytes at a time, each with its number of rows."""
    lines: list[bytes] = []
    size = 0
    for row in rows:
        line = orjson.dumps([_plain(value) for value in row])
        lines.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield _pack(lines), len(lines)
            lines, size = [], 0
    if lines:
        yield _pack(lines), len(lines)


def _pack(lines: list[bytes]) -> bytes:
    return gzip.compress(b"\n".join(lines), compresslevel=1, mtime=0)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def unpacked(body: bytes, columns: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of one packed part."""
    with gzip.open(io.BytesIO(body)) as lines:
        text = lines.read(_BOUND)
    readers = [(column["name"], _READ.get(column["kind"])) for column in columns]
    for line in text.split(b"\n"):
        yield {
            name: value if value is None or read is None else read(value)
            for (name, read), value in zip(readers, orjson.loads(line), strict=True)
        }


def table_of(name: str, columns: Sequence[Mapping[str, Any]]) -> Table:
    """A table that takes such rows, whatever this release's models look like."""
    return Table(name, MetaData(), *(Column(c["name"], _type(c)) for c in columns))


def _type(column: Mapping[str, Any]) -> TypeEngine[Any]:
    kinds: dict[str, TypeEngine[Any]] = {
        "instant": Instant(),
        "bytes": LargeBinary(),
        "uuid": Uuid(),
        "json": JSON(none_as_null=bool(column["nullable"])),
        "bool": Boolean(),
        "date": Date(),
        "float": Float(),
        "int": BigInteger(),
        "text": String(),
    }
    return kinds[column["kind"]]
