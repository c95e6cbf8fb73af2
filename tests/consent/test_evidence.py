"""Evidence: an untouched file is good, and every change of any part of it is found and named."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.consent.rules.evidence import (
    FIRST,
    SealedFields,
    Signed,
    commit_fields,
    evidence_file,
    later_entry,
    public_key,
    sign_head,
    sign_record,
)
from backend.consent.rules.statements import statement_hash
from backend.consent.rules.verify import AnchoredHead, erased_fields, verify_evidence
from backend.core.crypto import Key, KeyRing

KEY = Key(b"\x01\x02\x03\x04", bytes(range(32)))
RING = KeyRing({use: [KEY] for use in ("field", "digest", "file", "webhook")} | {"evidence": [KEY]})
PUB = public_key(RING).encode()
CASE, CONSENT = "0190-case", "0190-consent"
TEXT = {"version": "cn-check-1", "zh": "同意核对", "en": "agreed"}
FIELDS: dict[str, Any] = {
    "statement": {**TEXT, "sha256": statement_hash(**TEXT)},
    "signer_name": "王建国",
    "signer_id_number": "61030319900101101X",
    "purposes": ["dibao", "review_while_aid_lasts"],
    "assurance": "A",
    "face_score_permille": 312,
    "under_review": False,
    "strokes_sha256": "cd" * 32,
    "papers_seen": None,
}


def _record(
    fields: dict[str, Any], sequence: int, previous: str, kind: str, key: Key = KEY
) -> tuple[Signed, SealedFields]:
    opened = commit_fields(fields)
    signed = sign_record(
        key,
        case=CASE,
        consent=CONSENT,
        kind=kind,
        sequence=sequence,
        previous=previous,
        fields=opened.hashes,
    )
    return signed, opened


def _head(count: int, last: str, key: Key = KEY) -> Signed:
    return sign_head(key, case=CASE, count=count, last=last, at="2026-03-02T01:00:00+00:00")


def _chain() -> tuple[Signed, SealedFields, Signed, SealedFields, Signed]:
    first, opened = _record(FIELDS, 1, FIRST, "given")
    second, more = _record({"counted_at": "2026-03-03"}, 2, first.hash, "counted")
    third, _ = _record({"signer_name": "李大山"}, 3, second.hash, "given")
    return first, opened, second, more, third


def _file() -> dict[str, Any]:
    first, opened, second, more, third = _chain()
    later = [later_entry(second, more), later_entry(third)]
    found: dict[str, Any] = json.loads(evidence_file(first, opened, later, _head(3, third.hash)))
    return found


FILE = _file()


def faults(file: Any, key: bytes = PUB) -> list[str]:
    return verify_evidence(json.dumps(file, ensure_ascii=False).encode(), key)


def test_an_untouched_file_is_good() -> None:
    assert faults(FILE) == []


def test_another_order_of_names_changes_nothing() -> None:
    assert verify_evidence(json.dumps(FILE, sort_keys=True, indent=2).encode(), PUB) == []


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_field_is_named(field: str) -> None:
    file = copy.deepcopy(FILE)
    file["values"][field] = "something else"
    assert f"field {field}: was changed" in faults(file)


@pytest.mark.parametrize("field", FIELDS)
def test_a_personal_field_can_be_erased_and_the_rest_stays_provable(field: str) -> None:
    file = copy.deepcopy(FILE)
    del file["values"][field], file["salts"][field]
    assert faults(file) == []
    assert erased_fields(json.dumps(file).encode()) == [field]


def test_a_swapped_pair_of_fields_is_named() -> None:
    file = copy.deepcopy(FILE)
    for part in (file["values"], file["salts"]):
        part["signer_name"], part["assurance"] = part["assurance"], part["signer_name"]
    assert faults(file) == ["field assurance: was changed", "field signer_name: was changed"]


def test_a_field_that_was_never_signed_is_named() -> None:
    file = copy.deepcopy(FILE)
    file["values"]["extra"], file["salts"]["extra"] = "x", "00" * 16
    assert faults(file) == ["field extra: is not signed"]


def test_a_value_without_its_salt_and_the_other_way_round() -> None:
    file = copy.deepcopy(FILE)
    del file["salts"]["assurance"]
    del file["values"]["signer_name"]
    assert faults(file) == [
        "field assurance: its salt is missing",
        "field signer_name: its value is missing",
    ]


def test_a_salt_cannot_swallow_a_part_of_the_value() -> None:
    """SHA-256(salt ‖ value) alone would allow to move the border between the two."""
    file = copy.deepcopy(FILE)
    file["salts"]["face_score_permille"] += "33"  # the digit 3
    file["values"]["face_score_permille"] = 12
    assert faults(file) == ["field face_score_permille: its salt is damaged"]


def test_a_cut_tail_is_named() -> None:
    file = copy.deepcopy(FILE)
    file["later"].pop()
    assert faults(file) == ["head: counts 3 records, the file ends at 2"]


def test_a_removed_link_is_named() -> None:
    file = copy.deepcopy(FILE)
    file["later"].pop(0)
    assert faults(file) == ["later 1: a record is missing before it, or stands twice"]


def test_an_appended_record_is_named() -> None:
    file = copy.deepcopy(FILE)
    file["later"].append(copy.deepcopy(file["later"][-1]))
    assert "later 3: a record is missing before it, or stands twice" in faults(file)


def test_an_older_head_does_not_hide_what_came_later() -> None:
    first, opened, second, more, _ = _chain()
    old = _head(1, first.hash)
    content = evidence_file(first, opened, [later_entry(second, more)], old)
    assert verify_evidence(content, PUB) == ["head: counts 1 records, the file ends at 2"]


def test_a_head_of_fewer_records_than_this_one() -> None:
    signed, opened = _record(FIELDS, 5, "ab" * 32, "given")
    content = evidence_file(signed, opened, [], _head(4, signed.hash))
    assert "head: counts fewer records than this one's sequence" in verify_evidence(content, PUB)


def test_the_wrong_key_is_named_with_both_ids() -> None:
    found = faults(FILE, public_key(KeyRing.generate()).encode())
    assert all("signed with key" in line and "the given key is" in line for line in found)
    assert {line.split(":")[0] for line in found} == {"record", "later 1", "later 2", "head"}


def test_a_forger_with_a_key_of_his_own_fails_by_the_public_key() -> None:
    forger = Key(b"\x09\x09\x09\x09", bytes(32))
    signed, opened = _record(FIELDS, 1, FIRST, "given", forger)
    content = evidence_file(signed, opened, [], _head(1, signed.hash, forger))
    assert [line.split(":")[0] for line in verify_evidence(content, PUB)] == ["record", "head"]


def test_old_evidence_stays_good_when_the_key_is_changed() -> None:
    grown = RING.with_new(("evidence",))
    assert faults(FILE, public_key(grown).encode()) == []


def test_a_head_never_passes_for_a_record() -> None:
    file = copy.deepcopy(FILE)
    file["record"] = file["head"]["body"]
    file["signature"] = file["head"]["signature"]
    assert len(faults(file)) == 1
    assert faults(file)[0].startswith("record: ")


def test_a_text_that_does_not_fit_its_hash_is_named() -> None:
    fields = {**FIELDS, "statement": {**FIELDS["statement"], "zh": "另一份"}}
    signed, opened = _record(fields, 1, FIRST, "given")
    content = evidence_file(signed, opened, [], _head(1, signed.hash))
    assert verify_evidence(content, PUB) == ["field statement: text and hash do not fit"]


def test_the_daily_root_must_be_in_the_chain() -> None:
    raw = json.dumps(FILE).encode()
    last, count = FILE["head"]["body"]["last"], FILE["head"]["body"]["count"]
    assert verify_evidence(raw, PUB, AnchoredHead(count, last)) == []
    assert verify_evidence(raw, PUB, AnchoredHead(0, FIRST)) == []
    assert verify_evidence(raw, PUB, AnchoredHead(count + 1, last)) == [
        "root: the daily root knows 4 records, the file fewer"
    ]
    assert verify_evidence(raw, PUB, AnchoredHead(2, last)) == [
        "root: the chain does not contain the daily root"
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 1}', b"[" * 100_000,
        b'{"a": 1, "a": 2}', b'{"a": 1.5}', b'{"a": NaN}', b'{"a": 99999999999999999999}',
        b'"\\ud800"', b" " * (4 * 1024 * 1024 + 1),
    ],
)  # fmt: skip
def test_what_is_no_evidence_file_says_so(raw: bytes) -> None:
    found = verify_evidence(raw, PUB)
    assert len(found) == 1
    assert found[0].startswith("file: ")


@pytest.mark.parametrize(
    "key", [b"", b"x" * 31, b"-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----"]
)
def test_what_is_no_key_says_so(key: bytes) -> None:
    assert faults(FILE, key) == ["key: cannot be read as an Ed25519 public key"]


Path = tuple[str | int, ...]


def leaves(node: Any, path: Path = ()) -> Iterator[Path]:
    """The way to every single value of the file."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


LEAVES = list(leaves(FILE))
other = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.text(max_size=40),
    st.just({}),
    st.just([]),
)


@settings(max_examples=400, deadline=None)
@given(path=st.sampled_from(LEAVES), value=other)
def test_a_change_of_any_single_field_is_found(path: Path, value: Any) -> None:
    file = copy.deepcopy(FILE)
    node = file
    for key in path[:-1]:
        node = node[key]  # type: ignore[index]
    if node[path[-1]] == value and type(node[path[-1]]) is type(value):  # type: ignore[index]
        return
    node[path[-1]] = value  # type: ignore[index]
    assert faults(file) != []


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(LEAVES), data=st.data())
def test_a_flipped_character_of_any_text_is_found(path: Path, data: st.DataObject) -> None:
    file = copy.deepcopy(FILE)
    node: Any = file
    for key in path[:-1]:
        node = node[key]
    before = node[path[-1]]
    if not isinstance(before, str) or not before:
        return
    at = data.draw(st.integers(0, len(before) - 1))
    node[path[-1]] = before[:at] + ("b" if before[at] != "b" else "c") + before[at + 1 :]
    assert faults(file) != []


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200))
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    assert verify_evidence(raw, PUB) != []
