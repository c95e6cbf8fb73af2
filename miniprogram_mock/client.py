"""An outside client of the API, as a phone speaks it: HTTP only, no line of the backend."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import httpx

API = "/api/v1"
# wx.request gives up after a minute.
TIMEOUT_SECONDS = 60.0
ANSWER_MOST = 32 * 1024 * 1024
SUCCESS = range(200, 300)

Files = Mapping[str, tuple[str, bytes, str]]


class Problem(Exception):
    """The server said no: `code` is stable, `body` the whole problem document (RFC 9457)."""

    def __init__(self, status: int, code: str, body: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {code}: {body.get('title', '')}")
        self.status = status
        self.code = code
        self.body = body

    @property
    def paths(self) -> list[str]:
        """JSON pointers of the fields that are wrong, in the server's order."""
        return [str(error.get("path", "")) for error in self.body.get("errors", [])]


class TooLong(Exception):
    """The answer is longer than any answer should be."""


@dataclass(frozen=True)
class Answer:
    """A success. `etag` is what `if_match` of the next change wants."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)

    @property
    def etag(self) -> str | None:
        return self.headers.get("etag")

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; None when there is no body."""
        return json.loads(self.content) if self.content else None

    def __getitem__(self, key: str | int) -> Any:
        return self.json[key]


class Client:
    """Speaks to one server, with or without a log-in. Not for several threads at once."""

    def __init__(self, base_url: str, *, token: str | None = None) -> None:
        self._http = httpx.Client(
            base_url=base_url,
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
            # Loading the authorities takes 30 ms, for nothing where the server speaks plain HTTP.
            verify=base_url.startswith("https:"),
        )
        self.token = token

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int) -> Answer:
        return self.call("GET", path, query=query)

    def post(
        self,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        if_match: str | Answer | None = None,
        files: Files | None = None,
    ) -> Answer:
        """POST JSON, or with `files` a form of `body`'s fields.

        Each call has an Idempotency-Key of its own; give `key` to say that it is the same wish
        again.
        """
        return self.call("POST", path, body, key=key or new_key(), if_match=if_match, files=files)

    def patch(self, path: str, body: Any, *, if_match: str | Answer | None = None) -> Answer:
        """wx.request cannot PATCH, so this is a POST that says what it means."""
        override = {"X-HTTP-Method-Override": "PATCH"}
        return self.call("POST", path, body, if_match=if_match, headers=override)

    def put(self, path: str, body: Any, *, if_match: str | Answer | None = None) -> Answer:
        return self.call("PUT", path, body, if_match=if_match)

    def delete(self, path: str, *, if_match: str | Answer | None = None) -> Answer:
        return self.call("DELETE", path, if_match=if_match)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str | int] | None = None,
        key: str | None = None,
        if_match: str | Answer | None = None,
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Any request; `path` is below /api/v1, or is taken as it is after a `//`.

        Raises Problem for every status but 2xx.
        """
        request = self._http.build_request(
            method,
            path[1:] if path.startswith("//") else API + path,
            params=query or None,
            headers={**self._headers(key, if_match), **(headers or {})},
            json=None if files else body,
            data=body if files else None,
            files=files,
        )
        answer = self._send(request)
        if answer.status not in SUCCESS:
            raise _problem(answer)
        return answer

    def _headers(self, key: str | None, if_match: str | Answer | None) -> dict[str, str]:
        etag = if_match.etag if isinstance(if_match, Answer) else if_match
        given = {
            "Authorization": f"Bearer {self.token}" if self.token else None,
            "Idempotency-Key": key,
            "If-Match": etag,
        }
        return {name: value for name, value in given.items() if value is not None}

    def _send(self, request: httpx.Request) -> Answer:
        response = self._http.send(request, stream=True)
        try:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > ANSWER_MOST:
                    raise TooLong
        finally:
            response.close()
        return Answer(response.status_code, response.headers, bytes(content))


class Phone(Client):
    """A WeChat on which somebody opened the mini-program."""

    def __init__(self, base_url: str, wechat_url: str) -> None:
        super().__init__(base_url)
        self._wechat_url = wechat_url.rstrip("/")

    def wx_login(self, user: str) -> str:
        """What wx.login() gives: a code, once, for five minutes. `user` is any label."""
        answer = self._http.post(f"{self._wechat_url}/mock/login", json={"user": user})
        return str(answer.raise_for_status().json()["code"])

    def log_in(self, user: str, *, shared_phone: bool = False) -> Answer:
        """Open a session and keep its token for every later call; gives {token, expiresAt}."""
        body: dict[str, Any] = {"code": self.wx_login(user)}
        if shared_phone:
            body["sharedPhone"] = True
        answer = self.call("POST", "/sessions/wechat", body)
        self.token = str(answer["token"])
        return answer

    def provoke(self, user: str, errcode: int) -> None:
        """Let WeChat refuse the next call about this user."""
        answer = self._http.post(
            f"{self._wechat_url}/mock/provoke", json={"user": user, "errcode": errcode}
        )
        answer.raise_for_status()


def new_key() -> str:
    """An Idempotency-Key for one wish of the user."""
    return str(uuid.uuid4())


def _problem(answer: Answer) -> Problem:
    try:
        body = answer.json
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {}
    return Problem(answer.status, str(body.get("code", "")), body)
