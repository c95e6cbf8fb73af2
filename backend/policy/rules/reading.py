"""Reading TOML tables strictly: every wrong field is collected with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from backend.policy.errors import DataProblem, PolicyDataError

MAX_PROBLEMS = 100
MAX_TEXT = 300
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_TOML_LINE = re.compile(r"at line (\d+)")
_NO_DATE = date(1970, 1, 1)

Path = tuple[str | int, ...]


def is_code(text: str) -> bool:
    """Whether this has the form of a programme's or kind's code."""
    return _CODE.fullmatch(text) is not None


@dataclass
class Problems:
    """What is wrong with a folder so far."""

    found: list[DataProblem] = field(default_factory=list)

    def add(self, file: str, line: int, name: str, why: str) -> None:
        self.found.append(DataProblem(file, line, name, why))
        if len(self.found) >= MAX_PROBLEMS:
            self.stop()

    def stop(self) -> None:
        """Raise PolicyDataError if anything was found."""
        if self.found:
            raise PolicyDataError(self.found)


def line_index(text: str) -> dict[Path, int]:
    """The line of each table and key of a TOML text, as far as it is written one key a line."""
    lines: dict[Path, int] = {}
    counts: dict[str, int] = {}
    here: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            name = header[2]
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
            here = _place(name, counts)
            lines.setdefault(here, number)
        elif key := _KEY.match(line):
            lines.setdefault((*here, key[1]), number)
    return lines


def _place(name: str, counts: Mapping[str, int]) -> Path:
    """The path of a header: each array of tables on the way stands at its newest element."""
    place: list[str | int] = []
    parts = name.split(".")
    for depth, part in enumerate(parts, start=1):
        place.append(part)
        newest = counts.get(".".join(parts[:depth]))
        if newest is not None:
            place.append(newest)
    return tuple(place)


class Table:
    """One TOML table; each reader returns a harmless value where the field is wrong."""

    def __init__(
        self,
        raw: Mapping[str, Any],
        file: str,
        problems: Problems,
        lines: Mapping[Path, int],
        path: Path = (),
    ) -> None:
        self._raw = raw
        self._lines = lines
        self._path = path
        self._read: set[str] = set()
        self.file = file
        self.problems = problems

    def __contains__(self, key: str) -> bool:
        return key in self._raw

    def keys(self) -> Collection[str]:
        return self._raw.keys()

    def wrong(self, key: str, why: str) -> None:
        """Note that a field of this table is wrong ('' is the table itself)."""
        path = (*self._path, key) if key else self._path
        line = next(
            (self._lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._lines), 1
        )
        self.problems.add(self.file, line, _dotted(path), why)

    def finish(self) -> None:
        """Refuse the fields that nobody read: they are misspelt."""
        for key in self._raw:
            if key not in self._read:
                self.wrong(key, "there is no such field")

    def text(self, key: str) -> str:
        value = self._get(key, str, "a text")
        if isinstance(value, str) and not 0 < len(value.strip()) <= MAX_TEXT:
            self.wrong(key, f"is empty or longer than {MAX_TEXT} characters")
        return value if isinstance(value, str) else ""

    def code(self, key: str) -> str:
        value = self._get(key, str, "a code")
        if isinstance(value, str) and not is_code(value):
            self.wrong(key, "is not a code of small letters, digits, _ and -")
        return value if isinstance(value, str) else ""

    def choice(self, key: str, allowed: Collection[str]) -> str:
        value = self._get(key, str, "a text")
        if isinstance(value, str) and value not in allowed:
            self.wrong(key, f"{value!r} is none of {', '.join(sorted(allowed))}")
        return value if isinstance(value, str) and value in allowed else next(iter(sorted(allowed)))

    def choices(self, key: str, allowed: Collection[str]) -> tuple[str, ...]:
        value = self._get(key, list, "a list")
        if not isinstance(value, list):
            return ()
        for entry in value:
            if not isinstance(entry, str) or entry not in allowed:
                self.wrong(key, f"{entry!r} is none of {', '.join(sorted(allowed))}")
        if len({str(entry) for entry in value}) != len(value):
            self.wrong(key, "names one thing twice")
        return tuple(entry for entry in value if isinstance(entry, str) and entry in allowed)

    def texts(self, key: str, most: int) -> tuple[str, ...]:
        """A list of different texts of 1 to `most` characters."""
        value = self._get(key, list, "a list of texts")
        if not isinstance(value, list):
            return ()
        found = [entry for entry in value if isinstance(entry, str) and 0 < len(entry) <= most]
        if len(found) != len(value):
            self.wrong(key, f"holds something else than texts of 1 to {most} characters")
        if len(set(found)) != len(found):
            self.wrong(key, "names one thing twice")
        return tuple(found)

    def flag(self, key: str, default: bool | None = None) -> bool:
        if default is not None and key not in self._raw:
            return default
        value = self._get(key, bool, "true or false")
        return value if isinstance(value, bool) else False

    def integer(self, key: str, low: int, high: int) -> int:
        value = self._get(key, int, "a whole number")
        if isinstance(value, int) and not low <= value <= high:
            self.wrong(key, f"{value} is not between {low} and {high}")
        return value if isinstance(value, int) else low

    def decimal(self, key: str, low: Decimal, high: Decimal, places: int) -> Decimal:
        """A number without rounding; at most `places` digits behind the point."""
        value = self._get(key, (int, Decimal), "a number")
        if not isinstance(value, (int, Decimal)):
            return low
        exact = Decimal(value)
        if not exact.is_finite() or not low <= exact <= high:
            self.wrong(key, f"{value} is not between {low} and {high}")
            return low
        if exact != exact.quantize(Decimal(1).scaleb(-places)):
            self.wrong(key, f"{value} has more than {places} digits behind the point")
        return exact

    def day(self, key: str) -> date:
        value = self._get(key, date, "a date like 2026-01-01")
        return value if isinstance(value, date) else _NO_DATE

    def table(self, key: str) -> Table:
        value = self._get(key, dict, "a table")
        return self._child(value if isinstance(value, dict) else {}, key)

    def tables(self, key: str) -> list[Table]:
        value = self._get(key, list, "one or more [[tables]]")
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            if isinstance(value, list):
                self.wrong(key, "is not a list of [[tables]]")
            return []
        return [self._child(v, key, n) for n, v in enumerate(value)]

    def _child(self, raw: Mapping[str, Any], *path: str | int) -> Table:
        return Table(raw, self.file, self.problems, self._lines, (*self._path, *path))

    def _get(self, key: str, kind: type | tuple[type, ...], what: str) -> Any:
        """The value if it is of the kind; true is no number and a time is no date."""
        self._read.add(key)
        if key not in self._raw:
            self.wrong(key, "is missing")
            return None
        value = self._raw[key]
        misfit = (isinstance(value, bool) and kind is not bool) or isinstance(value, datetime)
        if misfit or not isinstance(value, kind):
            self.wrong(key, f"is not {what}")
            return None
        return value


def open_table(file: str, content: bytes, problems: Problems) -> Table | None:
    """The top table of a file, or None where it is no TOML (which is noted)."""
    try:
        text = content.decode("utf-8-sig")
        raw = tomllib.loads(text, parse_float=Decimal)
    except UnicodeDecodeError:
        problems.add(file, 1, "", "is not UTF-8 text")
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        at = _TOML_LINE.search(str(broken))
        problems.add(file, int(at[1]) if at else 1, "", f"is not TOML: {broken}")
    else:
        return Table(raw, file, problems, line_index(text))
    return None


def _dotted(path: Path) -> str:
    words = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path)
    return words.removeprefix(".")
