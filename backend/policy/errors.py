"""What can be wrong about a policy question or a policy file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.errors import Invalid, NotFound, Unavailable


class ProgrammeUnknown(NotFound):
    """There is no programme with this code on that day."""

    code = "programme_unknown"


class StandardUnknown(Invalid):
    """No standard of this place, area and day is known."""

    code = "standard_unknown"


class PolicyMissing(Unavailable):
    """No policy data was loaded yet."""

    code = "policy_missing"


class HouseholdWrong(Invalid):
    """The figures of a household cannot be used; each field has its own reason."""

    code = "household_wrong"


class NeedMissing(Invalid):
    """Neither a picture was picked nor anything written."""

    code = "need_missing"


class NeedsWrong(Invalid):
    """A hardship was named that is none of the list."""

    code = "need_unknown"


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One wrong place of a policy file: line from 1, `field` written like standards[2].yuan."""

    file: str
    line: int
    field: str
    why: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place}: {self.field}: {self.why}" if self.field else f"{place}: {self.why}"


class PolicyDataError(Invalid):
    """A policy folder is wrong, nothing of it was loaded; `problems`, `str()` name the places."""

    code = "policy_data_wrong"

    def __init__(self, problems: Sequence[DataProblem]) -> None:
        first = problems[0]
        super().__init__(
            file=first.file, line=first.line, field=first.field, why=first.why, count=len(problems)
        )
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
