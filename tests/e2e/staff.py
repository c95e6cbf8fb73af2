"""The township's staff by the API alone, where a walk is about the citizen's side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyotp

from miniprogram_mock.client import Client
from miniprogram_mock.demo.server import Server


@contextmanager
def at_desk(served: Server, username: str = "chencang") -> Iterator[Client]:
    """Logged in with password and one-time code: once in half a minute, for a code is good once."""
    known = served.staff(username)
    with Client(served.url) as desk:
        log_in = {
            "username": username,
            "password": known["password"],
            "totp": pyotp.TOTP(known["totpSecret"]).now(),
        }
        desk.token = str(desk.post("/sessions/staff", log_in)["token"])
        yield desk
