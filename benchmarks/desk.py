"""`python -m benchmarks.desk`: server time of the desk's list while so many cases wait in one
township, in this very process; ONLY figures, for the note beside them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import UTC, datetime, timedelta

from flask import Flask

from benchmarks import place as places
from benchmarks.cast import known_to_all
from benchmarks.filling import filling
from benchmarks.growth.crowd import DESK, Town, _staff
from benchmarks.inside import serving_inside
from benchmarks.place import Place
from benchmarks.rows import WAITING, Maker

PAGES = {
    "list": "/desk/worklist",
    "applications": "/desk/worklist?kind=application",
    "overdue": "/desk/worklist?overdue=1",
    "state": "/desk/worklist?state=submitted",
    "all": "/desk/worklist?state=all",
    "village": f"/desk/worklist?village={DESK}001",
}
_BATCH = 2000
_OFTEN = 20


def main() -> int:
    """Fill, ask, print one line of JSON for each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with places.opened(asked.db) as place:
        token = _fill(place, asked.cases)
        with serving_inside(place) as (served, _):
            found = {name: _ms(served, path, token) for name, path in PAGES.items()}
    print(json.dumps({"db": asked.db, "cases": asked.cases, "ms": found}))
    return 0


def _fill(place: Place, count: int) -> str:
    """Everybody waits at one desk; the token of somebody who works there."""
    known, now = known_to_all(place), datetime.now(UTC)
    first, step = now - timedelta(days=60), timedelta(days=59) / count
    with filling(place) as filler:
        for begin in range(0, count, _BATCH):
            maker = Maker(place.vault, known, now, seed=begin + 7, lean=True)
            for n in range(begin, min(begin + _BATCH, count)):
                at = first + n * step
                maker.case(n, maker.account(n, at), f"{DESK}{1 + n % 9:03d}", WAITING, at)
            filler.put(maker.take())
    town = Town(None, "desk-bench-token-of-thirty-two-ch")  # type: ignore[arg-type]
    _staff(place, known, now, town)
    return town.staff_token


def _ms(served: Flask, path: str, token: str) -> dict[str, float]:
    """Milliseconds of one page: the median and the worst of some."""
    client = served.test_client()
    client.set_cookie("desk", token, path="/desk")
    took, busy = [], []
    for _ in range(_OFTEN):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - worked) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return {
        "p50": round(statistics.median(took), 1),
        "max": round(max(took), 1),
        "cpu": round(statistics.median(busy), 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
