"""Identifiers: time-ordered UUIDs for rows, unguessable tokens and codes for people."""

from __future__ import annotations

import secrets
from uuid import UUID

import uuid_utils

# Crockford's alphabet without Z: 31 signs, a prime, so that the check character misses nothing.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_CODE_SIGNS = 12  # 59 random bits


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sortable by the millisecond it was made in."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_token() -> str:
    """192 random bits in 32 URL-safe characters (the most that a mini-program code's scene
    takes).
    """
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """A code that a person can read out: 59 random bits and one check character, in groups of
    four.
    """
    signs = "".join(secrets.choice(CODE_ALPHABET) for _ in range(_CODE_SIGNS))
    return _grouped(signs + _check_character(signs))


def normalise_code(typed: str) -> str | None:
    """The code as stored, from whatever was typed (lower case, blanks, O for 0, I or L for 1);
    None if wrong.
    """
    signs = "".join(c for c in typed.upper() if c.isalnum())
    signs = signs.translate(str.maketrans("OIL", "011"))
    if len(signs) != _CODE_SIGNS + 1 or any(c not in CODE_ALPHABET for c in signs):
        return None
    if _check_character(signs[:-1]) != signs[-1]:
        return None
    return _grouped(signs)


def _check_character(signs: str) -> str:
    """Weighted sum modulo 31 (a prime): finds any one wrong sign and any two swapped neighbours."""
    total = sum(CODE_ALPHABET.index(c) * (i + 2) for i, c in enumerate(signs))
    return CODE_ALPHABET[total % 31]


def _grouped(signs: str) -> str:
    return "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))
