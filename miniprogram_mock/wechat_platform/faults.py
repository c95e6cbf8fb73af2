"""Refusals ordered by a test or a demonstration for somebody's next call."""

from __future__ import annotations

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.errcodes import WechatError

MOST_FAULTS = 1_000


class Faults:
    """At most one waiting refusal per user; it is spent by the next call about that user."""

    def __init__(self) -> None:
        self._waiting: Bounded[str, int] = Bounded(MOST_FAULTS)

    def provoke(self, user: str, errcode: int) -> None:
        self._waiting.put(user, errcode)

    def spend(self, user: str) -> None:
        """Raise the refusal that waits for this user, once."""
        errcode = self._waiting.pop(user)
        if errcode is not None:
            raise WechatError(errcode)
