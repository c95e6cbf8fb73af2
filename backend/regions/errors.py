"""What can be wrong about a place or a data file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.errors import Invalid


class DivisionUnknown(Invalid):
    """There is no division with this code."""

    code = "division_unknown"


class DivisionTooWide(Invalid):
    """A case needs the township or village that works on it; a county is no such place."""

    code = "division_too_wide"


class CalendarYearFar(Invalid):
    """Days off are entered for the years around today; `first`, `last`."""

    code = "calendar_year_far"


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One wrong line of a data file (lines count from 1)."""

    line: int
    why: str


class RegionDataWrong(Invalid):
    """A data file is wrong and nothing of it was loaded; `problems` and `str()` name the lines."""

    code = "region_data_wrong"

    def __init__(self, file: str, problems: Sequence[LineProblem]) -> None:
        super().__init__(file=file, line=problems[0].line, why=problems[0].why, count=len(problems))
        self.file = file
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.file}:{p.line}: {p.why}" for p in self.problems)
