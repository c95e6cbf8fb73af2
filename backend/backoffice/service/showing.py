"""What the back office's pages show: lists, one task, one case with its way through the process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from backend.backoffice import queries
from backend.backoffice.errors import TaskNotFound
from backend.backoffice.models import BoCase, BoStaff, BoTask
from backend.backoffice.permissions import (
    OBJECTION_ENTER,
    TASK_COMPLETE,
    allows,
    is_of_place,
    took_no_part_in_the_visit,
)
from backend.backoffice.queries import CaseFilter, TaskFilter
from backend.backoffice.rules import deadlines
from backend.backoffice.rules.cascade import Recognition, steps_of
from backend.backoffice.rules.completion import RESULTS
from backend.backoffice.rules.findings import (
    MAX_OBJECTIONS,
    MAX_RETURNS,
    Findings,
    may_approve,
    most_fen,
)
from backend.backoffice.rules.record import Person, people_of
from backend.backoffice.service import engine, moving, reading
from backend.backoffice.service.demo import DemoSeat, next_in_demo
from backend.backoffice.service.reading import CaseFile
from backend.backoffice.service.staff import staff_of
from backend.backoffice.states import (
    CaseState,
    StaffRole,
    Stage,
    TaskName,
    TaskState,
)
from backend.core.access import Actor
from backend.core.paging import Page, PageRequest
from backend.core.uow import Work
from backend.regions import queries as regions

SOON: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Me:
    """Who sits here."""

    name: str
    roles: Sequence[str]
    scope: str
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: a case, with the task where it is a list of tasks."""

    case: BoCase
    applicant: str
    place: str
    task: BoTask | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A task that was opened, and what came of it."""

    task: BoTask
    by: str
    note: str
    reasons: Sequence[str]
    visited_by: Sequence[str]
    visited_on: str | None
    findings: Mapping[str, str]
    signed: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case as its page shows it. `passed` and `waits_at` are ids of the diagram's elements;
    `drawn` says whether the diagram of this release is the one that the case runs on.
    """

    file: CaseFile
    place: str
    people: Sequence[Person]
    steps: Sequence[Step]
    passed: frozenset[str]
    waits_at: frozenset[str]
    drawn: bool
    mine: BoTask | None
    waiting: BoTask | None
    demo_next: DemoSeat | None
    may_object: bool
    has_notice: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One task with what its form needs; amounts are fen a month."""

    task: BoTask
    case: CasePage
    me: UUID
    may_complete: bool
    investigated: bool
    results: Sequence[str]
    colleagues: Sequence[tuple[str, str]]
    figures: Mapping[str, int | None]
    most_fen: int | None
    cascade: Sequence[Recognition]  # as what it may be recognised
    notice_until: date


def me(work: Work, actor: Actor) -> Me:
    """The member of staff behind an actor."""
    staff = staff_of(work, actor)
    name = str(staff.unseal(work.vault, "name"))
    return Me(name, staff.roles, staff.scope, place_of(work, staff.scope.ljust(12, "0")))


def worklist(work: Work, actor: Actor, which: TaskFilter, wanted: PageRequest) -> Page[Line]:
    """The open tasks that this person may do, the earliest due first."""
    page = queries.open_tasks(work, staff_of(work, actor), wanted, which)
    cases = queries.cases_by_id(work, {task.case_row_id for task in page.items})
    places = _places(work, [task.division for task in page.items])
    lines = [_line(work, cases[task.case_row_id], places, task) for task in page.items]
    return Page(lines, page.next_cursor)


def caselist(work: Work, actor: Actor, which: CaseFilter, wanted: PageRequest) -> Page[Line]:
    """The cases of one's place."""
    page = queries.cases_within(work, staff_of(work, actor).scope, which, wanted)
    places = _places(work, [case.division for case in page.items])
    return Page([_line(work, case, places) for case in page.items], page.next_cursor)


def case_page(work: Work, actor: Actor, case_row_id: UUID) -> CasePage:
    """One case; raises CaseNotFound outside one's place."""
    return page_of(work, staff_of(work, actor), reading.readable(work, actor, case_row_id))


def task_page(work: Work, actor: Actor, task_id: UUID) -> TaskPage:
    """One task, open or not; raises TaskNotFound outside one's place."""
    staff, task = staff_of(work, actor), queries.task(work, task_id)
    if task is None or not is_of_place(staff, task, Findings()):
        raise TaskNotFound()
    case = reading.readable(work, actor, task.case_row_id)
    findings, snapshot = moving.findings_of(work, case), case.unseal(work.vault, "snapshot")
    limits = moving.limits_of(work, case)
    return TaskPage(
        task=task,
        case=page_of(work, staff, case),
        me=staff.id,
        may_complete=_may_complete(staff, task, findings),
        investigated=not took_no_part_in_the_visit(staff, task, findings),
        results=_results(task, case, findings),
        colleagues=_surveyors(work, staff, task),
        figures={name: snapshot[name] for name in ("amountFen", "standardFen", "perHeadFen")},
        most_fen=most_fen(snapshot),
        cascade=steps_of(snapshot, case.programme, pays=case.pays),
        notice_until=deadlines.publicity_until(limits, work.legal.today()),
    )


