"""How long a dead child waits before it is started again, and when to give up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """All in seconds but `tries`: so many starts in a row that last less than `settle` end it."""

    first: float = 0.5
    most: float = 10.0
    healthy: float = 30.0
    settle: float = 5.0
    tries: int = 5
    grace: float = 10.0


class CannotStart(Exception):
    """A child died at once too many times in a row."""


class Backoff:
    """One child's waiting times: `first`, doubled up to `most`, anew after a healthy life."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._next = policy.first
        self._failed = 0

    def after(self, lived: float) -> float:
        """Seconds to wait after a life of `lived` seconds; CannotStart when there is no point."""
        self._failed = self._failed + 1 if lived < self._policy.settle else 0
        if self._failed >= self._policy.tries:
            raise CannotStart
        wait = self._policy.first if lived >= self._policy.healthy else self._next
        self._next = min(wait * 2, self._policy.most)
        return wait
