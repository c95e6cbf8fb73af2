"""The file of a backup: a tar whose every part is summed, written and checked as a stream.

Parts are listed in index parts, those in the manifest, and its own sum comes last: so a file that
was cut has none, and neither writing nor checking keeps more than one index in memory.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import orjson

from backend.core.settings import SettingsError

FORMAT: Final = "zhangban-backup/1"
MANIFEST: Final = "manifest.json"
_LAST: Final = "manifest.sha256"
_INDEX: Final = "index/"
_LISTED: Final = 5000
_READ: Final = 1 << 20
_MOST_INDEX: Final = 64 << 20  # bytes of an index or manifest; a larger one is not ours


class BackupRefused(SettingsError):
    """A backup cannot be made, trusted or restored here; the text says why and what to do."""


class Archive:
    """A backup that is being written; nothing is seen of it before `finish`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._scratch = path.with_name(path.name + ".part")
        self._scratch.unlink(missing_ok=True)  # one that a crash left
        handle = os.open(self._scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._out = os.fdopen(handle, "wb")
        self._tar = tarfile.open(  # noqa: SIM115 - `finish` and `abandon` close it
            fileobj=self._out, mode="w", format=tarfile.USTAR_FORMAT
        )
        self._lines: list[dict[str, Any]] = []
        self._indexes: list[dict[str, Any]] = []

    def add(self, name: str, content: bytes) -> None:
        """One part from memory."""
        self.copy(name, io.BytesIO(content), len(content))

    def copy(self, name: str, source: IO[bytes], size: int, mtime: int = 0) -> None:
        """One part of `size` bytes, streamed."""
        self._lines.append(
            {"name": name, "size": size, "sha256": self._write(name, source, size, mtime)}
        )
        if len(self._lines) >= _LISTED:
            self._write_index()

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write index and manifest, see that all of it is on the disk and whole, and show it."""
        self._write_index()
        body = orjson.dumps({"format": FORMAT, **manifest, "indexes": self._indexes})
        digest = self._write(MANIFEST, io.BytesIO(body), len(body), 0).encode()
        self._write(_LAST, io.BytesIO(digest), len(digest), 0)
        self._tar.close()
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        check(self._scratch)
        self._scratch.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._out.close()
        self._scratch.unlink(missing_ok=True)

    def _write_index(self) -> None:
        if self._lines:
            name = f"{_INDEX}{len(self._indexes) + 1:06}.json"
            body = orjson.dumps(self._lines)
            digest = self._write(name, io.BytesIO(body), len(body), 0)
            self._indexes.append({"name": name, "sha256": digest})
            self._lines = []

    def _write(self, name: str, source: IO[bytes], size: int, mtime: int) -> str:
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, mtime, 0o600
        summed = _Summed(source)
        self._tar.addfile(info, summed)  # type: ignore[arg-type]  # it only reads
        self._tar.members = []  # type: ignore[attr-defined]  # tarfile would remember every one
        return summed.hexdigest()


class _Summed:
    """Reads another file and sums what it gave."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._sum = hashlib.sha256()

    def read(self, size: int) -> bytes:
        read = self._source.read(size)
        self._sum.update(read)
        return read

    def hexdigest(self) -> str:
        return self._sum.hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """One part that is being read; it ends at this byte of the file."""

    name: str
    mtime: int
    content: IO[bytes]
    end: int


def parts_of(path: Path) -> Iterator[Part]:
    """Every part in order; each must be read before the next. Raises BackupRefused, TarError."""
    with tarfile.open(path, "r:", format=tarfile.USTAR_FORMAT) as tar:
        while (info := tar.next()) is not None:
            content = tar.extractfile(info) if info.isreg() else None
            if content is None:
                raise BackupRefused(f"{path} is damaged: {info.name[:80]!r} is no file.")
            yield Part(info.name, int(info.mtime), content, info.offset_data + info.size)
            tar.members = []  # type: ignore[attr-defined]  # tarfile would remember every one


def check(path: Path) -> dict[str, Any]:
    """Read a whole backup and sum every part; answers the manifest, raises BackupRefused."""
    try:
        return _checked(path)
    except (tarfile.TarError, EOFError) as broken:
        raise BackupRefused(f"{path} is no whole backup: {broken}.") from broken


def _checked(path: Path) -> dict[str, Any]:
    found: dict[str, tuple[int, str]] = {}
    indexes: list[dict[str, str]] = []
    body = b""
    for part in parts_of(path):
        if part.name == _LAST:
            if part.content.read(_MOST_INDEX).decode("ascii", "replace") != _sha256(body):
                raise BackupRefused(f"{path} is damaged: its manifest is not what was written.")
            _check_end(path, part.end)
            return _manifest(path, body, indexes, found)
        if part.name == MANIFEST:
            body = part.content.read(_MOST_INDEX)
        elif part.name.startswith(_INDEX):
            listed = part.content.read(_MOST_INDEX)
            indexes.append({"name": part.name, "sha256": _sha256(listed)})
            _check_listed(path, listed, found)
            found = {}
        else:
            found[part.name] = _summed(part.content)
            if len(found) > _LISTED:
                raise BackupRefused(f"{path} is damaged: parts that no index lists.")
    raise BackupRefused(f"{path} is no whole backup: its end is missing.")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _summed(content: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while read := content.read(_READ):
        digest.update(read)
        size += len(read)
    return size, digest.hexdigest()


def _check_listed(path: Path, body: bytes, found: dict[str, tuple[int, str]]) -> None:
    try:
        listed = {one["name"]: (one["size"], one["sha256"]) for one in orjson.loads(body)}
    except (orjson.JSONDecodeError, KeyError, TypeError) as wrong:
        raise BackupRefused(f"{path} is damaged: an index cannot be read.") from wrong
    for name in {*listed, *found}:
        if listed.get(name) != found.get(name):
            raise BackupRefused(f"{path} is damaged: {name} is not what was written.")


def _manifest(
    path: Path, body: bytes, indexes: list[dict[str, str]], left: dict[str, tuple[int, str]]
) -> dict[str, Any]:
    try:
        manifest = orjson.loads(body)
        known = manifest["format"] == FORMAT
        fits = manifest["indexes"] == indexes and not left
    except (orjson.JSONDecodeError, KeyError, TypeError) as wrong:
        raise BackupRefused(f"{path} is damaged: its manifest cannot be read.") from wrong
    if not known:
        raise BackupRefused(f"{path} is of a kind that this release does not know.")
    if not fits:
        raise BackupRefused(f"{path} is damaged: parts and manifest do not fit.")
    return dict(manifest)


def _check_end(path: Path, end: int) -> None:
    """Nothing but the tar's closing zeros may follow, and none of them be missing."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(end)
        rest = file.read(2 * tarfile.RECORDSIZE)
    if rest.strip(b"\0") or size % tarfile.RECORDSIZE or size - end < 2 * tarfile.BLOCKSIZE:
        raise BackupRefused(f"{path} is no whole backup: its end is missing.")
