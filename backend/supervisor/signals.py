"""SIGTERM, SIGINT and SIGHUP as a count that also wakes a waiting loop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Interrupted(BaseException):
    """Ends work that cannot look at the count, such as preparing the data."""


class EndSignals:
    """A context: inside it the signals are counted; a second one means impatience."""

    def __init__(self) -> None:
        self.count = 0
        self._raises = False
        self.wakes, self._wake = socket.socketpair()
        self._old: dict[signal.Signals, Any] = {}
        self._old_wakeup = -1

    def __enter__(self) -> Self:
        for end in (self.wakes, self._wake):
            end.setblocking(False)
        self._old_wakeup = signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for number in ENDING:
            self._old[number] = signal.signal(number, self._seen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_wakeup)
        self.wakes.close()
        self._wake.close()

    @contextmanager
    def interrupting(self) -> Iterator[None]:
        """Inside, a signal raises Interrupted at once."""
        if self.count:
            raise Interrupted
        self._raises = True
        try:
            yield
        finally:
            self._raises = False

    def _seen(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1
        if self._raises:
            raise Interrupted
