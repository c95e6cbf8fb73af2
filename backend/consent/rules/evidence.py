"""Evidence of consent: salted field hashes in a signed record, records in a signed chain per
case.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.core.crypto import Key, KeyRing

FORMAT: Final = "zhangban-evidence/1"
VERSION: Final = 1
ALGORITHM: Final = "Ed25519"
SALT_BYTES: Final = 16
FIRST: Final = "0" * 64  # what stands before the first record of a case
KINDS: Final = ("given", "counted", "confirmed", "withdrawn", "void")

Fields = Mapping[str, Any]


def new_salt() -> bytes:
    """128 random bits: without them a field's hash tells nothing about its value."""
    return secrets.token_bytes(SALT_BYTES)


@dataclass(frozen=True, slots=True)
class SealedFields:
    """The fields of a record: `hashes` are signed, `salts` (hex) and `values` open them one by
    one.
    """

    hashes: dict[str, str]
    salts: dict[str, str]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """A record or a head with its signature in hex."""

    body: dict[str, Any]
    signature: str

    @property
    def hash(self) -> str:
        return body_hash(self.body)


def commit_fields(fields: Fields, salt: Callable[[], bytes] = new_salt) -> SealedFields:
    """Hash each field as SHA-256(salt ‖ canonical JSON); values are JSON without floats."""
    hashes, salts = {}, {}
    for name, value in fields.items():
        own = salt()
        hashes[name] = field_hash(own, value)
        salts[name] = own.hex()
    return SealedFields(hashes, salts, dict(fields))


def field_hash(salt: bytes, value: Any) -> str:
    """SHA-256(salt ‖ canonical JSON of the value, RFC 8785) in hex."""
    return hashlib.sha256(salt + rfc8785.dumps(value)).hexdigest()


def body_hash(body: Mapping[str, Any]) -> str:
    """SHA-256 in hex over the canonical JSON of a record: what the next record names as
    `previous`.
    """
    return hashlib.sha256(rfc8785.dumps(dict(body))).hexdigest()


def sign_record(
    key: Key,
    *,
    case: str,
    consent: str,
    kind: str,
    sequence: int,
    previous: str,
    fields: Mapping[str, str],
) -> Signed:
    """Sign one link of a case's chain; `sequence` counts from 1, `previous` is the hash of the
    link before.
    """
    body = {
        **_common("record", key),
        "case": case,
        "consent": consent,
        "kind": kind,
        "sequence": sequence,
        "previous": previous,
        "fields": dict(fields),
    }
    return _signed(key, body)


def sign_head(key: Key, *, case: str, count: int, last: str, at: str) -> Signed:
    """Sign how many records a case has and the hash of the last, so that no tail can be cut off."""
    body = {**_common("head", key), "case": case, "count": count, "last": last, "at": at}
    return _signed(key, body)


def evidence_file(record: Signed, opened: SealedFields, later: list[Any], head: Signed) -> bytes:
    """The exported file: one consent's record with what opens its fields, the links after it,
    the head.

    `later` holds what `later_entry` makes of every further record of the case, in order.
    """
    return rfc8785.dumps(
        {
            "format": FORMAT,
            **later_entry(record, opened),
            "later": later,
            "head": {"body": head.body, "signature": head.signature},
        }
    )


def later_entry(record: Signed, opened: SealedFields | None = None) -> dict[str, Any]:
    """A record for the file; without `opened` its fields stay closed (another signer's)."""
    return {
        "record": record.body,
        "signature": record.signature,
        "salts": opened.salts if opened else {},
        "values": opened.values if opened else {},
    }


def key_id(public: bytes) -> str:
    """The name of a public key: the first 64 bits of its SHA-256 in hex."""
    return hashlib.sha256(public).hexdigest()[:16]


def public_key(ring: KeyRing) -> str:
    """The public keys of all evidence keys still held, as PEM blocks, the current one first."""
    blocks = [
        _private(key)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
        for key in reversed(ring.all("evidence"))
    ]
    return "".join(blocks)


def _private(key: Key) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(key.secret)


def raw_public(public: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _common(kind: str, key: Key) -> dict[str, Any]:
    """`type` keeps a head from ever being taken for a record."""
    public = raw_public(_private(key).public_key())
    return {"type": kind, "version": VERSION, "algorithm": ALGORITHM, "keyId": key_id(public)}


def _signed(key: Key, body: dict[str, Any]) -> Signed:
    return Signed(body, _private(key).sign(rfc8785.dumps(body)).hex())
