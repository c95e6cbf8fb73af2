"""New identifiers of the peers."""

from __future__ import annotations

import secrets
from uuid import UUID

import uuid_utils

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXY"


def uuid7() -> UUID:
    return UUID(bytes=uuid_utils.uuid7().bytes)


def receipt_code() -> str:
    """Twelve random signs and a check character, as on the app's receipts."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    total = sum(_ALPHABET.index(c) * (i + 2) for i, c in enumerate(signs))
    whole = signs + _ALPHABET[total % 31]
    return "-".join(whole[i : i + 4] for i in range(0, len(whole), 4))
