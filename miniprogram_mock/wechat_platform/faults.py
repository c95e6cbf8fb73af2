"""Refusals ordered by a test or a demonstration for somebody's next call, or an interface's."""

from __future__ import annotations

from threading import Lock

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.errcodes import WechatError

MOST_FAULTS = 1_000
INTERFACES = frozenset(
    {
        "code2session",
        "stable_token",
        "getuserphonenumber",
        "subscribe",
        "getwxacodeunlimit",
        "msg_sec_check",
        "getverifyid",
        "queryverifyinfo",
    }
)


class Faults:
    """At most one waiting refusal per user, or per interface; the next such call spends it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: Bounded[tuple[str, str], int] = Bounded(MOST_FAULTS)

    def provoke(self, errcode: int, *, user: str = "", interface: str = "") -> None:
        """Of one user, of one interface, or of one user at one interface."""
        with self._lock:
            self._waiting.put((interface, user), errcode)

    def spend(self, interface: str, user: str = "") -> None:
        """Raise the refusal that waits for this call, once."""
        keys = [(interface, "")] + ([(interface, user), ("", user)] if user else [])
        with self._lock:
            for key in keys:
                errcode = self._waiting.pop(key)
                if errcode is not None:
                    raise WechatError(errcode)
