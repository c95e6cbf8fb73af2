"""The township's staff by the API alone, where a walk is about the citizen's side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp

from miniprogram_mock.client import Client
from miniprogram_mock.demo.server import Server

_TOKENS: dict[tuple[Path, str], str] = {}


@contextmanager
def at_desk(served: Server, username: str = "chencang") -> Iterator[Client]:
    """Logged in with password and one-time code: once a server, for a code is good once in half a
    minute.
    """
    with Client(served.url) as desk:
        seat = served.home, username
        if seat not in _TOKENS:
            _TOKENS[seat] = _log_in(desk, username, served.staff(username))
        desk.token = _TOKENS[seat]
        yield desk


def _log_in(desk: Client, username: str, known: dict[str, str]) -> str:
    code = pyotp.TOTP(known["totpSecret"]).now()
    body = {"username": username, "password": known["password"], "totp": code}
    return str(desk.post("/sessions/staff", body)["token"])
