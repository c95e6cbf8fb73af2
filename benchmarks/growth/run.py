"""The same questions on a small and on a large database, and how their answers' times compare."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks import place as places
from benchmarks.growth.asking import database_size, plans_of, questions, time_of
from benchmarks.growth.crowd import fill
from benchmarks.inside import serving_inside

FLAT = 1.2
Table = dict[str, Any]


def run(kind: str, sizes: list[int], say: Callable[[str], None]) -> Table:
    """Times by question and size, the ratio of the last to the first, and plans of what grew."""
    found: Table = {"sizes": {}, "questions": {}, "plans": {}}
    for size in sizes:
        with places.opened(kind) as place:
            begun = time.monotonic()
            town = fill(place, size, say)
            filled = time.monotonic() - begun
            with serving_inside(place) as (served, house):
                units = house.units
                found["sizes"][str(size)] = {
                    "fill_s": round(filled, 1),
                    "bytes": database_size(units),
                }
                for question in questions(served, units, place, town, size):
                    entry = found["questions"].setdefault(question.name, {})
                    entry[str(size)] = time_of(question)
                    if size == sizes[-1]:
                        found["plans"][question.name] = plans_of(units, question)
                    say(f"{question.name} at {size:,}: {entry[str(size)]}")
    _compare(found, str(sizes[0]), str(sizes[-1]))
    return found


def _compare(found: Table, small: str, large: str) -> None:
    """The ratios; plans are kept of what is not flat only."""
    for name, entry in found["questions"].items():
        for figure in ("p50_us", "cpu_p50_us"):
            entry[f"{figure}_ratio"] = round(entry[large][figure] / entry[small][figure], 2)
        if min(entry["p50_us_ratio"], entry["cpu_p50_us_ratio"]) <= FLAT:
            del found["plans"][name]
