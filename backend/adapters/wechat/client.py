"""One bounded, silent HTTP client for WeChat's servers, which take secrets in the URL."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from backend.core.settings import LOOPBACK_HOSTS, SettingsError

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
ANSWER_MOST = 64 * 1024
PICTURE_MOST = 1024 * 1024
PICTURE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class AddressNotEncrypted(SettingsError):
    """The app secret would travel readable."""

    def __init__(self) -> None:
        super().__init__("ZHANGBAN_WECHAT_URL must be https: the app secret travels in the URL.")


class PlatformDown(Exception):
    """No usable answer; `reason` is one word for the log and holds nothing of the request."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WechatHttp:
    """Calls WeChat and gives back its JSON object; keeps connections, so share one."""

    def __init__(
        self,
        base_url: str,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(base_url)
        encrypted = parts.scheme == "https"
        if not encrypted and parts.hostname not in LOOPBACK_HOSTS:
            raise AddressNotEncrypted
        _hide_queries()
        self._clock = clock
        self._read_seconds = read_seconds
        self._client = httpx.Client(
            base_url=base_url,
            timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
            transport=transport,
            trust_env=False,
            # Reading the authorities costs 30 ms and is pointless on plain loopback HTTP.
            verify=encrypted,
            follow_redirects=False,
        )

    def get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """GET and read one JSON object of at most `ANSWER_MOST` bytes, or raise PlatformDown."""
        return _object(self._ask("GET", path, params, None, ANSWER_MOST))

    def post(self, path: str, params: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """POST a JSON object and read one, likewise."""
        return _object(self._ask("POST", path, params, body, ANSWER_MOST))

    def post_for_picture(
        self, path: str, params: Mapping[str, str], body: Mapping[str, Any]
    ) -> bytes | dict[str, Any]:
        """POST a JSON object; a picture of at most `PICTURE_MOST` bytes, or a refusal."""
        answer = self._ask("POST", path, params, body, PICTURE_MOST)
        return answer if answer.startswith(PICTURE_STARTS) else _object(answer)

    def close(self) -> None:
        self._client.close()

    def _ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        most: int,
    ) -> bytes:
        try:
            return self._send(method, path, params, body, most)
        except httpx.ConnectError:
            # Nothing was sent yet, so a second try cannot use a code twice.
            pass
        except httpx.HTTPError as error:
            raise PlatformDown(type(error).__name__) from None
        try:
            return self._send(method, path, params, body, most)
        except httpx.HTTPError as error:
            raise PlatformDown(type(error).__name__) from None

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: Mapping[str, Any] | None,
        most: int,
    ) -> bytes:
        # orjson writes UTF-8 as it is: WeChat shows \uXXXX in messages as typed
        sent = None if body is None else orjson.dumps(body)
        headers = {} if body is None else {"content-type": "application/json"}
        with self._client.stream(
            method, path, params=params, content=sent, headers=headers
        ) as response:
            if response.status_code != httpx.codes.OK:
                raise PlatformDown(f"status_{response.status_code}")
            return self._read_bounded(response, most)

    def _read_bounded(self, response: httpx.Response, most: int) -> bytes:
        # The read time-out of httpx starts anew with every byte; this end does not.
        end = self._clock() + self._read_seconds
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > most:
                raise PlatformDown("too_long")
            if self._clock() > end:
                raise PlatformDown("too_slow")
        return bytes(body)


def _object(answer: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise PlatformDown("not_json") from None
    if not isinstance(found, dict):
        raise PlatformDown("not_an_object")
    return found


class _QueryHider(logging.Filter):
    """Cuts the query off every URL that httpx logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


_HIDER = _QueryHider()


def _hide_queries() -> None:
    # addFilter ignores a filter that is there already.
    logging.getLogger("httpx").addFilter(_HIDER)