def page_of(work: Work, staff: BoStaff, case: BoCase) -> CasePage:
    """The page of a case that its reader may see."""
    file, run = reading.file_of(work, case), moving.restore(work, case)
    findings = moving.findings_of(work, case)
    people = people_of(case.unseal(work.vault, "snapshot"))
    published = case.stage == Stage.PUBLICITY and case.state == CaseState.IN_REVIEW
    few = findings.objections < MAX_OBJECTIONS
    waiting = next((one for one in file.tasks if one.state == TaskState.OPEN), None)
    return CasePage(
        file=file,
        place=place_of(work, case.division),
        people=[replace(one, name=masked(one.name)) for one in people],
        steps=_steps(work, file.tasks),
        passed=run.passed(),
        waits_at=run.waits_at() if case.state != CaseState.WITHDRAWN else frozenset(),
        drawn=run.process.version == engine.current_process().version,
        mine=next((one for one in file.tasks if _may_complete(staff, one, findings)), None),
        waiting=waiting,
        demo_next=next_in_demo(work, case, waiting, findings) if waiting else None,
        may_object=published and few and allows(OBJECTION_ENTER, staff, case),
        has_notice=published or TaskName.START_PUBLICITY in _open_names(file.tasks),
    )


def masked(name: str) -> str:
    """The first sign of a name: 张*. The whole stands in the snapshot, whose reading is audited."""
    return f"{name.strip()[:1]}*"


def _open_names(tasks: Sequence[BoTask]) -> set[str]:
    return {task.name for task in tasks if task.state == TaskState.OPEN}


def _may_complete(staff: BoStaff, task: BoTask, findings: Findings) -> bool:
    return task.state == TaskState.OPEN and allows(TASK_COMPLETE, staff, task, findings)


def _results(task: BoTask, case: BoCase, findings: Findings) -> list[str]:
    """What the form offers: not what would be refused in any case."""
    barred = set()
    if not may_approve(findings, publicity_exempt=case.publicity_exempt):
        barred.add("approved")
    if findings.returns >= MAX_RETURNS:
        barred.add("returned")
    return [result for result in RESULTS[TaskName(task.name)] if result not in barred]


def _surveyors(work: Work, staff: BoStaff, task: BoTask) -> list[tuple[str, str]]:
    if task.name != TaskName.SURVEY:
        return []
    found = queries.colleagues(work, task.division, StaffRole.SURVEYOR)
    return [
        (str(one.id), str(one.unseal(work.vault, "name"))) for one in found if one.id != staff.id
    ]


def _steps(work: Work, tasks: Sequence[BoTask]) -> list[Step]:
    said = {task.id: task.unseal(work.vault, "note") or {} for task in tasks}
    ids = {task.completed_by for task in tasks if task.completed_by}
    ids |= {UUID(one) for told in said.values() for one in told.get("investigators", ())}
    names = queries.staff_names(work, ids)
    return [_step(task, said[task.id], names) for task in tasks]


def _step(task: BoTask, told: Mapping[str, Any], names: Mapping[UUID, str]) -> Step:
    record: Mapping[str, Any] = told.get("record") or {}
    return Step(
        task=task,
        by=names.get(task.completed_by, "") if task.completed_by else "",
        note=told.get("note", ""),
        reasons=told.get("reasons", ()),
        visited_by=[names.get(UUID(one), "") for one in told.get("investigators", ())],
        visited_on=record.get("visitedOn"),
        findings=record.get("findings", {}),
        signed=bool(record.get("signed")),
    )


def _line(work: Work, case: BoCase, places: Mapping[str, str], task: BoTask | None = None) -> Line:
    snapshot = case.unseal(work.vault, "snapshot")
    return Line(case, snapshot["applicantName"], places.get(case.division, case.division), task)


def _places(work: Work, codes: Sequence[str]) -> dict[str, str]:
    """Township and village of each code, as far as they are known."""
    towns = {code: f"{code[:9]}000" for code in codes}
    names = regions.names_of(work, {*codes, *towns.values()})
    return {
        code: " ".join(dict.fromkeys(names[one] for one in (town, code) if one in names)) or code
        for code, town in towns.items()
    }


def place_of(work: Work, code: str) -> str:
    """The whole name of a division, from the city down."""
    path = regions.division_path(work, code)
    return "".join(place.name for place in path[1:]) or code
