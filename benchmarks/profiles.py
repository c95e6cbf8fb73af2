"""Where the app's time goes: each operation under cProfile, in this process, without a socket."""

from __future__ import annotations

import cProfile
import io
import pstats

from flask import Flask

from benchmarks.api import OPERATIONS, Operation
from benchmarks.cast import Cast, assemble, known_to_all
from benchmarks.filling import filling
from benchmarks.inside import call, environ, serving_inside
from benchmarks.place import Place

_REQUESTS = 200
_SHOWN = 25


def run(place: Place) -> str:
    """The top lists of all operations, by own time and by whole time."""
    with filling(place) as filler:
        cast = assemble(place, filler, known_to_all(place), accounts=10, drafts=60)
    with serving_inside(place) as (served, _):
        shown = [_profile(served, place, cast, operation) for operation in OPERATIONS]
    return "\n".join(shown)


def _profile(served: Flask, place: Place, cast: Cast, operation: Operation) -> str:
    wanted = operation.requests(place, cast, 1.0)
    environs = [environ(wanted[n % len(wanted)], n) for n in range(_REQUESTS * 2)]
    profile = cProfile.Profile()
    for one in environs[:_REQUESTS]:
        call(served, one, operation.expect)
    profile.enable()
    for one in environs[_REQUESTS:]:
        call(served, one, operation.expect)
    profile.disable()
    out = io.StringIO()
    stats = pstats.Stats(profile, stream=out)
    stats.strip_dirs().sort_stats("tottime").print_stats(_SHOWN)
    stats.sort_stats("cumtime").print_stats(_SHOWN * 2)
    return f"=== {operation.name}: {_REQUESTS} requests\n{_short(out.getvalue())}"


def _short(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
