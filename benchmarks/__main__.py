"""`python -m benchmarks`: what `make bench` runs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from typing import Any

from benchmarks import api, place, profiles, report
from benchmarks.growth import run as growth

PARTS = ("api", "growth")
EXTRA = ("profile",)  # only when asked for
DATABASES = {"both": ("sqlite", "postgresql"), "sqlite": ("sqlite",), "postgresql": ("postgresql",)}


def main() -> int:
    """Run the parts that were asked for; the last line is all of it as JSON."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=("", *PARTS, *EXTRA), default="")
    parser.add_argument("--db", choices=DATABASES, default="both")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each single run")
    parser.add_argument("--sizes", default="10000,1000000", help="cases of the growth part")
    asked = parser.parse_args()
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **_machine()}
    wanted = [asked.only] if asked.only else list(PARTS)
    if "api" in wanted:
        found["api"] = {}
        for database in DATABASES[asked.db]:
            with place.opened(database) as at:
                found["api"][database] = api.run(at, asked.seconds, _say)
            print(report.api(database, found["api"][database]), flush=True)
    if "growth" in wanted:
        sizes, found["growth"] = [int(size) for size in asked.sizes.split(",")], {}
        for database in DATABASES[asked.db]:
            found["growth"][database] = growth.run(database, sizes, _say)
            print(report.growth(database, found["growth"][database]), flush=True)
    if "profile" in wanted:
        for database in DATABASES[asked.db]:
            with place.opened(database) as at:
                print(profiles.run(at), flush=True)
    print(json.dumps(found, ensure_ascii=False))
    return 0


def _say(sentence: str) -> None:
    print(f"  {sentence}", file=sys.stderr, flush=True)


def _machine() -> dict[str, Any]:
    return {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


if __name__ == "__main__":
    sys.exit(main())
