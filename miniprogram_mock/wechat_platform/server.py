"""Serves the platform in one quiet threaded process, on a port or on a socket handed down."""

from __future__ import annotations

import signal
import threading
from types import FrameType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Writes no request lines: WeChat's interface carries secret and code in the URL."""

    timeout = 30

    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing; failures inside the app are logged by the server, not by its handlers."""


def make_platform_server(app: Flask, host: str, port: int, fd: int | None = None) -> BaseWSGIServer:
    """Bind (port 0 takes a free one, `.port` tells it) without serving yet."""
    return make_server(host, port, app, threaded=True, request_handler=QuietHandler, fd=fd)


def serve_until_ended(server: BaseWSGIServer) -> None:
    """Serve until SIGTERM or SIGINT."""

    def end(_number: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the serving loop, which this very thread runs.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
