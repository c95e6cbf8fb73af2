"""Checking an evidence file offline: every line of the answer names the field or the part that
fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NoReturn

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from backend.consent.rules.evidence import (
    ALGORITHM,
    FIRST,
    FORMAT,
    KINDS,
    SALT_BYTES,
    VERSION,
    body_hash,
    field_hash,
    key_id,
    raw_public,
)
from backend.consent.rules.statements import statement_hash

MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_KEY_BYTES: Final = 64 * 1024
_PEM: Final = re.compile(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", re.S)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")
_SALT: Final = re.compile(rf"[0-9a-f]{{{SALT_BYTES * 2}}}")

Keys = Mapping[str, Ed25519PublicKey]
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """How a case's chain stood when a daily root was made: its count and the hash of its last
    record.
    """

    count: int
    last: str
    case: str | None = None  # where it is known whose chain this was


def read_root(raw: bytes) -> AnchoredHead:
    """What `zhangban evidence-root` printed; raises ValueError where it is no such thing."""
    try:
        found = json.loads(raw)
        head = AnchoredHead(found["count"], found["last"], found["case"])
    except (ValueError, KeyError, TypeError) as wrong:
        raise ValueError("not what `zhangban evidence-root` prints") from wrong
    whole = isinstance(head.count, int) and isinstance(head.case, str)
    if not whole or not _HASH.fullmatch(str(head.last)):
        raise ValueError("not what `zhangban evidence-root` prints")
    return head


def verify_evidence(
    file_bytes: bytes, public_key_bytes: bytes, anchored: AnchoredHead | None = None
) -> list[str]:
    """What is wrong with an evidence file; empty when it is good.

    `public_key_bytes` is PEM (one or more blocks) or 32 raw bytes and must come from elsewhere
    than the file. A field whose salt and value were both erased is no fault: see
    `erased_fields`.
    """
    try:
        keys = _keys(public_key_bytes)
    except ValueError:
        return ["key: cannot be read as an Ed25519 public key"]
    try:
        file = _parse(file_bytes)
        return list(_faults(file, keys, anchored))
    except _Malformed as malformed:
        return [str(malformed)]


def erased_fields(file_bytes: bytes) -> list[str]:
    """The signed fields that the file no longer opens; [] for a file that cannot be read."""
    try:
        file = _parse(file_bytes)
    except _Malformed:
        return []
    return sorted(set(file["record"]["fields"]) - set(file["salts"]))


class _Malformed(Exception):
    """The file is not of the documented form; the text begins with the part's name."""


def _faults(file: Part, keys: Keys, anchored: AnchoredHead | None) -> Iterator[str]:
    entries = [("record", file), *((f"later {n}", e) for n, e in enumerate(file["later"], 1))]
    for name, entry in entries:
        yield from _entry_faults(name, entry, keys)
    yield from _statement_faults(file["values"])
    yield from _chain_faults(entries)
    yield from _head_faults(file, entries[-1][1]["record"], keys)
    if anchored is not None:
        yield from _anchor_faults([entry["record"] for _, entry in entries], anchored)


def _entry_faults(name: str, entry: Part, keys: Keys) -> Iterator[str]:
    yield from _signature_faults(name, entry["record"], entry["signature"], keys)
    hashes, salts, values = entry["record"]["fields"], entry["salts"], entry["values"]
    where = "" if name == "record" else f"{name} "
    for field in sorted({*hashes, *salts, *values}):
        fault = _field_fault(field, hashes, salts, values)
        if fault:
            yield f"{where}field {field}: {fault}"


def _field_fault(field: str, hashes: Part, salts: Part, values: Part) -> str | None:
    if field not in hashes:
        return "is not signed"
    if (field in salts) != (field in values):
        return "its value is missing" if field in salts else "its salt is missing"
    if field not in salts:
        return None  # erased, or another signer's
    if not isinstance(salts[field], str) or not _SALT.fullmatch(salts[field]):
        return "its salt is damaged"
    if field_hash(bytes.fromhex(salts[field]), values[field]) != hashes[field]:
        return "was changed"
    return None


def _signature_faults(name: str, body: Part, signature: str, keys: Keys) -> Iterator[str]:
    if body["algorithm"] != ALGORITHM or body["version"] != VERSION:
        yield f"{name}: of a kind that this verifier does not know"
        return
    key = keys.get(body["keyId"])
    if key is None:
        known = ", ".join(sorted(keys))
        yield f"{name}: signed with key {body['keyId'][:40]!r}, but the given key is {known}"
        return
    try:
        key.verify(bytes.fromhex(signature), rfc8785.dumps(body))
    except InvalidSignature:
        yield f"{name}: the signature does not fit"


def _statement_faults(values: Part) -> Iterator[str]:
    shown = values.get("statement")
    if not isinstance(shown, dict):
        return
    version, zh, en = (shown.get(part) for part in ("version", "zh", "en"))
    if not (isinstance(version, str) and isinstance(zh, str) and isinstance(en, str)):
        yield "field statement: its text is missing"
    elif statement_hash(version, zh, en) != shown.get("sha256"):
        yield "field statement: text and hash do not fit"


