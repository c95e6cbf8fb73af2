"""Sealed values open at their own place only, and the key file is whole, private or refused."""

import json
import os
import stat
from dataclasses import asdict
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.applications.rules import Form
from backend.core.crypto import USES, KeyFileError, KeyRing, SealBroken, Vault

VAULT = Vault(KeyRing.generate())
ROW = uuid4()


@given(st.one_of(st.text(), st.lists(st.integers(-(2**31), 2**31)), st.none(), st.booleans()))
def test_what_was_sealed_opens_at_its_place(value):
    assert VAULT.open("t", "c", ROW, VAULT.seal("t", "c", ROW, value)) == value


def test_a_dataclass_is_sealed_as_its_fields():
    form = Form(500, promised=True, staff_relatives=({"name": "王", "relation": "sibling"},))
    opened = VAULT.open("t", "c", ROW, VAULT.seal("t", "c", ROW, form))
    assert opened == {**asdict(form), "staff_relatives": list(form.staff_relatives)}


def test_one_value_is_never_sealed_alike_twice():
    assert len({VAULT.seal("t", "c", ROW, "名字") for _ in range(20)}) == 20


@pytest.mark.parametrize("place", [("u", "c", ROW), ("t", "d", ROW), ("t", "c", uuid4())])
def test_a_value_that_was_moved_does_not_open(place):
    sealed = VAULT.seal("t", "c", ROW, "名字")
    with pytest.raises(SealBroken):
        VAULT.open(place[0], place[1], place[2], sealed)


def test_any_changed_byte_and_any_cut_is_found():
    sealed = VAULT.seal("t", "c", ROW, "名字")
    for at in range(len(sealed)):
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(SealBroken):
            VAULT.open("t", "c", ROW, changed)
        with pytest.raises(SealBroken):
            VAULT.open("t", "c", ROW, sealed[:at])


def test_a_value_of_one_use_does_not_open_as_another():
    sealed = VAULT.seal_bytes("file", b"place", b"plain")
    with pytest.raises(SealBroken):
        VAULT.open_bytes("field", b"place", sealed)


def test_digests_are_equal_for_equal_text_of_one_kind_only():
    assert VAULT.digest("phone", "139") == VAULT.digest("phone", "139")
    assert VAULT.digest("phone", "139") != VAULT.digest("id_number", "139")
    assert VAULT.digest("phone", "139") != Vault(KeyRing.generate()).digest("phone", "139")


def test_after_a_new_key_old_values_open_until_the_old_key_goes():
    ring = KeyRing.generate()
    old = Vault(ring).seal("t", "c", ROW, 1)
    grown = Vault(ring.with_new(("field", "digest")))
    new = grown.seal("t", "c", ROW, 2)
    assert (grown.open("t", "c", ROW, old), grown.open("t", "c", ROW, new)) == (1, 2)
    assert (grown.is_current("field", old), grown.is_current("field", new)) == (False, True)
    assert Vault(ring).digest("k", "v") in grown.digests("k", "v")
    assert Vault(ring).digest("k", "v") != grown.digest("k", "v")
    bare = Vault(grown.ring.without_old(("field", "digest")))
    assert bare.open("t", "c", ROW, new) == 2
    with pytest.raises(SealBroken):
        bare.open("t", "c", ROW, old)


def test_the_key_file_comes_back_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "secret" / "keys.json"
    ring = KeyRing.generate().with_new(("field",))
    previous = os.umask(0)
    try:
        ring.save(path)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    found = KeyRing.load(path)
    assert [found.all(use) for use in USES] == [ring.all(use) for use in USES]


def test_a_scratch_file_that_a_crash_left_open_to_others_does_not_leak_the_keys(tmp_path):
    path = tmp_path / "keys.json"
    left = tmp_path / "keys.json.new"
    left.touch()
    left.chmod(0o644)
    KeyRing.generate().save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path, mode):
    path = tmp_path / "keys.json"
    KeyRing.generate().save(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        KeyRing.load(path)


def _damaged(body):
    short = json.loads(json.dumps(body))
    short["field"][0]["key"] = short["field"][0]["key"][:20]
    no_use = {use: keys for use, keys in body.items() if use != "digest"}
    return [
        "", "{", "[]", "5", "null", '{"field": 1}', '{"field": [1]}', '{"field": [{"id": "zz"}]}',
        json.dumps(short), json.dumps(no_use), json.dumps({**body, "file": []}), "\ud83d",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", range(12))
def test_a_damaged_key_file_is_refused_by_name(tmp_path, kind):
    path = tmp_path / "keys.json"
    KeyRing.generate().save(path)
    text = _damaged(json.loads(path.read_text()))[kind]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(KeyFileError):
        KeyRing.load(path)


def test_a_missing_key_file_says_how_to_make_one(tmp_path):
    with pytest.raises(KeyFileError, match="--new-keys"):
        KeyRing.load(tmp_path / "keys.json")
    with pytest.raises(KeyFileError):
        KeyRing.load(tmp_path)
