"""Loading the data files of this room; the formats stand in data/README.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import insert, select, update

from backend.core.uow import Work
from backend.regions.errors import LineProblem, RegionDataWrong
from backend.regions.models import CalendarDay, CalendarYear, Division
from backend.regions.rules import ancestors_of, is_code, level_of
from backend.regions.service.changes import note_change

DATA = Path(__file__).parents[1] / "data"
MAX_FILE_BYTES = 100_000_000
MAX_NAME = 60
MAX_PROBLEMS = 50
_KINDS = {"rest": False, "work": True}
COUNTRY = ""  # the prefix of the whole country
LOADED = "zhangban seed"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one load did to the table, in rows."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


def load_divisions(work: Work, path: Path) -> Loaded:
    """Add and rename divisions; loading a file again changes nothing, no code is ever removed.

    Raises RegionDataWrong with the wrong lines, before anything is written.
    """
    wanted = _read_divisions(work, path)
    if not wanted:
        return Loaded()
    rows = work.session.execute(
        select(Division.code, Division.name).where(Division.code.between(min(wanted), max(wanted)))
    )
    names = {row.code: row.name for row in rows}
    new = [row for code, row in wanted.items() if code not in names]
    renamed = [
        {"code": code, "name": row["name"]}
        for code, row in wanted.items()
        if names.get(code, row["name"]) != row["name"]
    ]
    if new:
        work.session.execute(insert(Division), new)
    if renamed:
        work.session.execute(update(Division), renamed)
    return Loaded(len(new), len(renamed), len(wanted) - len(new) - len(renamed))


def load_calendar(work: Work, path: Path) -> Loaded:
    """Enter one year's days; a year already there is left alone: staff may have changed it.

    Raises RegionDataWrong with the wrong lines, before anything is written.
    """
    year, source, days = _read_calendar(path)
    if work.session.get(CalendarYear, (COUNTRY, year)) is not None:
        return Loaded(unchanged=len(days))
    work.session.execute(
        insert(CalendarYear), [{"prefix": COUNTRY, "year": year, "source": source}]
    )
    if days:
        work.session.execute(insert(CalendarDay), days)
    note_change(work, COUNTRY, year, LOADED)
    return Loaded(added=len(days))


def load_shipped(work: Work) -> dict[str, Loaded]:
    """Load every file that ships with the room; by file name."""
    done = {f.name: load_divisions(work, f) for f in sorted(DATA.glob("divisions-*.tsv"))}
    return done | {f.name: load_calendar(work, f) for f in sorted(DATA.glob("calendar-*.tsv"))}


class _Problems:
    """Collects wrong lines so that a file's author sees them all at once."""

    def __init__(self, path: Path) -> None:
        self._file = path.name
        self._found: list[LineProblem] = []

    def add(self, line: int, why: str) -> None:
        self._found.append(LineProblem(line, why))
        if len(self._found) >= MAX_PROBLEMS:
            self.stop()

    def stop(self) -> None:
        if self._found:
            raise RegionDataWrong(self._file, self._found)


def _rows(path: Path, problems: _Problems) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each line that is no remark."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RegionDataWrong(path.name, [LineProblem(1, "the file is too large")])
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as unreadable:
        why = "the file cannot be read as UTF-8 text"
        raise RegionDataWrong(path.name, [LineProblem(1, why)]) from unreadable
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            yield number, line.split("\t")
    problems.stop()


def _read_divisions(work: Work, path: Path) -> dict[str, dict[str, object]]:
    problems = _Problems(path)
    known = _Known(work)
    found: dict[str, dict[str, object]] = {}
    last = ""
    for line, fields in _rows(path, problems):
        code, name = fields[0], fields[-1].strip()
        parent = known.parent_of(code) if is_code(code) else None
        why = _division_fault(fields, last, parent)
        if why is not None:
            problems.add(line, why)
            continue
        last = code
        known.add(code)
        found[code] = {"code": code, "name": name, "level": level_of(code), "parent": parent}
    problems.stop()
    return found


def _division_fault(fields: list[str], last: str, parent: str | None) -> str | None:
    """Why this line cannot be a division, or None."""
    if len(fields) != 2:
        return f"expected code<TAB>name, found {len(fields)} fields"
    code, name = fields
    if not is_code(code) or code.startswith("00"):
        return "the code is not one of 12 digits"
    if not 0 < len(name.strip()) <= MAX_NAME:
        return f"the name is empty or longer than {MAX_NAME} characters"
    if code <= last:
        return f"code {code} is out of order or there twice"
    if parent is None and code[2:].strip("0"):
        return f"nothing above {code} is in this file or in the database"
    return None


class _Known:
    """Which codes exist, in the file so far or in the database (asked once for each)."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._codes: dict[str, bool] = {}

    def add(self, code: str) -> None:
        self._codes[code] = True

    def parent_of(self, code: str) -> str | None:
        """The nearest division above that exists."""
        return next((above for above in ancestors_of(code) if self._has(above)), None)

    def _has(self, code: str) -> bool:
        if code not in self._codes:
            row = self._work.session.execute(select(Division.code).where(Division.code == code))
            self._codes[code] = row.first() is not None
        return self._codes[code]


def _read_calendar(path: Path) -> tuple[int, str, list[dict[str, object]]]:
    problems = _Problems(path)
    rows = list(_rows(path, problems)) or [(1, [])]
    line, head = rows[0]
    if len(head) != 3 or head[0] != "year" or not _is_year(head[1]) or not head[2].strip():
        why = "expected year<TAB>year<TAB>source first"
        raise RegionDataWrong(path.name, [LineProblem(line, why)])
    year = int(head[1])
    days: dict[date, dict[str, object]] = {}
    for number, fields in rows[1:]:
        day = _read_day(fields, year)
        if isinstance(day, str):
            problems.add(number, day)
        elif day in days:
            problems.add(number, f"{day} is there twice")
        else:
            working, note = _KINDS[fields[1]], fields[2].strip()
            days[day] = {"prefix": "", "day": day, "working": working, "note": note}
    problems.stop()
    return year, head[2].strip(), list(days.values())


def _is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100


def _read_day(fields: list[str], year: int) -> date | str:
    """The day of a line, or why it is none."""
    if len(fields) != 3 or fields[1] not in _KINDS or not 0 < len(fields[2].strip()) <= MAX_NAME:
        return "expected date<TAB>rest|work<TAB>note"
    try:
        day = date.fromisoformat(fields[0])
    except ValueError:
        return f"{fields[0]!r} is no date"
    return day if day.year == year else f"{day} is not in {year}"
