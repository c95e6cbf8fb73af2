"""Who of the back office's staff may do what; each table is read from top to bottom."""

from collections.abc import Callable, Sequence
from typing import Final

from backend.backoffice.errors import (
    CaseNotFound,
    DeciderInvestigated,
    RoleMissing,
    TaskNotFound,
)
from backend.backoffice.models import BoCase, BoStaff, BoTask
from backend.backoffice.rules.findings import Findings
from backend.backoffice.states import DECISIONS, ROLE_OF, StaffRole, TaskName
from backend.core.errors import AppError

Place = BoCase | BoTask
Predicate = Callable[[BoStaff, Place, Findings], bool]
Table = Sequence[tuple[Predicate, type[AppError]]]

_COUNTY_DIGITS: Final = 6


def is_of_place(staff: BoStaff, place: Place, _: Findings) -> bool:
    """Whether the place lies in this person's division."""
    return place.division.startswith(staff.scope)


def holds_the_task(staff: BoStaff, place: Place, _: Findings) -> bool:
    """Whether this kind of task is this person's."""
    return isinstance(place, BoTask) and place.name in tasks_of(staff)


def is_reviewer(staff: BoStaff, _place: Place, _: Findings) -> bool:
    """Whether this person runs the publication."""
    return StaffRole.REVIEWER in staff.roles


def took_no_part_in_the_visit(staff: BoStaff, place: Place, findings: Findings) -> bool:
    """Whether this person decides without having investigated; other tasks do not ask."""
    decides = isinstance(place, BoTask) and place.name in DECISIONS
    return not decides or staff.id not in findings.investigators


TASK_COMPLETE: Table = (
    (is_of_place, TaskNotFound),
    (holds_the_task, RoleMissing),
    (took_no_part_in_the_visit, DeciderInvestigated),
)
CASE_READ: Table = ((is_of_place, CaseNotFound),)
OBJECTION_ENTER: Table = ((is_of_place, CaseNotFound), (is_reviewer, RoleMissing))


def may_investigate(staff: BoStaff | None, case: BoCase) -> bool:
    """Whether this person can be named as an investigator of the case."""
    if staff is None or StaffRole.SURVEYOR not in staff.roles:
        return False
    return case.division.startswith(staff.scope)


def require(table: Table, staff: BoStaff, place: Place, findings: Findings | None = None) -> None:
    """Raise the refusal of the first line that does not hold."""
    for holds, refusal in table:
        if not holds(staff, place, findings or Findings()):
            raise refusal()


def allows(table: Table, staff: BoStaff, place: Place, findings: Findings | None = None) -> bool:
    """Whether every line holds: what a page may offer."""
    return all(holds(staff, place, findings or Findings()) for holds, _ in table)


def tasks_of(staff: BoStaff) -> frozenset[TaskName]:
    """The kinds of task that this person may do."""
    return frozenset(
        name for name in TaskName if ROLE_OF[name] in staff.roles and _decides_here(staff, name)
    )


def _decides_here(staff: BoStaff, name: TaskName) -> bool:
    if name is TaskName.COUNTY_DECISION:
        return len(staff.scope) <= _COUNTY_DIGITS
    if name is TaskName.TOWNSHIP_DECISION:
        return staff.delegated and len(staff.scope) > _COUNTY_DIGITS
    return True
