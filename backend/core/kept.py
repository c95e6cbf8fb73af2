"""A bounded memory of values that never change under their key."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Up to `most` values; the one that came first makes room. Two threads may make one twice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[K, V] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made by the first who asks; what raises is not kept."""
        try:
            return self._values[key]
        except KeyError:
            value = make()
        while len(self._values) >= self._most:
            self._values.pop(next(iter(self._values), key), None)
        self._values[key] = value
        return value
