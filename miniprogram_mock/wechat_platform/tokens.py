"""stable_token: the one credential of a mini-program, good for two hours."""

from __future__ import annotations

import hmac
import secrets
from collections import deque
from collections.abc import Callable
from threading import Lock

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.errcodes import (
    APPID_MISSING,
    DAILY_LIMIT,
    INVALID_APPID,
    INVALID_CREDENTIAL,
    INVALID_GRANT_TYPE,
    INVALID_SECRET,
    SECRET_MISSING,
    TOKEN_EXPIRED,
    TOKEN_MISSING,
    WechatError,
)

TOKEN_LIFE = 7200.0
OVERLAP = 300.0  # in its last five minutes a token is replaced, and both are good
FORCED_A_DAY = 20
FORCED_EVERY = 30.0
DAY = 86_400.0
MOST_TOKENS = 100


class Tokens:
    """Gives out access tokens and knows which of them still hold."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._current = ""
        self._until: Bounded[str, float] = Bounded(MOST_TOKENS)
        self._forced: deque[float] = deque(maxlen=FORCED_A_DAY)

    def stable(self, *, force: bool) -> tuple[str, int]:
        """The token and how many seconds it still lives."""
        with self._lock:
            now = self._clock()
            until = self._until.get(self._current) or 0.0
            if force and self._may_force(now):
                self._until.pop(self._current)  # what is forced out is invalid at once
                self._renew(now)
            elif until - now <= OVERLAP:
                self._renew(now)
            return self._current, int((self._until.get(self._current) or now) - now)

    def require(self, token: str) -> None:
        """Raise the refusal that WeChat has for a missing, unknown or old token."""
        if not token:
            raise WechatError(TOKEN_MISSING)
        with self._lock:
            until = self._until.get(token)
            if until is None:
                raise WechatError(INVALID_CREDENTIAL)
            if self._clock() >= until:
                raise WechatError(TOKEN_EXPIRED)

    def _may_force(self, now: float) -> bool:
        """Too soon after the last time the old token simply stays."""
        while self._forced and self._forced[0] <= now - DAY:
            self._forced.popleft()
        if self._forced and now - self._forced[-1] < FORCED_EVERY:
            return False
        if len(self._forced) == FORCED_A_DAY:
            raise WechatError(DAILY_LIMIT)
        self._forced.append(now)
        return True

    def _renew(self, now: float) -> None:
        self._current = secrets.token_urlsafe(102)
        self._until.put(self._current, now + TOKEN_LIFE)


def require_owner(appid: str, secret: str, body: dict[str, object]) -> None:
    """Raise the refusal for whoever does not own the mini-program."""
    if body.get("grant_type") != "client_credential":
        raise WechatError(INVALID_GRANT_TYPE)
    for name, right, missing, wrong in (
        ("appid", appid, APPID_MISSING, INVALID_APPID),
        ("secret", secret, SECRET_MISSING, INVALID_SECRET),
    ):
        given = body.get(name)
        if not isinstance(given, str) or not given:
            raise WechatError(missing)
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise WechatError(wrong)
