"""The two lists: what I have to do, and the cases of my place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import marshmallow as ma
from flask import request

from backend.backoffice import service
from backend.backoffice.http.office import OWN_STAFF, pages, show
from backend.backoffice.queries import CaseFilter, TaskFilter
from backend.backoffice.service import showing
from backend.backoffice.states import Stage, TaskName
from backend.core.paging import PageRequest
from backend.web import Schema, actor, work
from backend.web.pages import load

_LIMIT = 30
_DIVISION = ma.validate.Regexp(r"\A(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?\Z")


class _Page(Schema):
    class Meta(Schema.Meta):
        unknown = ma.EXCLUDE

    cursor = ma.fields.String(load_default=None, validate=ma.validate.Length(max=400))
    division = ma.fields.String(load_default="", validate=_DIVISION)


class TasksQuery(_Page):
    """Which tasks: of one kind, due by when, in which place."""

    kind = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", *TaskName]))
    due = ma.fields.String(load_default="", validate=ma.validate.OneOf(["", "late", "soon"]))


class CasesQuery(_Page):
    """Which cases: under review, at one stage, or ended."""

    show = ma.fields.String(
        load_default="open", validate=ma.validate.OneOf(["open", "ended", *Stage])
    )


@pages.page("/tasks", "officeTasks", OWN_STAFF)
def tasks() -> str:
    """The open tasks that I may do, the earliest due first."""
    wanted = _asked(TasksQuery())
    today = work().legal.today()
    which = TaskFilter(
        name=TaskName(wanted["kind"]) if wanted["kind"] else None,
        due_by=_due_by(wanted["due"], today),
        division=wanted["division"],
    )
    page = showing.worklist(work(), actor(), which, PageRequest(_LIMIT, wanted["cursor"]))
    soon, people = today + showing.SOON, service.demo_seats(work())
    return show("tasks", page=page, wanted=wanted, today=today, soon=soon, people=people)


def _due_by(due: str, today: date) -> date | None:
    return {"late": today - timedelta(days=1), "soon": today + showing.SOON}.get(due)


@pages.page("/cases", "officeCases", OWN_STAFF)
def cases() -> str:
    """The cases of my place."""
    wanted = _asked(CasesQuery())
    shown = wanted["show"]
    which = CaseFilter(
        ended=shown == "ended",
        stage=Stage(shown) if shown in list(Stage) else None,
        division=wanted["division"],
    )
    page = showing.caselist(work(), actor(), which, PageRequest(_LIMIT, wanted["cursor"]))
    return show("cases", page=page, wanted=wanted, today=work().legal.today())


def _asked(schema: Schema) -> dict[str, Any]:
    asked: dict[str, Any] = load(schema, request.args.to_dict())
    asked["cursor"] = asked["cursor"] or None
    return asked
