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
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol
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
IN_USE: Final = "in use"
ANNOUNCED: Final = "announced"
RETIRED: Final = "retired"


Stamp = tuple[int, int, int, int]


class SealBroken(Exception):
    """A sealed value was changed, moved to another place, or its key is gone."""


class KeyFileError(Exception):
    """The key file is missing, readable by others or damaged; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one use: 32 random bytes and the id that stands in every value made with it.

    `state`: in use; announced, so that every process knows it before anybody seals with it; or
    retired, so that nobody seals with it any more before it goes (ADR 0008).
    """

    id: bytes
    secret: bytes
    state: str = field(default=IN_USE, compare=False)


class KeyRing:
    """All keys by use; the last one in use is the current one, the others only open old values."""

    def __init__(self, keys: dict[str, list[Key]]) -> None:
        missing = [u for u in USES if not any(k.state == IN_USE for k in keys.get(u, []))]
        if missing:
            raise KeyFileError(f"The key file holds no key for: {', '.join(missing)}.")
        self._keys = keys

    @classmethod
    def generate(cls) -> KeyRing:
        """A fresh ring with one random key per use."""
        return cls({use: [_new_key()] for use in USES})

    def current(self, use: str) -> Key:
        return next(key for key in reversed(self._keys[use]) if key.state == IN_USE)

    def by_id(self, use: str, key_id: bytes) -> Key:
        """The key with this id; raises SealBroken where it is gone."""
        for key in self._keys[use]:
            if key.id == key_id:
                return key
        raise SealBroken(f"no {use} key with this id")

    def all(self, use: str) -> tuple[Key, ...]:
        return tuple(self._keys[use])

    def with_new(self, uses: tuple[str, ...], state: str = IN_USE) -> KeyRing:
        """A ring with one more key for each of `uses`: now current, or only announced."""
        fresh = {use: [replace(_new_key(), state=state)] for use in uses}
        return KeyRing({use: keys + fresh.get(use, []) for use, keys in self._keys.items()})

    def with_announced_in_use(self) -> KeyRing:
        """A ring whose announced keys are current."""
        return self._mapped(
            lambda _, key: replace(key, state=IN_USE) if key.state == ANNOUNCED else key
        )

    def with_old_retired(self, uses: tuple[str, ...]) -> KeyRing:
        """A ring where nobody may seal with any but the current key of each of `uses`."""
        return self._mapped(
            lambda use, key: (
                replace(key, state=RETIRED) if use in uses and key != self.current(use) else key
            )
        )

    def without_old(self, uses: tuple[str, ...]) -> KeyRing:
        """A ring that keeps only the current key of each of `uses`."""
        return KeyRing(
            {u: [self.current(u)] if u in uses else list(k) for u, k in self._keys.items()}
        )

    def has(self, state: str, uses: tuple[str, ...]) -> bool:
        """Whether any key of these uses is in this state."""
        return any(key.state == state for use in uses for key in self._keys[use])

    def still_fits(self, began: KeyRing) -> bool:
        """Whether what was sealed and looked up with the ring `began` may be committed under this
        one: its keys are not on their way out, and no digest was made with a key it did not know.
        """
        if began is self:
            return True
        kept = all(self._is_in_use(use, began.current(use)) for use in ("field", "digest", "file"))
        return kept and self.current("digest") in began.all("digest")

    def _is_in_use(self, use: str, key: Key) -> bool:
        return any(key == own and own.state == IN_USE for own in self._keys[use])

    def _mapped(self, change: Callable[[str, Key], Key]) -> KeyRing:
        return KeyRing({use: [change(use, k) for k in keys] for use, keys in self._keys.items()})

    def save(self, path: Path) -> None:
        """Write the key file whole or not at all, readable by its owner only."""
        body = {use: [_written(key) for key in keys] for use, keys in self._keys.items()}
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
        """Read the key file; raises KeyFileError where it is missing, not its reader's alone, or
        damaged.
        """
        return read_key_file(path)[0]


def read_key_file(path: Path) -> tuple[KeyRing, Stamp]:
    """The ring and what tells this file from any that takes its place."""
    try:
        with path.open() as file:
            found = os.fstat(file.fileno())
            if found.st_mode & 0o077:
                raise KeyFileError(f"{path} can be read by others: chmod 600 it.")
            if found.st_uid != os.geteuid():
                raise KeyFileError(f"{path} belongs to another user: chown it to this one.")
            body = json.loads(file.read())
        keys = {use: [_read(entry) for entry in entries] for use, entries in body.items()}
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
    return KeyRing(keys), stamp_of(found)


def stamp_of(found: os.stat_result) -> Stamp:
    """A key file is never written over, only replaced: then its number or its time is another."""
    return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size


def _written(key: Key) -> dict[str, str]:
    body = {"id": key.id.hex(), "key": base64.b64encode(key.secret).decode()}
    return body if key.state == IN_USE else body | {"state": key.state}


def _read(entry: dict[str, str]) -> Key:
    state = entry.get("state", IN_USE)
    if state not in {IN_USE, ANNOUNCED, RETIRED}:
        raise ValueError("an unknown state")
    return Key(bytes.fromhex(entry["id"]), base64.b64decode(entry["key"]), state)


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


class KeySource(Protocol):
    """Where a vault has its keys from: one ring for good, or the key file (core.keyfile)."""

    def now(self) -> KeyRing:
        """The ring as it is at this moment."""
        ...


class Vault:
    """Seals and opens values with the ring's keys; every value is bound to table, column and
    row.
    """

    def __init__(self, keys: KeyRing | KeySource) -> None:
        self._source = None if isinstance(keys, KeyRing) else keys
        self._held = keys if isinstance(keys, KeyRing) else keys.now()
        self._ciphers: dict[Key, AESGCM] = {}

    @property
    def ring(self) -> KeyRing:
        """The keys as they are at this moment: whatever seals, looks up or signs asks here."""
        if self._source is not None:
            self._held = self._source.now()
        return self._held

    def seal(self, table: str, column: str, row_id: UUID | str, value: Any) -> bytes:
        """Encrypt a JSON-able value (a dataclass is its fields) for exactly this place."""
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
        key = self._key(use, sealed[1:_HEAD])
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

    def _key(self, use: str, key_id: bytes) -> Key:
        """The keys that were seen last open most values; an unknown id is a reason to look."""
        try:
            return self._held.by_id(use, key_id)
        except SealBroken:
            return self.ring.by_id(use, key_id)

    def _cipher(self, key: Key) -> AESGCM:
        cipher = self._ciphers.get(key)
        if cipher is None:
            cipher = self._ciphers[key] = AESGCM(key.secret)
        return cipher


def key_id_of(sealed: bytes) -> bytes:
    """The id of the key that a sealed value names."""
    return bytes(sealed[len(_VERSION) : _HEAD])


def _place(table: str, column: str, row_id: UUID | str) -> bytes:
    return f"{table}\x1f{column}\x1f{row_id}".encode()


def _keyed(secret: bytes, kind: str, text: str) -> bytes:
    return hmac.digest(secret, f"{kind}\x1f{text}".encode(), "sha256")


def token_hash(token: str) -> bytes:
    """What is stored of a random token: it has 192 bits, so a plain SHA-256 cannot be turned
    back.
    """
    return hashlib.sha256(token.encode()).digest()
