"""Make a calendar file for `zhangban seed` from the chinesecalendar library.

    python tools/extract_calendar.py 2026 --source "国务院办公厅…通知(2025-11-04)"

writes backend/regions/data/calendar-<year>.tsv, the days of the year that differ from Monday to
Friday. Compare it with the State Council's notice before it is committed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

SATURDAY = 5
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
}


def main() -> int:
    """Write one year's exceptions; the library raises NotImplementedError for an unknown year."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("year", type=int)
    parser.add_argument("--source", required=True, help="the notice that fixes the year")
    parser.add_argument("--into", type=Path, default=Path("backend/regions/data"))
    wanted = parser.parse_args()
    lines = [
        "# A year's days that differ from Monday to Friday; see README.md beside this file",
        f"year\t{wanted.year}\t{wanted.source}",
        *exceptions(wanted.year),
    ]
    path = wanted.into / f"calendar-{wanted.year}.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{path}: {len(lines) - 2} days\n")
    return 0


def exceptions(year: int) -> Iterator[str]:
    """A line for each weekday that is free and each weekend day that is worked (调休)."""
    day = date(year, 1, 1)
    while day.year == year:
        working = chinese_calendar.is_workday(day)
        if working != (day.weekday() < SATURDAY):
            _, detail = chinese_calendar.get_holiday_detail(day)
            name = NAMES.get(detail or "", detail or "")
            kind, note = ("work", "调休上班") if working else ("rest", "放假")
            yield f"{day}\t{kind}\t{name}{note}"
        day += timedelta(days=1)


if __name__ == "__main__":
    sys.exit(main())
