"""`python -m benchmarks`: what `make bench` runs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from typing import Any

from benchmarks import api, face, photo, place, profiles, report
from benchmarks.growth import run as growth

PARTS = ("api", "photo", "face", "growth")
EXTRA = ("profile",)  # only when asked for
DATABASES = {"both": ("sqlite", "postgresql"), "sqlite": ("sqlite",), "postgresql": ("postgresql",)}


def main() -> int:
    """Run the parts that were asked for; the last line is all of it as JSON."""
    asked = _arguments()
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **_machine()}
    for part in [asked.only] if asked.only else PARTS:
        if part in {"photo", "face"}:
            found[part] = _photo() if part == "photo" else _face(asked.seconds)
            continue
        found[part] = {database: _on(part, database, asked) for database in DATABASES[asked.db]}
    print(json.dumps(found, ensure_ascii=False))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", choices=("", *PARTS, *EXTRA), default="")
    parser.add_argument("--db", choices=DATABASES, default="both")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each single run")
    parser.add_argument("--sizes", default="10000,1000000", help="cases of the growth part")
    return parser.parse_args()


def _on(part: str, database: str, asked: argparse.Namespace) -> Any:
    """A part that has a database of its own."""
    if part == "growth":
        grown = growth.run(database, [int(size) for size in asked.sizes.split(",")], _say)
        _print(report.growth(database, grown))
        return grown
    with place.opened(database) as at:
        if part == "profile":
            _print(profiles.run(at))
            return None
        measured = api.run(at, asked.seconds, _say)
    _print(report.api(database, measured))
    return measured


def _photo() -> dict[str, Any]:
    found = photo.run(_say)
    _print(report.photo(found))
    return found


def _face(seconds: float) -> dict[str, Any]:
    with place.opened("sqlite") as at:
        found = face.run(at, seconds, _say)
    _print(report.face(found))
    return found


def _print(shown: str) -> None:
    print(shown, flush=True)


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
