"""Memory with an end: a mapping that forgets its oldest entry when it is full."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(Generic[Key, Value]):
    """At most `most` entries, oldest out first. Not locked: the owner of the state locks."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Key, Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Value | None:
        return self._entries.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Store as the newest entry."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def values(self) -> list[Value]:
        """All of them, the oldest first."""
        return list(self._entries.values())

    def pop(self, key: Key) -> Value | None:
        return self._entries.pop(key, None)
