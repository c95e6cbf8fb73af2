"""Keyset paging: pages that stay right while rows arrive, at the same price on page 1 and page
1,000.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import Select, literal, tuple_
from sqlalchemy.exc import DataError, OperationalError, StatementError
from sqlalchemy.orm import Session

from backend.core.errors import Invalid

T = TypeVar("T")
MAX_LIMIT = 100


class CursorInvalid(Invalid):
    """The cursor was not one that we gave."""

    code = "cursor_invalid"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor that leads to the next ones (None on the last page)."""

    items: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many rows, from where."""

    limit: int = 20
    cursor: str | None = None


Codec = Callable[[Any], Any]


def keyset(
    session: Session,
    statement: Select[Any],
    columns: Sequence[Any],
    codecs: Sequence[Codec],
    wanted: PageRequest,
    *,
    descending: bool = True,
) -> Page[Any]:
    """Run `statement` ordered by `columns` (the last must be unique) and cut one page.

    `codecs` turn the cursor's JSON values back into the columns' types. Raises CursorInvalid.
    """
    order = tuple_(*columns)
    if wanted.cursor:
        values = values_of(wanted.cursor, codecs)
        bound = tuple_(*(literal(v, c.type) for v, c in zip(values, columns, strict=True)))
        statement = statement.where(order < bound if descending else order > bound)
    statement = statement.order_by(*(c.desc() if descending else c.asc() for c in columns))
    rows = _run(session, statement.limit(wanted.limit + 1), wanted)
    if len(rows) <= wanted.limit:
        return Page(rows, None)
    rows = rows[: wanted.limit]
    return Page(rows, cursor_of([getattr(rows[-1], c.key) for c in columns]))


def _run(session: Session, statement: Select[Any], wanted: PageRequest) -> list[Any]:
    try:
        return list(session.scalars(statement))
    except (DataError, OverflowError, ValueError, StatementError) as wrong:
        # a forged cursor may hold what no column takes: a number too large, a time without zone
        if wanted.cursor and not isinstance(wrong, OperationalError):
            raise CursorInvalid(path="/cursor") from wrong
        raise


def cursor_of(values: list[Any]) -> str:
    """A row's ordering values as a cursor."""
    plain = [str(v) if isinstance(v, UUID) else v for v in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def values_of(cursor: str, codecs: Sequence[Codec]) -> list[Any]:
    """The values of a cursor; raises CursorInvalid."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [codec(_clean(value)) for codec, value in zip(codecs, values, strict=True)]
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as wrong:
        raise CursorInvalid(path="/cursor") from wrong


def _clean(value: Any) -> Any:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("no column takes a NUL")
    return value
