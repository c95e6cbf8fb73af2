"""A gunicorn worker whose threads no silent caller can hold, and whose end resets nobody."""

from __future__ import annotations

import socket
import struct
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn waits for the rest of a request for ever: as many half-sent requests as there are
    threads would stop everything. Here each wait for the next bytes ends with `--keep-alive`.
    """

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gunicorn's; but when the end comes, who is connected already is still taken in and
        everybody else is refused at once: the kernel would greet them, and reset them later.
        """
        if self.alive:
            super().set_accept_enabled(enabled)
            return
        for listener in self.sockets:
            if self._accepting:
                self._take_in(listener)
        super().set_accept_enabled(False)
        for listener in self.sockets:
            listener.close()

    def _take_in(self, listener: Any) -> None:
        waiting = True
        while waiting and self.nr_conns < self.worker_connections:
            before = self.nr_conns
            self.accept(listener)
            waiting = self.nr_conns > before

    def handle(self, conn: Any) -> Any:
        """As gunicorn's. The bound lies on the socket itself: gunicorn takes Python's own away."""
        bound = struct.pack("ll", self.cfg.keepalive, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, bound)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, bound)
        return super().handle(conn)
