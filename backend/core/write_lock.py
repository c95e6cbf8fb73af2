"""One writer at a time on SQLite, among threads and among processes."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backend.core import figures
from backend.core.errors import Unavailable

LOCK_WAIT_S = 15.0
_POLL_S = 0.002  # a write unit on SQLite takes some milliseconds


class DatabaseBusy(Unavailable):
    """The write lock was not to be had in time."""

    code = "database_busy"


class WriteLock:
    """One writer at a time on SQLite: a lock among threads and a `flock` among processes.

    Without it, 16 web threads and 4 worker threads waited up to 6.5 s for SQLite's own lock.
    """

    def __init__(self, path: Path) -> None:
        self._threads = threading.Lock()
        self._path = path
        self._file: Any = None
        self._opened_by = 0

    @contextmanager
    def held(self, wait_s: float = LOCK_WAIT_S) -> Iterator[None]:
        """Hold both locks; raises DatabaseBusy when they are not to be had within `wait_s`."""
        began = time.monotonic()
        if not self._threads.acquire(timeout=wait_s):
            figures.LOCK_WAIT.observe(wait_s)
            raise DatabaseBusy(retry_after=5)
        try:
            file = self._open()
            try:
                self._lock_among_processes(file, began + wait_s)
            finally:
                held = time.monotonic()
                figures.LOCK_WAIT.observe(held - began)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)
                figures.LOCK_HELD.observe(time.monotonic() - held)
        finally:
            self._threads.release()

    def _open(self) -> Any:
        if self._file is None or self._opened_by != os.getpid():
            # a forked child would share its parent's lock instead of waiting for it
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file, self._opened_by = self._path.open("w"), os.getpid()
        return self._file

    def _lock_among_processes(self, file: Any, until: float) -> None:
        """`flock` knows no time-out, so ask again and again."""
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise DatabaseBusy(retry_after=5) from None
                time.sleep(_POLL_S)
            else:
                return

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
