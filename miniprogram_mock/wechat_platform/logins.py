"""wx.login codes and code2session: a code is good once, for five minutes."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.errcodes import (
    CODE_USED,
    INVALID_CODE,
    TOO_OFTEN,
    WechatError,
)
from miniprogram_mock.wechat_platform.faults import Faults
from miniprogram_mock.wechat_platform.people import People

CODE_LIFE = 300.0
CALLS_A_MINUTE = 100
MOST_CODES = 10_000
MOST_USERS = 10_000


@dataclass
class IssuedCode:
    """`until` is in seconds of the platform's clock."""

    user: str
    until: float
    used: bool = False


@dataclass(frozen=True)
class LoggedIn:
    """`session_key`: 16 bytes in base64, for the developer's server only."""

    user: str
    session_key: str


class Logins:
    """The codes that phones were given, until they are traded in."""

    def __init__(self, clock: Callable[[], float], faults: Faults, people: People) -> None:
        self._clock = clock
        self._people = people
        self._faults = faults
        self._lock = Lock()
        self._codes: Bounded[str, IssuedCode] = Bounded(MOST_CODES)
        self._calls: Bounded[str, deque[float]] = Bounded(MOST_USERS)

    def issue(self, user: str) -> str:
        """What wx.login() gives to the phone: 32 letters and digits."""
        code = secrets.token_hex(16)
        with self._lock:
            self._codes.put(code_key(code), IssuedCode(user, self._clock() + CODE_LIFE))
        self._people.came(user)
        return code

    def trade(self, code: str) -> LoggedIn:
        """Use the code up; a refusal for another reason than the code itself leaves it usable."""
        with self._lock:
            issued = self._codes.get(code_key(code))
            if issued is None:
                raise WechatError(INVALID_CODE)
            self._faults.spend("code2session", issued.user)
            if issued.used:
                raise WechatError(CODE_USED)
            if self._clock() >= issued.until:
                raise WechatError(INVALID_CODE)
            self._count(issued.user)
            issued.used = True
            return LoggedIn(issued.user, b64encode(secrets.token_bytes(16)).decode())

    def _count(self, user: str) -> None:
        now = self._clock()
        calls = self._calls.get(user) or deque(maxlen=CALLS_A_MINUTE)
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) == CALLS_A_MINUTE:
            raise WechatError(TOO_OFTEN)
        calls.append(now)
        self._calls.put(user, calls)


def code_key(code: str) -> str:
    """Codes are kept as hashes, so that a look-up takes the same time for every guess."""
    return hashlib.sha256(code.encode()).hexdigest()
