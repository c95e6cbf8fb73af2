"""A gunicorn worker whose threads no slow caller can hold, and whose end resets nobody."""

from __future__ import annotations

import select
import selectors
import socket
import struct
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

MOST_HEAD = 32 * 1024  # bytes of a head that are awaited without a thread
# In pauses (`--keep-alive`, 8 s): for a whole head and the begin of a body; for a whole request.
PATIENCE, LONGEST = 2.5, 25
LINGER = 0.1  # seconds in which the last callers are taken in
SLOWEST = 16 * 1024  # bytes a second that a body must come with after its begin


class Patient:
    """A socket whose `recv` ends when its request has been coming for too long.

    Each byte buys time, so that a photo on a weak network arrives and a drip does not.
    """

    def __init__(self, sock: socket.socket, pause: float) -> None:
        self._sock = sock
        self._pause = pause
        self.begin()

    def begin(self) -> None:
        """A new request begins to be read."""
        now = time.monotonic()
        self._until, self._last = now + PATIENCE * self._pause, now + LONGEST * self._pause

    def recv(self, size: int) -> bytes:
        """As a socket's; BlockingIOError after a pause, or when the request's time is over."""
        left = min(self._until, self._last) - time.monotonic()
        if left <= 0:
            raise BlockingIOError("the request took too long")
        self._bound(socket.SO_RCVTIMEO, min(self._pause, left))
        data = self._sock.recv(size)
        self._until += len(data) / SLOWEST
        return data

    def peek(self, size: int) -> bytes:
        """What has come already, left where it is; BlockingIOError where that is nothing."""
        return self._sock.recv(size, socket.MSG_PEEK | socket.MSG_DONTWAIT)

    def bound_sending(self) -> None:
        """Who takes no answer holds nobody either."""
        self._bound(socket.SO_SNDTIMEO, self._pause)

    def _bound(self, option: int, seconds: float) -> None:
        # on the socket itself: gunicorn takes Python's own time-out away
        whole, part = divmod(max(seconds, 0.001), 1)
        self._sock.setsockopt(
            socket.SOL_SOCKET, option, struct.pack("ll", int(whole), int(part * 1e6))
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class BoundedWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn gives a thread to whoever has connected and waits for the rest of a request for
    ever: as many silent callers as there are threads would stop everything.

    Here a connection gets a thread once its whole head lies in the kernel, a body must come at a
    pace, and no pause is longer than `--keep-alive`.
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
        """On a busy machine the kernel lets a caller speak before it has queued him for us."""
        end = time.monotonic() + LINGER
        while self.nr_conns < self.worker_connections and (left := end - time.monotonic()) > 0:
            if select.select([listener], [], [], left)[0]:
                self.accept(listener)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """As gunicorn's, which resets a caller whose head was still awaited when the end came."""
        if self.alive or fs.cancelled() or fs.exception() or fs.result() is not _DEFER:
            super().finish_request(conn, fs)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(
            conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn)
        )

    def handle(self, conn: Any) -> Any:
        """As gunicorn's, for a request whose head is there."""
        if not isinstance(conn.sock, Patient):
            conn.sock = Patient(conn.sock, self.cfg.keepalive)
            conn.seen, conn.head_until = 0, None
        if conn.head_until is None:
            conn.head_until = time.monotonic() + PATIENCE * self.cfg.keepalive
        if not _head_is_there(conn):
            # gunicorn's poller waits for the next bytes, for `keepalive` seconds at most
            return _DEFER if time.monotonic() < conn.head_until else False
        conn.seen, conn.head_until, conn.data_ready = 0, None, True
        conn.sock.begin()
        conn.sock.bound_sending()
        return super().handle(conn)


def _head_is_there(conn: Any) -> bool:
    """Whether a head waits to be read, or as much of one as will ever come."""
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return True  # read together with the request before
    try:
        waiting = conn.sock.peek(MOST_HEAD)
    except BlockingIOError:
        return False
    except OSError:
        return True  # gunicorn knows how to bury it
    grown = len(waiting) > conn.seen  # else the other side has ended
    there = not grown or b"\r\n\r\n" in waiting or len(waiting) >= MOST_HEAD
    conn.seen = len(waiting)
    # the poller wakes up when there is more than was looked at
    lowest = 1 if there else len(waiting) + 1
    conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, lowest)
    return there
