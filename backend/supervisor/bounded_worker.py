"""A gunicorn worker whose threads no silent caller can hold."""

from __future__ import annotations

import socket
import struct
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn waits for the rest of a request for ever: as many half-sent requests as there are
    threads would stop everything. Here each wait for the next bytes ends with `--keep-alive`.
    """

    def handle(self, conn: Any) -> Any:
        """As gunicorn's. The bound lies on the socket itself: gunicorn takes Python's own away."""
        bound = struct.pack("ll", self.cfg.keepalive, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, bound)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, bound)
        return super().handle(conn)
