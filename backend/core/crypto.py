"""Sealing personal data: AES-256-GCM values bound to their place, keyed digests for look-up, the
key file.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

USES: Final = ("field", "digest", "file", "evidence", "webhook")
_VERSION: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_HEAD: Final = len(_VERSION) + _KEY_ID_BYTES


class SealBroken(Exception):
    """A sealed value was changed, moved to another place, or its key is gone."""


class KeyFileError(Exception):
    """The key file is missing, readable by others or damaged; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one use: 32 random bytes and the id that stands in every value made with it."""

    id: bytes
    secret: bytes


class KeyRing:
    """All keys by use; the last of a use is the current one, the others only open old values."""

    def __init__(self, keys: dict[str, list[Key]]) -> None:
        missing = [use for use in USES if not keys.get(use)]
        if missing:
            raise KeyFileError(f"The key file holds no key for: {', '.join(missing)}.")
        self._keys = keys

    @classmethod
    def generate(cls) -> KeyRing:
        """A fresh ring with one random key per use."""
        return cls({use: [_new_key()] for use in USES})

    def current(self, use: str) -> Key:
        return self._keys[use][-1]

    def by_id(self, use: str, key_id: bytes) -> Key:
        """The key with this id; raises SealBroken where it is gone."""
        for key in self._keys[use]:
            if key.id == key_id:
                return key
        raise SealBroken(f"no {use} key with this id")

    def all(self, use: str) -> tuple[Key, ...]:
        return tuple(self._keys[use])

    def with_new(self, uses: tuple[str, ...]) -> KeyRing:
        """A ring with one more, now current, key for each of `uses`."""
        grown = {use: list(keys) for use, keys in self._keys.items()}
        for use in uses:
            grown[use].append(_new_key())
        return KeyRing(grown)

    def without_old(self, uses: tuple[str, ...]) -> KeyRing:
        """A ring that keeps only the current key of each of `uses`."""
        return KeyRing({u: k[-1:] if u in uses else list(k) for u, k in self._keys.items()})

    def save(self, path: Path) -> None:
        """Write the key file whole or not at all, readable by its owner only."""
        body = {
            use: [{"id": k.id.hex(), "key": base64.b64encode(k.secret).decode()} for k in keys]
            for use, keys in self._keys.items()
        }
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        scratch = path.with_name(path.name + ".new")
        scratch.unlink(missing_ok=True)  # one that a crash left may be open to others
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            json.dump(body, out)
            out.flush()
            os.fsync(out.fileno())
        scratch.replace(path)
        _sync_folder(path.parent)  # nothing may be sealed with keys that a power cut forgets

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read the key file; raises KeyFileError where it is missing, open to others or damaged."""
        try:
            if path.stat().st_mode & 0o077:
                raise KeyFileError(f"{path} can be read by others: chmod 600 it.")
            body = json.loads(path.read_text())
            keys = {
                use: [Key(bytes.fromhex(k["id"]), base64.b64decode(k["key"])) for k in entries]
                for use, entries in body.items()
            }
            _check(keys)
        except FileNotFoundError as gone:
            raise KeyFileError(
                f"No key file at {path}: restore it; "
                "a new system makes one with `zhangban migrate --new-keys`."
            ) from gone
        except OSError as closed:
            raise KeyFileError(f"{path} cannot be read: {closed.strerror}.") from closed
        except (ValueError, KeyError, TypeError, AttributeError) as damaged:
            raise KeyFileError(f"{path} is damaged: restore it.") from damaged
        return cls(keys)


def _check(keys: dict[str, list[Key]]) -> None:
    every = [key for entries in keys.values() for key in entries]
    if any(len(key.id) != _KEY_ID_BYTES or len(key.secret) != _KEY_BYTES for key in every):
        raise ValueError("a key is cut off")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _new_key() -> Key:
    return Key(secrets.token_bytes(_KEY_ID_BYTES), secrets.token_bytes(_KEY_BYTES))


class Vault:
    """Seals and opens values with the ring's keys; every value is bound to table, column and
    row.
    """

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._ciphers: dict[Key, AESGCM] = {}

    def seal(self, table: str, column: str, row_id: UUID | str, value: Any) -> bytes:
        """Encrypt a JSON-able value for exactly this place."""
        return self.seal_bytes("field", _place(table, column, row_id), orjson.dumps(value))

    def open(self, table: str, column: str, row_id: UUID | str, sealed: bytes) -> Any:
        """The value again; raises SealBroken."""
        return orjson.loads(self.open_bytes("field", _place(table, column, row_id), sealed))

    def seal_bytes(self, use: str, place: bytes, plain: bytes) -> bytes:
        """version ‖ key id ‖ nonce ‖ AES-GCM(plain), with `place` as associated data."""
        key = self.ring.current(use)
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + key.id + nonce + self._cipher(key).encrypt(nonce, plain, place)

    def open_bytes(self, use: str, place: bytes, sealed: bytes) -> bytes:
        """The plain bytes; raises SealBroken where value, place or key do not fit."""
        if sealed[:1] != _VERSION:
            raise SealBroken("not a sealed value")
        key = self.ring.by_id(use, sealed[1:_HEAD])
        nonce, body = sealed[_HEAD : _HEAD + _NONCE_BYTES], sealed[_HEAD + _NONCE_BYTES :]
        try:
            return self._cipher(key).decrypt(nonce, body, place)
        except (InvalidTag, ValueError) as broken:  # ValueError: cut off within the nonce
            raise SealBroken("value and place do not fit") from broken

    def is_current(self, use: str, sealed: bytes) -> bool:
        """Whether the value was made with the current key."""
        return sealed[1:_HEAD] == self.ring.current(use).id

    def digest(self, kind: str, text: str) -> bytes:
        """A keyed digest (HMAC-SHA-256) by which equal values can be found and nothing be
        guessed.
        """
        return _keyed(self.ring.current("digest").secret, kind, text)

    def digests(self, kind: str, text: str) -> list[bytes]:
        """The digest under every key still held, for look-ups while digests are being rebuilt."""
        return [_keyed(key.secret, kind, text) for key in self.ring.all("digest")]

    def _cipher(self, key: Key) -> AESGCM:
        cipher = self._ciphers.get(key)
        if cipher is None:
            cipher = self._ciphers[key] = AESGCM(key.secret)
        return cipher


def _place(table: str, column: str, row_id: UUID | str) -> bytes:
    return f"{table}\x1f{column}\x1f{row_id}".encode()


def _keyed(secret: bytes, kind: str, text: str) -> bytes:
    return hmac.digest(secret, f"{kind}\x1f{text}".encode(), "sha256")


def token_hash(token: str) -> bytes:
    """What is stored of a random token: it has 192 bits, so a plain SHA-256 cannot be turned
    back.
    """
    return hashlib.sha256(token.encode()).digest()
