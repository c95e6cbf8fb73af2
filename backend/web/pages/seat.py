"""The cookies of a seat at a desk: who is logged in, a browser that is about to log in, and a word
to be said once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from backend.core.ids import new_token
from backend.web.context import context

_SAID_S = 60


@dataclass(frozen=True, slots=True)
class Seat:
    """Where one kind of staff sits: `cookie` holds their session, sent below `path` only, whoever
    has none is led to the page `log_in`; `home` is where their work begins.
    """

    cookie: str
    path: str
    log_in: str
    home: str

    @property
    def before(self) -> str:
        """The cookie of a browser that has not logged in yet."""
        return f"{self.cookie}_before"

    @property
    def said(self) -> str:
        return f"{self.cookie}_said"

    def token(self) -> str | None:
        """The session's token, if it looks like one."""
        found = request.cookies.get(self.cookie, "")
        return found if 20 <= len(found) <= 64 and found.isascii() else None

    def sit_down(self, response: Response, token: str) -> None:
        """The session begins: what the browser held before it is worth nothing any more."""
        self._set(response, self.cookie, token)
        self._drop(response, self.before)

    def get_up(self, response: Response) -> None:
        self._drop(response, self.cookie)

    def know_browser(self, response: Response, secret: str) -> None:
        self._set(response, self.before, secret)

    def keep_word(self, response: Response, code: str) -> None:
        self._set(response, self.said, code, max_age=_SAID_S)

    def forget_word(self, response: Response) -> None:
        self._drop(response, self.said)

    def _set(self, response: Response, name: str, value: str, max_age: int | None = None) -> None:
        secure = context().kit.public_url.startswith("https:")
        response.set_cookie(
            name,
            value,
            path=self.path,
            max_age=max_age,
            httponly=True,
            samesite="Strict",
            secure=secure,
        )

    def _drop(self, response: Response, name: str) -> None:
        if name in request.cookies:
            response.delete_cookie(name, path=self.path, httponly=True, samesite="Strict")


def csrf_of(secret: str) -> str:
    """What a form of this session carries: it follows from the session's token, which does not
    follow from it.
    """
    digest = hmac.digest(secret.encode(), b"zhangban form", hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def fits(secret: str | None, given: str) -> bool:
    """Whether a form came from a page that this session was shown; in constant time."""
    return secret is not None and hmac.compare_digest(csrf_of(secret).encode(), given.encode())


def new_secret() -> str:
    """For a browser that has no session yet."""
    return new_token()
