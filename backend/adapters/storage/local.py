"""Encrypted files in a folder: whole or absent, readable by their owner only."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backend.core.crypto import SealBroken, Vault
from backend.core.errors import StorageFull
from backend.documents.errors import FileDamaged

_USE: Final = "file"
_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{7,79}")
_SCRATCH: Final = ".new"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalFileStore:
    """Keeps each file at `<root>/<xx>/<key>`, sealed with the "file" key and bound to its own key.

    A file that was cut, changed or moved to another's place does not open.
    """

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root = root
        self._vault = vault

    def put(self, key: str, plain: bytes) -> None:
        """See `FileStore.put`: a crash leaves the old file or the new one, never half of one."""
        path = self._path(key)
        try:
            self._make_folder(path.parent)
            sealed = self._vault.seal_bytes(_USE, _place(key), plain)
            self._write(path, sealed)
            while not self._vault.is_current(_USE, sealed):
                # keys were rotated meanwhile, and `reseal` may have passed here already (ADR 0008)
                sealed = self._vault.seal_bytes(_USE, _place(key), plain)
                self._write(path, sealed)
        except OSError as refused:
            if refused.errno in _FULL:
                raise StorageFull() from refused
            raise

    def get(self, key: str) -> bytes:
        """See `FileStore.get`."""
        try:
            return self._vault.open_bytes(_USE, _place(key), self._path(key).read_bytes())
        except (OSError, SealBroken) as damaged:
            raise FileDamaged() from damaged

    def put_sealed(self, key: str, sealed: bytes, mtime: int) -> None:
        """Put back what a backup holds; the restore waits for the disk once, at its end."""
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
        os.utime(path, (mtime, mtime))

    def delete(self, key: str) -> None:
        """See `FileStore.delete`; while a backup copies, the file is left to the sweep."""
        path = self._path(key)
        with (
            self._deletions(fcntl.LOCK_SH | fcntl.LOCK_NB) as may,
            contextlib.suppress(FileNotFoundError),
        ):
            if may:
                path.unlink()
                _sync_folder(path.parent)

    @contextmanager
    def keeping_all(self) -> Iterator[None]:
        """No process deletes a file meanwhile; waits for deletions that are under way."""
        with self._deletions(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _deletions(self, how: int) -> Iterator[bool]:
        self._root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(f"{self._root}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _locked(lock, how)
        finally:
            os.close(lock)

    def keys_before(self, moment: datetime) -> Iterator[str]:
        """See `FileStore.keys_before`; scratch files that a crash left go on the way."""
        for path in self._files():
            try:
                kept = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:
                continue
            if kept >= moment:
                continue
            if path.name.endswith(_SCRATCH):
                path.unlink(missing_ok=True)
            else:
                yield path.name

    def reseal(self) -> int:
        """Seal anew what an older key sealed (`keys-rotate`, resumable); returns how many."""
        count = 0
        for path in self._files():
            if path.name.endswith(_SCRATCH):
                continue
            try:
                sealed = path.read_bytes()
            except FileNotFoundError:
                continue
            if self._vault.is_current(_USE, sealed):
                continue
            count += self._reseal(path, sealed)
        return count

    def _reseal(self, path: Path, sealed: bytes) -> bool:
        """Whether the file was still there; one that was deleted meanwhile stays away."""
        try:
            kept = path.stat()
            plain = self._vault.open_bytes(_USE, _place(path.name), sealed)
            self.put(path.name, plain)
            os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        except FileNotFoundError:
            return False
        except SealBroken as broken:
            raise SealBroken(f"file {path.name}: {broken}") from broken
        return True

    def sealed_files(self) -> Iterator[Path]:
        """Every whole file, for a backup."""
        return (path for path in self._files() if not path.name.endswith(_SCRATCH))

    def _files(self) -> Iterator[Path]:
        if self._root.is_dir():
            for folder in sorted(self._root.iterdir()):
                yield from sorted(folder.iterdir())

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not a file key")
        # A UUIDv7 begins with the time: its end spreads evenly.
        return self._root / key.partition("-")[0][-2:] / key

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(self._root)

    def _write(self, path: Path, sealed: bytes) -> None:
        scratch = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_SCRATCH}")
        handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)


def _locked(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how)
    except BlockingIOError:
        return False
    return True


def _place(key: str) -> bytes:
    return f"file\x1f{key}".encode()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
