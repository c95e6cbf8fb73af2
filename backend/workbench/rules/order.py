"""How several streams become one list by due date, and how its pages go on where they stopped."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from backend.core.paging import cursor_of, values_of

T = TypeVar("T")


def merged(
    streams: Mapping[str, Sequence[T]], due: Callable[[T], date], most: int
) -> tuple[list[T], dict[str, int]]:
    """The first `most` by due date, the order of the streams among equals, and how many were taken
    of each. Each stream must be in the order of its due dates.
    """

    def ranked(rank: int, name: str) -> Iterator[tuple[date, int, int, str, T]]:
        for n, one in enumerate(streams[name]):
            yield due(one), rank, n, name, one

    taken = dict.fromkeys(streams, 0)
    found: list[T] = []
    for _, _, _, name, one in heapq.merge(
        *(ranked(rank, name) for rank, name in enumerate(streams)), key=lambda entry: entry[:3]
    ):
        if len(found) == most:
            break
        found.append(one)
        taken[name] += 1
    return found, taken


def is_rest(streams: Mapping[str, Sequence[Any]], taken: Mapping[str, int]) -> bool:
    """Whether anything of what was looked at is left for the next page."""
    return any(len(rows) > taken[name] for name, rows in streams.items())


# The cursor: for every stream the place of what was shown last. A stream whose rows have no place
# of their own is numbered: its cursor is how many were shown.


def places_of(cursor: str | None, kinds: Sequence[str]) -> dict[str, tuple[datetime, UUID]]:
    """The last place shown in each of these streams, where anything was; raises CursorInvalid."""
    found = {}
    for kind, place in _kept(cursor).items():
        if kind in kinds:
            at, last = values_of(cursor_of(place), [datetime.fromisoformat, UUID])
            found[kind] = (at, last)
    return found


def numbered_of(cursor: str | None, kind: str) -> int:
    """How many of a numbered stream were shown; raises CursorInvalid."""
    (shown,) = values_of(cursor_of(_kept(cursor).get(kind, [0])), [int])
    return max(0, int(shown))


def cursor_after(
    cursor: str | None,
    before: Mapping[str, tuple[datetime, UUID]],
    streams: Mapping[str, Sequence[Any]],
    taken: Mapping[str, int],
    *,
    numbered: str,
) -> str:
    """Where the next page begins, after so many were taken of each stream; `numbered` is the name
    of the one that is.
    """
    places: dict[str, Any] = {
        kind: [at.isoformat(), str(last)] for kind, (at, last) in before.items()
    }
    for kind, rows in streams.items():
        if kind == numbered:
            places[kind] = [numbered_of(cursor, kind) + taken[kind]]
        elif taken[kind]:
            last = rows[taken[kind] - 1]
            places[kind] = [last.at.isoformat(), str(last.id)]
    return cursor_of([places])


def _kept(cursor: str | None) -> Mapping[str, list[Any]]:
    (places,) = values_of(cursor, [_mapping]) if cursor else ({},)
    kept: Mapping[str, list[Any]] = places
    return kept


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(v, list) for v in value.values()):
        raise TypeError(value)
    return value
