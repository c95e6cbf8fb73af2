"""The one list: what waits at this desk, of all kinds, by the day on which it is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from backend.applications.states import FORWARDED
from backend.consent import queries as consent
from backend.core.access import Actor, Role
from backend.core.clocks import SHANGHAI
from backend.core.uow import Work
from backend.identity.rules import mask_name
from backend.policy import queries as policy
from backend.regions import queries as regions
from backend.regions.queries import Place
from backend.regions.rules import Calendar, Level
from backend.staff import queries as staff
from backend.staff.queries import Narrowing, Waiting
from backend.staff.rules import due_on, overdue_since
from backend.workbench.ports import TaskSource, TasksUnavailable, WorkflowTask
from backend.workbench.rules.order import cursor_after, is_rest, merged, numbered_of, places_of
from backend.workbench.rules.words import word

log = structlog.get_logger("zhangban.workbench")
PAGE = 50
TASK = "task"
_LOOKERS = frozenset({Role.COUNTY, Role.CITY, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What somebody wants to see; nothing of it is about a person."""

    kind: str | None = None
    state: str | None = None
    overdue: bool = False
    mine: bool = False
    village: str | None = None
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list as it is read."""

    kind: str
    link: str
    title: str
    name: str
    place: str
    state: str
    came_on: date | None
    due_on: date
    overdue: bool
    by_helper: bool
    ways: Sequence[str] = ()


@dataclass(frozen=True)
class Worklist:
    """One page of the list. `counts` are of every kind, `wanted` of all pages of those asked for;
    `tasks_down`: the back office did not answer, its tasks are missing.
    """

    lines: list[Line]
    counts: Mapping[str, int]
    wanted: int
    next_cursor: str | None
    tasks_down: bool = False
    today: date | None = None


@dataclass(frozen=True)
class _Desk:
    """Who looks, and what is the same for every row."""

    work: Work
    actor: Actor
    query: ListQuery
    today: date
    calendar: Calendar
    scope: str
    streams: dict[str, list[Any]] = field(default_factory=dict)


def kinds_of(actor: Actor) -> tuple[str, ...]:
    """The kinds that this person's list holds: who may read what is in docs/audience.md."""
    if actor.has(Role.TOWNSHIP):
        return staff.KINDS
    kinds: tuple[str, ...] = ("application",) if actor.has(*_LOOKERS) else ()
    if actor.has(Role.VILLAGE):
        kinds = (*kinds, "help")
    return (*kinds, "wish") if actor.has(Role.VILLAGE, *_LOOKERS) else kinds


def villages(work: Work, actor: Actor) -> Sequence[Place]:
    """The places below this desk, to narrow the list by."""
    scope = actor.scope or ""
    if len(scope) not in {6, 9}:
        return ()
    found = regions.list_divisions(work, f"{scope:0<12}") if scope else []
    return [place for place in found if place.level > Level.COUNTY]


def worklist(
    work: Work, actor: Actor, query: ListQuery, tasks: TaskSource, username: str
) -> Worklist:
    """One page; raises CursorInvalid. The back office is asked while nothing is locked."""
    desk = _desk(work, actor, query)
    kinds = _wanted(kinds_of(actor), query)
    places = places_of(query.cursor, kinds)
    for kind in kinds:
        desk.streams[kind] = list(
            staff.waiting(work, actor, kind, _narrowing(desk, kind), places.get(kind), PAGE + 1)
        )
    with_tasks = query.kind in (None, TASK) and not query.state and tasks.serves(username)
    open_tasks = _tasks(desk, tasks, username) if with_tasks else []
    if open_tasks:
        desk.streams[TASK] = open_tasks[numbered_of(query.cursor, TASK) :]
    found, taken = merged(desk.streams, lambda one: _due(desk, one), PAGE)
    rest = is_rest(desk.streams, taken)
    counts = {
        kind: staff.count(work, actor, kind, _narrowing(desk, kind)) for kind in kinds_of(actor)
    }
    if with_tasks and open_tasks is not None:
        counts[TASK] = len(open_tasks)
    return Worklist(
        _lines(desk, found),
        counts,
        sum(counts[kind] for kind in _wanted(counts, query)),
        cursor_after(query.cursor, places, desk.streams, taken, numbered=TASK) if rest else None,
        tasks_down=open_tasks is None,
        today=desk.today,
    )


def _wanted(kinds: Iterable[str], query: ListQuery) -> list[str]:
    """The kinds of which something may stand in the list; a case's state is nothing else's."""
    found = [kind for kind in kinds if query.kind in (None, kind)]
    return [kind for kind in found if kind == "application"] if query.state else found


