"""The app in this very process, asked without a socket: for profiles and for what grows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from backend import app, house
from backend.core import logs
from backend.core.settings import Settings
from backend.house import House
from benchmarks.load import ADDRESS, KEY
from benchmarks.place import Place

_HEAD = re.compile(rb"([A-Z]+) (\S+) HTTP")


class _Nowhere:
    """Where finished lines of the log go: a terminal is not what is measured."""

    def msg(self, line: bytes) -> None:
        """Drop it."""

    debug = info = warning = error = critical = msg


@contextmanager
def serving_inside(place: Place) -> Iterator[tuple[Flask, House]]:
    """The app with its real settings."""
    built = house.build(Settings.from_env(place.env()))
    try:
        logs.configure()
        structlog.configure(logger_factory=lambda *_: _Nowhere())
        yield app.create_app(built), built
    finally:
        built.close()


def call(served: Flask, environ: dict[str, Any], expect: int) -> None:
    """One request; RuntimeError where another status comes."""
    parts, status, _ = run_wsgi_app(served, environ)
    body = b"".join(parts)
    if not status.startswith(str(expect)):
        raise RuntimeError(f"{status}: {body[:300]!r}")


def environ(raw: bytes, turn: int) -> dict[str, Any]:
    """The WSGI environment of a request as the load process would send it."""
    filled = raw.replace(ADDRESS, b"10.0.%d.1" % (turn % 256)).replace(KEY, b"profile-%d" % turn)
    head, _, body = filled.partition(b"\r\n\r\n")
    found = _HEAD.match(head)
    assert found is not None
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    headers = [(name, value) for name, _, value in lines]
    path, _, query = found[2].decode().partition("?")
    builder = EnvironBuilder(
        path, method=found[1].decode(), query_string=query, headers=headers, data=body
    )
    return builder.get_environ()
