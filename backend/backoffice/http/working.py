"""One task: what it asks for, and its completion."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from backend.backoffice import service
from backend.backoffice.errors import CompletionInvalid
from backend.backoffice.http.office import OWN_STAFF, at_fields, pages, show
from backend.backoffice.rules.completion import Completion
from backend.backoffice.rules.record import SIDES, Record
from backend.backoffice.rules.words import words
from backend.backoffice.schemas import CompletionBody
from backend.backoffice.service import showing
from backend.core.errors import FieldError, Invalid
from backend.core.money import fen_of
from backend.web import actor, work
from backend.web.pages import load, to, version

_PERSON = "person."


@pages.page("/tasks/<uuid:task_id>", "officeTask", OWN_STAFF)
def task(task_id: UUID) -> str:
    """One task, with its form where it is mine to do."""
    page = showing.task_page(work(), actor(), task_id)
    return show("task", page=page, file=page.case.file, today=work().legal.today())


@pages.act("/tasks/<uuid:task_id>", "officeTask", OWN_STAFF, shows=task)
def complete(task_id: UUID) -> Response:
    """Finish the task; the case moves on."""
    try:
        done = service.complete_task(work(), actor(), task_id, _completion(), version=version())
    except (CompletionInvalid, Invalid) as wrong:
        at_fields(wrong)
    return to(f"/desk/office/cases/{done.case_row_id}", "said_office_done")


def _completion() -> Completion:
    form, given = request.form, _given()
    completion: Completion = load(CompletionBody(), given)
    record = Record(
        findings={
            name.removeprefix(_PERSON): value
            for name, value in form.items()
            if name.startswith(_PERSON)
        },
        visited_on=_day(form.get("visitedOn", "")),
        signed=SIDES.intersection(form.getlist("signed")),
        posted_as_shown=form.get("posted") == "yes",
    )
    return Completion(
        result=completion.result,
        note=completion.note,
        amount_fen=completion.amount_fen,
        reasons=completion.reasons,
        investigators=completion.investigators,
        programme=completion.programme,
        record=record,
    )


def _given() -> dict[str, Any]:
    """What the body of the API would be: only what was filled in, and fits the chosen result."""
    form = request.form
    seen = [words("observed").get(code, "") for code in form.getlist("observed")]
    given: dict[str, Any] = {"note": "".join(seen) + form.get("note", "")}
    if form.get("result"):
        given["result"] = form["result"]
    reasons = [line.strip() for line in form.get("reasons", "").splitlines() if line.strip()]
    if reasons:
        given["reasons"] = reasons
    positive = form.get("result") != "negative"
    if form.get("programme") and positive:
        given["programme"] = form["programme"]
    if form.get("amountFen", "").strip() and positive and _may_pay(form.get("programme", "")):
        given["amountFen"] = _amount(form["amountFen"])
    if form.get("investigators"):
        given["investigators"] = [str(actor().id), form["investigators"]]
    return given


def _may_pay(programme: str) -> bool:
    """The reckoned amount stands in the form already: it means nothing for what pays nothing."""
    task_id = (request.view_args or {})["task_id"]
    page = showing.task_page(work(), actor(), task_id)
    return all(step.pays for step in page.cascade if step.programme == programme)


def _amount(typed: str) -> int:
    fen = fen_of(typed)
    if fen is None:
        raise Invalid(errors=[FieldError("/amountFen", "bo_amount_unreadable")])
    return fen


def _day(typed: str) -> date | None:
    try:
        return ma.fields.Date().deserialize(typed.strip())
    except ma.ValidationError:
        return None
