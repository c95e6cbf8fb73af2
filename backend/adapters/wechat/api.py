"""WeChat's interfaces behind an access token: the token is fetched once, kept in memory, renewed
early, and asked for anew where WeChat no longer takes it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog

from backend.adapters.wechat.client import PlatformDown, WechatHttp
from backend.core import figures

# stable_token renews in a token's last five minutes; asking a little earlier gets the old one.
RENEW_BEFORE_S: Final = 240.0
FORCE_EVERY_S: Final = 600.0  # WeChat lets it be forced 20 times a day, 30 s apart
_TOKEN_MOST: Final = 512
_BAD_TOKEN: Final = frozenset({40001, 40014, 42001})
BUSY: Final = frozenset({-1, 45009, 45011})

log = structlog.get_logger(__name__)


class WechatRefused(Exception):
    """WeChat's documented refusal of one call; `errcode` says which."""

    def __init__(self, errcode: int) -> None:
        super().__init__(str(errcode))
        self.errcode = errcode


class WechatApi:
    """Calls with the mini-program's token; share one in a process.

    Processes need not share it: stable_token answers all of them with the same token while it
    lives, so a second process takes nothing from the first.
    """

    def __init__(
        self,
        http: WechatHttp,
        appid: str,
        secret: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.appid = appid
        self._http = http
        self._secret = secret
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0
        self._forced_at = -FORCE_EVERY_S

    def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST with a token; the answer's object. Raises PlatformDown, WechatRefused."""
        answer = self._with_token(path, lambda query: self._http.post(path, query, body))
        assert isinstance(answer, dict)  # noqa: S101 - `post` answers nothing else
        return answer

    def picture(self, path: str, body: Mapping[str, Any]) -> bytes:
        """POST with a token for a picture. Raises PlatformDown, WechatRefused."""
        answer = self._with_token(
            path, lambda query: self._http.post_for_picture(path, query, body)
        )
        if isinstance(answer, dict):
            raise PlatformDown("no_picture")
        return answer

    def close(self) -> None:
        self._http.close()

    def _with_token(
        self, path: str, ask: Callable[[dict[str, str]], bytes | dict[str, Any]]
    ) -> bytes | dict[str, Any]:
        """One call, and a second one with a new token where the first token was refused."""
        try:
            token = self._get_token()
            answer = ask({"access_token": token})
            if _errcode(answer) in _BAD_TOKEN:
                answer = ask({"access_token": self._get_token(bad=token)})
        except PlatformDown as down:
            figures.WECHAT.failed()
            log.warning("wechat_down", interface=path, reason=down.reason)
            raise
        figures.WECHAT.answered()
        errcode = _errcode(answer)
        if errcode != 0:
            log.warning("wechat_refused", interface=path, errcode=errcode)
            raise WechatRefused(errcode)
        return answer

    def _get_token(self, bad: str = "") -> str:
        """The token; one thread asks, the others wait for its answer. Never `bad` again."""
        with self._lock:
            if self._token == bad or self._clock() >= self._until:
                self._fetch(force=False)
            if self._token == bad and self._clock() - self._forced_at >= FORCE_EVERY_S:
                self._forced_at = self._clock()
                self._fetch(force=True)
            return self._token

    def _fetch(self, *, force: bool) -> None:
        asked = self._clock()
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self._secret,
            "force_refresh": force,
        }
        answer = self._http.post("/cgi-bin/stable_token", {}, body)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        fits = isinstance(token, str) and 0 < len(token) <= _TOKEN_MOST
        if not fits or not isinstance(seconds, int) or seconds <= 0:
            errcode = _errcode(answer)
            log.error("wechat_refused_us", interface="stable_token", errcode=errcode)
            raise PlatformDown(f"no_token_{errcode}")
        self._token = str(token)
        self._until = asked + max(seconds - RENEW_BEFORE_S, min(seconds, RENEW_BEFORE_S) / 2)


def _errcode(answer: bytes | dict[str, Any]) -> int:
    """0 for a success, which often says nothing; -2 for what is no number."""
    found = 0 if isinstance(answer, bytes) else answer.get("errcode", 0)
    return found if isinstance(found, int) else -2
