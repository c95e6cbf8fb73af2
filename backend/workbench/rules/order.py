"""How several streams become one list by due date, and how its pages go on where they stopped."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

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