def _chain_faults(entries: list[tuple[str, Part]]) -> Iterator[str]:
    first = entries[0][1]["record"]
    if (first["sequence"] == 1) != (first["previous"] == FIRST):
        yield "record: sequence and previous hash do not fit"
    for (_, before), (name, entry) in pairwise(entries):
        link, last = entry["record"], before["record"]
        if link["case"] != last["case"]:
            yield f"{name}: belongs to another case"
        if link["sequence"] != last["sequence"] + 1:
            yield f"{name}: a record is missing before it, or stands twice"
        elif link["previous"] != body_hash(last):
            yield f"{name}: does not follow the record before it"


def _head_faults(file: Part, last: Part, keys: Keys) -> Iterator[str]:
    head = file["head"]["body"]
    yield from _signature_faults("head", head, file["head"]["signature"], keys)
    if head["case"] != file["record"]["case"]:
        yield "head: belongs to another case"
    if file["record"]["sequence"] > head["count"]:
        yield "head: counts fewer records than this one's sequence"
    if last["sequence"] != head["count"]:
        yield f"head: counts {head['count']} records, the file ends at {last['sequence']}"
    elif head["last"] != body_hash(last):
        yield "head: the last record is another"


def _anchor_faults(records: list[Part], anchored: AnchoredHead) -> Iterator[str]:
    """A daily root must be found again in the chain: later records may follow it, none may be
    gone.
    """
    if anchored.case not in {None, records[0]["case"]}:
        yield "root: belongs to another case"
        return
    hashes = {record["sequence"]: body_hash(record) for record in records}
    hashes[records[0]["sequence"] - 1] = records[0]["previous"]
    if anchored.count > records[-1]["sequence"]:
        yield f"root: the daily root knows {anchored.count} records, the file fewer"
    elif hashes.get(anchored.count, anchored.last) != anchored.last:
        yield "root: the chain does not contain the daily root"


def _keys(given: bytes) -> Keys:
    if len(given) > _MOST_KEY_BYTES:
        raise ValueError("too long")
    if len(given) == 32:
        found = [Ed25519PublicKey.from_public_bytes(given)]
    else:
        found = [_ed25519(block) for block in _PEM.findall(given)]
    if not found:
        raise ValueError("no key")
    return {key_id(raw_public(key)): key for key in found}


def _ed25519(block: bytes) -> Ed25519PublicKey:
    key = load_pem_public_key(block)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("another kind of key")  # noqa: TRY004 - of the file, not of the caller
    return key


# The form of the file. Everything beyond it is refused, so that nothing unsigned can ride along.

_RECORD: Final = {
    "type": "record", "version": int, "algorithm": str, "keyId": str, "case": str, "consent": str,
    "kind": KINDS, "sequence": int, "previous": _HASH, "fields": dict,
}  # fmt: skip
_HEAD: Final = {
    "type": "head", "version": int, "algorithm": str, "keyId": str, "case": str, "count": int,
    "last": _HASH, "at": str,
}  # fmt: skip
_ENTRY: Final = {"record": dict, "signature": _SIGNATURE, "salts": dict, "values": dict}
_FILE: Final = {"format": FORMAT, **_ENTRY, "later": list, "head": dict}


def _parse(raw: bytes) -> Part:
    """The file's JSON, proven to be of the documented form; raises _Malformed."""
    if len(raw) > MOST_BYTES:
        raise _Malformed("file: too large")
    try:
        file = json.loads(
            raw.decode(), object_pairs_hook=_no_twins, parse_float=_no, parse_constant=_no
        )
        rfc8785.dumps(file)  # so that no number or text is left that cannot be hashed
    except _Malformed:
        raise
    except (ValueError, RecursionError, rfc8785.CanonicalizationError) as broken:
        raise _Malformed("file: is not the JSON of an evidence file") from broken
    _fits("file", file, _FILE)
    _entry_fits("record", file)
    _fits("head", file["head"], {"body": dict, "signature": _SIGNATURE})
    _fits("head", file["head"]["body"], _HEAD)
    for number, entry in enumerate(file["later"], 1):
        _fits(f"later {number}", entry, _ENTRY)
        _entry_fits(f"later {number}", entry)
    return dict(file)


def _entry_fits(name: str, entry: Part) -> None:
    _fits(name, entry["record"], _RECORD)
    for field, digest in entry["record"]["fields"].items():
        if not isinstance(digest, str) or not _HASH.fullmatch(digest):
            raise _Malformed(f"{name}: the hash of field {field} is damaged")


def _fits(name: str, part: Any, shape: Mapping[str, Any]) -> None:
    if not isinstance(part, dict):
        raise _Malformed(f"{name}: is not an object")
    odd = sorted(set(part) ^ set(shape))
    if odd:
        raise _Malformed(f"{name}: {', '.join(odd)[:200]} missing or unknown")
    for key, wanted in shape.items():
        if not _is(part[key], wanted):
            raise _Malformed(f"{name}: {key} is not as it must be")


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, type):
        return type(value) is wanted  # a bool is no int here
    if isinstance(wanted, re.Pattern):
        return isinstance(value, str) and wanted.fullmatch(value) is not None
    return value in wanted if isinstance(wanted, tuple) else bool(value == wanted)


def _no_twins(pairs: list[tuple[str, Any]]) -> Part:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Malformed("file: a name stands twice in one object")
    return found


def _no(text: str) -> NoReturn:
    raise _Malformed(f"file: the number {text[:20]} is not whole")
