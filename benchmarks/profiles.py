"""Where the app's time goes: each operation under cProfile, in this process, without a socket."""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from backend import app, house
from backend.core.settings import Settings
from backend.web import logs
from benchmarks.api import OPERATIONS, Operation
from benchmarks.cast import Cast, assemble, known_to_all
from benchmarks.filling import filling
from benchmarks.load import ADDRESS, KEY
from benchmarks.place import Place

_REQUESTS = 200
_SHOWN = 25
_HEAD = re.compile(rb"([A-Z]+) (\S+) HTTP")


def run(place: Place) -> str:
    """The top lists of all operations, by own time and by whole time."""
    with filling(place) as filler:
        cast = assemble(place, filler, known_to_all(place), accounts=10, drafts=60)
    with _app(place) as served:
        shown = []
        for operation in OPERATIONS:
            shown.append(_profile(served, place, cast, operation))
    return "\n".join(shown)


@contextmanager
def _app(place: Place) -> Iterator[Flask]:
    before = dict(os.environ)
    os.environ.update(place.env())
    built = house.build(Settings.from_env())
    try:
        # With its log going nowhere: a terminal is not what is measured.
        with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
            logs.configure()
            yield app.create_app(built)
    finally:
        built.close()
        os.environ.clear()
        os.environ.update(before)


def _profile(served: Flask, place: Place, cast: Cast, operation: Operation) -> str:
    wanted = operation.requests(place, cast, 1.0)
    environs = [_environ(wanted[n % len(wanted)], n) for n in range(_REQUESTS * 2)]
    profile = cProfile.Profile()
    for environ in environs[:_REQUESTS]:
        _call(served, environ, operation.expect)
    profile.enable()
    for environ in environs[_REQUESTS:]:
        _call(served, environ, operation.expect)
    profile.disable()
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out)
    stats.strip_dirs().sort_stats("tottime").print_stats(_SHOWN)
    stats.sort_stats("cumtime").print_stats(_SHOWN * 2)
    return f"=== {operation.name}: {_REQUESTS} requests\n{_short(out.getvalue())}"


def _call(served: Flask, environ: dict[str, Any], expect: int) -> None:
    parts, status, _ = run_wsgi_app(served, environ)
    body = b"".join(parts)
    if not status.startswith(str(expect)):
        raise RuntimeError(f"{status}: {body[:300]!r}")


def _environ(raw: bytes, turn: int) -> dict[str, Any]:
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


def _short(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