def following(work: Work, actor: Actor, kind: str, matter_id: UUID) -> tuple[str, UUID] | None:
    """What comes after a matter: the next of its kind, else the first that waits; None at the
    end of all work.
    """
    kinds = kinds_of(actor)
    if kind not in kinds:
        return None
    everything = Narrowing(actor.scope or "none", mine=True)
    after = staff.position_of(work, kind, matter_id)
    for one in [kind, kind, *(other for other in kinds if other != kind)]:
        found = staff.waiting(work, actor, one, everything, after, 2)
        for matter in found:
            if matter.id != matter_id:
                return one, matter.id
        after = None
    return None


def due_here(work: Work, actor: Actor, kind: str, came_at: datetime) -> date:
    """By when this desk means to look at something that came at a moment."""
    calendar = regions.calendar(work, actor.scope or "none")
    return due_on(kind, came_at.astimezone(SHANGHAI).date(), calendar)


def _desk(work: Work, actor: Actor, query: ListQuery) -> _Desk:
    own = actor.scope or "none"
    inside = query.village is not None and query.village.startswith(own)
    scope = str(query.village).rstrip("0") if inside else own
    narrow = own if len(scope) < len(own) else _whole_level(scope)
    calendar = regions.calendar(work, own)
    return _Desk(work, actor, query, work.legal.today(), calendar, narrow)


def _whole_level(prefix: str) -> str:
    """A code without its closing zeros, as long as a level's prefix is."""
    length = next(n for n in (2, 4, 6, 9, 12) if n >= len(prefix))
    return prefix.ljust(length, "0")


def _narrowing(desk: _Desk, kind: str) -> Narrowing:
    until = overdue_since(kind, desk.today, desk.calendar) if desk.query.overdue else None
    late = desk.today if desk.query.overdue else None
    return Narrowing(desk.scope, desk.query.state, until, late, desk.query.mine)


def _due(desk: _Desk, one: Waiting | WorkflowTask) -> date:
    if isinstance(one, WorkflowTask):
        return one.due_on
    if one.due_on is not None and not desk.query.state:
        return one.due_on
    return due_on(one.kind, one.came_on, desk.calendar)


def _tasks(desk: _Desk, source: TaskSource, username: str) -> list[WorkflowTask] | None:
    """The tasks that are wanted; None where nobody answers."""
    try:
        found = source.open_tasks(username)
    except TasksUnavailable:
        log.warning("backoffice_tasks_unavailable")
        return None
    return [task for task in found if _is_wanted(desk, task)]


def _is_wanted(desk: _Desk, task: WorkflowTask) -> bool:
    late = task.due_on < desk.today or not desk.query.overdue
    return late and task.division.startswith(desk.scope)


def _lines(desk: _Desk, found: Sequence[Waiting | WorkflowTask]) -> list[Line]:
    names = regions.names_of(desk.work, {one.division for one in found})
    cases = [one.id for one in found if isinstance(one, Waiting) and one.kind == "application"]
    ways = consent.ways_wished(desk.work, cases)
    return [
        _line(desk, one, names, ways.get(one.id, ()) if isinstance(one, Waiting) else ())
        for one in found
    ]


def _line(
    desk: _Desk, one: Waiting | WorkflowTask, names: Mapping[str, str], ways: Sequence[str]
) -> Line:
    due = _due(desk, one)
    place = names.get(one.division, "")
    late = due < desk.today
    if isinstance(one, WorkflowTask):
        link = f"/desk/office/cases/{one.case_row_id}"
        return Line(TASK, link, word(TASK, one.name), "", place, "等办", None, due, late, False)
    name = one.name
    if name and one.kind != "help" and not desk.actor.has(Role.TOWNSHIP):
        name = mask_name(name)
    if desk.query.state:
        due = one.due_on or due
        late = due < desk.today and (one.state in staff.OPEN_AT_DESK or one.state in FORWARDED)
    return Line(
        one.kind, f"/desk/{_PATHS[one.kind]}/{one.id}", _title(desk, one), name, place,
        _state(one), one.came_on, due, late, one.by_helper, ways,
    )  # fmt: skip


_STATED = frozenset({"state", "mandate", "help", "wish"})
_PATHS = {
    "application": "cases",
    "review": "reviews",
    "counter": "counter",
    "mandate": "mandates",
    "help": "help",
    "wish": "wishes",
}


def path_of(kind: str, matter_id: UUID) -> str:
    """Where a matter's page is."""
    return f"/desk/{_PATHS[kind]}/{matter_id}"


def _title(desk: _Desk, one: Waiting) -> str:
    if one.kind == "application":
        return policy.programme(desk.work, one.about).name.zh
    if one.kind == "review":
        return f"看照片：{word('review', one.about)}"
    if one.kind == "counter":
        return "等第二位见证人"
    return {"mandate": "看委托书", "help": "请人来帮忙"}.get(one.kind, "看心愿")


def _state(one: Waiting) -> str:
    table = "state" if one.kind == "application" else one.kind
    return word(table, one.state) if table in _STATED else "等办"
