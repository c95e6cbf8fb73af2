"""A loopback TCP proxy in front of one process, with points at which something is killed.

It stands where the network stands: what it swallows, no line of the backend knows of.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

_PIECE = 64 * 1024
_HEAD_END = b"\r\n\r\n"


@dataclass
class Crash:
    """Once, on the first request whose first line holds `match`.

    `request`: the last byte of what came first is kept back, so the server never has the whole;
    `answer`: the server has answered, so it has committed, and nobody ever hears of it.
    """

    when: Literal["request", "answer"]
    match: bytes
    kill: Callable[[], None]
    fired: threading.Event = field(default_factory=threading.Event)


class Wire:
    """Listens on a port of its own that stays, whoever dies behind it."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._armed: list[Crash] = []
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, name="wire", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def arm(self, *crashes: Crash) -> None:
        """Add crash points; each goes off once."""
        with self._lock:
            self._armed.extend(crashes)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(caller,), daemon=True).start()

    def _carry(self, caller: socket.socket) -> None:
        try:
            callee = socket.create_connection(self._target, timeout=5)
        except OSError:
            caller.close()
            return
        callee.settimeout(None)
        _Passage(self, caller, callee).run()

    def due(self, when: str, line: bytes) -> Crash | None:
        """The armed crash for this moment of this request, which is disarmed by the asking."""
        with self._lock:
            for crash in self._armed:
                if crash.match in line:
                    if crash.when != when:
                        return None  # one after the other, as they were armed
                    self._armed.remove(crash)
                    return crash
        return None


class _Passage:
    """One connection, both ways."""

    def __init__(self, wire: Wire, caller: socket.socket, callee: socket.socket) -> None:
        self._wire, self._caller, self._callee = wire, caller, callee
        self._line = b""

    def run(self) -> None:
        back = threading.Thread(target=self._answers, daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            self._requests()
        self._cut(self._callee)
        back.join()
        for end in (self._caller, self._callee):
            end.close()

    def _requests(self) -> None:
        while piece := self._caller.recv(_PIECE):
            line = piece.partition(b"\r\n")[0]
            if line.endswith((b"HTTP/1.1", b"HTTP/1.0")):
                self._line = line
                crash = self._wire.due("request", line)
                if crash is not None:
                    self._callee.sendall(piece[:-1])
                    self._go_off(crash)
                    return
            self._callee.sendall(piece)

    def _answers(self) -> None:
        with contextlib.suppress(OSError):
            while piece := self._callee.recv(_PIECE):
                crash = self._wire.due("answer", self._line)
                if crash is not None:
                    self._go_off(crash)
                    break
                self._caller.sendall(piece)
        self._cut(self._caller)

    def _go_off(self, crash: Crash) -> None:
        crash.kill()
        self._cut(self._caller)
        self._cut(self._callee)
        crash.fired.set()

    @staticmethod
    def _cut(end: socket.socket) -> None:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
