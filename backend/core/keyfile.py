"""The key file as it is at this moment: a serving process takes up changed keys by itself."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import structlog

from backend.core.crypto import KeyFileError, KeyRing, Stamp, read_key_file, stamp_of

log = structlog.get_logger("zhangban.keys")


class KeyFile:
    """Keys for a `Vault`. Asking whether the file is another costs one stat, a few microseconds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = os.fspath(path)
        self._lock = threading.Lock()
        self._ring, self._stamp = read_key_file(path)
        self._refused: Stamp | None = None

    def now(self) -> KeyRing:
        """The ring that the file holds now; where it is gone or damaged, the one before."""
        try:
            stamp = stamp_of(os.stat(self._name))  # a Path takes twice as long
        except OSError:
            return self._ring  # what is in memory still serves; the next start will say it
        if stamp not in (self._stamp, self._refused):
            with self._lock:
                self._read_again(stamp)
        return self._ring

    def _read_again(self, seen: Stamp) -> None:
        if seen == self._stamp:
            return  # another thread was first
        try:
            ring, stamp = read_key_file(self._path)
        except KeyFileError as unfit:
            self._refused = seen
            log.error("key_file_not_taken", reason=str(unfit))  # noqa: TRY400 - said in words
            return
        self._ring, self._stamp, self._refused = ring, stamp, None
        log.info("keys_taken")
