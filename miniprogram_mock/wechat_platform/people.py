"""Who holds a phone, as WeChat sees it: an openid per mini-program, a unionid per developer."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from miniprogram_mock.wechat_platform.bounded import Bounded
from miniprogram_mock.wechat_platform.errcodes import INVALID_OPENID, WechatError

MOST_PEOPLE = 10_000


def openid_of(appid: str, user: str) -> str:
    """28 characters, `o` first, the same for ever for one label under one mini-program."""
    return "o" + _name("openid", appid, user)


def unionid_of(user: str) -> str:
    """28 characters, `u` first, the same under every mini-program of the developer."""
    return "u" + _name("unionid", user)


def phone_of(user: str) -> str:
    """The number of a user's telephone, the same for ever, made of the label."""
    digest = hashlib.sha256(f"phone\x00{user}".encode()).digest()
    return f"139{int.from_bytes(digest[:6], 'big') % 10**8:08}"


@dataclass(frozen=True)
class Visitor:
    """Somebody who opened the mini-program; `seen` is of the platform's clock, `at` of the wall."""

    user: str
    seen: float
    at: datetime


class People:
    """Who has used the mini-program since this process began."""

    def __init__(self, appid: str, clock: Callable[[], float]) -> None:
        self._appid = appid
        self._clock = clock
        self._lock = Lock()
        self._by_openid: Bounded[str, Visitor] = Bounded(MOST_PEOPLE)

    def came(self, user: str) -> str:
        """Note that somebody opened the mini-program; their openid."""
        openid = openid_of(self._appid, user)
        with self._lock:
            visitor = Visitor(user, self._clock(), datetime.now().astimezone())
            self._by_openid.put(openid, visitor)
        return openid

    def of(self, openid: object) -> Visitor:
        """Whose openid this is; raises WechatError."""
        found = None
        if isinstance(openid, str):
            with self._lock:
                found = self._by_openid.get(openid)
        if found is None:
            raise WechatError(INVALID_OPENID)
        return found

    def newest(self) -> list[Visitor]:
        """Everybody, the latest visit first."""
        with self._lock:
            return sorted(self._by_openid.values(), key=lambda visitor: -visitor.seen)


def _name(*parts: str) -> str:
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return urlsafe_b64encode(digest).decode()[:27]
