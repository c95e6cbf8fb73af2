"""Passwords (argon2id) and one-time codes (TOTP) of those who work at a desk."""

from __future__ import annotations

import threading
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_HASHER = PasswordHasher()  # argon2id with the library's present parameters
_NOBODYS = _HASHER.hash("nobody's password")
# A hash takes 0.2 s of CPU and 64 MB: more than two at once would starve everybody else.
_hashing = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Argon2id; takes 0.2 s: do it before a write unit is opened, and not in a request."""
    return _HASHER.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """Whether it is the one; where there is none, no is found out just as slowly."""
    with _hashing:
        try:
            return _HASHER.verify(stored or _NOBODYS, password) and stored is not None
        except VerificationError:
            return False


def new_totp_secret() -> str:
    """Base32, for an authenticator."""
    return pyotp.random_base32()


def totp_step(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The 30-second step whose code this is (one step of drift either way), never one that was
    used before: `after` is the last of those.
    """
    clock = pyotp.TOTP(secret)
    current = int(now.timestamp()) // clock.interval
    for step in (current, current - 1, current + 1):
        if step > after and pyotp.utils.strings_equal(clock.generate_otp(step), code):
            return step
    return None


def totp_code(secret: str, *, now: datetime, ahead: int = 0) -> str:
    """The code of this half minute, or of one that is still to come: for the people of a demo."""
    clock = pyotp.TOTP(secret)
    return clock.generate_otp(int(now.timestamp()) // clock.interval + ahead)
