"""Encrypted files in a folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.adapters.storage.local import LocalFileStore
from backend.core.crypto import KeyRing, Vault
from backend.documents.errors import FileDamaged

KEY, OTHER = "0190c0ffee00-full", "0190c0ffee00-thumb"
PLAIN = b"a photo of somebody's ID card" * 100


@pytest.fixture
def store(tmp_path: Path, ring: KeyRing) -> LocalFileStore:
    return LocalFileStore(tmp_path / "files", Vault(ring))


def only_file(tmp_path: Path) -> Path:
    (found,) = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    return found


def test_what_was_put_comes_back_and_is_not_on_disk_in_clear(
    store: LocalFileStore, tmp_path: Path
) -> None:
    store.put(KEY, PLAIN)
    assert store.get(KEY) == PLAIN
    path = only_file(tmp_path)
    assert path.relative_to(tmp_path) == Path("files/00") / KEY
    assert b"ID card" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_put_replaces_and_leaves_no_scratch(store: LocalFileStore, tmp_path: Path) -> None:
    store.put(KEY, PLAIN)
    store.put(KEY, b"newer")
    assert store.get(KEY) == b"newer"
    assert only_file(tmp_path).name == KEY


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone"])
def test_damage_is_found(store: LocalFileStore, tmp_path: Path, damage: str) -> None:
    store.put(KEY, PLAIN)
    path = only_file(tmp_path)
    sealed = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
        path.write_bytes({"cut": sealed[:-40], "flip": flipped, "empty": b""}[damage])
    with pytest.raises(FileDamaged):
        store.get(KEY)


def test_a_file_put_in_anothers_place_does_not_open(store: LocalFileStore, tmp_path: Path) -> None:
    store.put(KEY, PLAIN)
    path = only_file(tmp_path)
    path.with_name(OTHER).write_bytes(path.read_bytes())
    with pytest.raises(FileDamaged):
        store.get(OTHER)


def test_delete_forgets_and_may_be_repeated(store: LocalFileStore) -> None:
    store.put(KEY, PLAIN)
    store.delete(KEY)
    store.delete(KEY)
    store.delete(OTHER)
    with pytest.raises(FileDamaged):
        store.get(KEY)


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "a/b-full-xxxx", "", "ABCDEFGH-full", "x" * 99]
)
def test_a_key_cannot_lead_out_of_the_folder(store: LocalFileStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a file key"):
        store.get(key)


def test_old_keys_are_listed_and_scratch_of_a_crash_is_removed(
    store: LocalFileStore, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    assert list(store.keys_before(now)) == []
    store.put(KEY, PLAIN)
    store.put(OTHER, PLAIN)
    old = tmp_path / "files" / "00" / KEY
    scratch = old.with_name(f"{KEY}.abcd.new")
    scratch.write_bytes(b"half")
    long_ago = (now - timedelta(hours=2)).timestamp()
    for path in (old, scratch):
        os.utime(path, (long_ago, long_ago))
    assert list(store.keys_before(now - timedelta(hours=1))) == [KEY]
    assert not scratch.exists()


def test_a_new_key_reseals_once_and_keeps_the_time(tmp_path: Path, ring: KeyRing) -> None:
    LocalFileStore(tmp_path / "files", Vault(ring)).put(KEY, PLAIN)
    before = only_file(tmp_path).stat().st_mtime_ns
    grown = ring.with_new(("file",))
    store = LocalFileStore(tmp_path / "files", Vault(grown))
    assert store.get(KEY) == PLAIN
    assert store.reseal() == 1
    assert store.reseal() == 0
    assert only_file(tmp_path).stat().st_mtime_ns == before
    alone = LocalFileStore(tmp_path / "files", Vault(grown.without_old(("file",))))
    assert alone.get(KEY) == PLAIN


def test_without_its_key_a_file_does_not_open(tmp_path: Path, ring: KeyRing) -> None:
    LocalFileStore(tmp_path / "files", Vault(ring)).put(KEY, PLAIN)
    with pytest.raises(FileDamaged):
        LocalFileStore(tmp_path / "files", Vault(KeyRing.generate())).get(KEY)
