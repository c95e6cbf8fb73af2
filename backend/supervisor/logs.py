"""What the children say, in files that cannot fill the disk."""

from __future__ import annotations

import contextlib
from pathlib import Path

MOST_BYTES = 10 * 1024 * 1024
KEEP = 3


class BoundedLog:
    """Appends to `path`; past `most` bytes it becomes `path.1`, and `keep` old ones stay."""

    def __init__(self, path: Path, most: int = MOST_BYTES, keep: int = KEEP) -> None:
        self._path = path
        self._most = most
        self._keep = keep
        self._file = path.open("ab", buffering=0)

    def write(self, data: bytes) -> None:
        """Append; when the disk refuses, the words are lost, never the server."""
        with contextlib.suppress(OSError):
            if self._file.tell() + len(data) > self._most:
                self._rotate()
            self._file.write(data)

    def close(self) -> None:
        self._file.close()

    def _rotate(self) -> None:
        for number in range(self._keep, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))
        self._file.close()
        self._file = self._path.open("ab", buffering=0)

    def _numbered(self, number: int) -> Path:
        return self._path if number == 0 else self._path.with_name(f"{self._path.name}.{number}")
