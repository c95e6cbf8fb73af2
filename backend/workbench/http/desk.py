"""The desk's own kit: its seat, who may look, what its templates know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request

from backend.core.access import Actor, Role
from backend.documents.ports import DocumentKit
from backend.staff import queries as staff
from backend.web import actor, work
from backend.web.context import extension
from backend.web.doors import STAFF, TOWNSHIP
from backend.web.pages import Pages, Seat
from backend.workbench.ports import TaskSource
from backend.workbench.rules.words import reasons, word, words

SEAT = Seat(cookie="desk", path="/desk", log_in="/desk/login", home="/desk/worklist")
READERS = STAFF - {Role.VILLAGE}  # of cases; docs/audience.md
pages = Pages("desk", __name__, prefix="/desk", seat=SEAT, template_folder="../templates")

__all__ = ["READERS", "SEAT", "STAFF", "TOWNSHIP", "pages", "picked", "show"]


def show(template: str, **more: Any) -> str:
    """A page of the desk with what all of them know."""
    return render_template(
        f"workbench/{template}.html",
        word=word,
        words=words,
        reasons=reasons,
        staff_name=staff.staff_name(work(), actor().id),
        role_names="、".join(word("staff_role", role) for role in sorted(actor().roles)),
        is_township=actor().has(Role.TOWNSHIP),
        may_act=actor().has(Role.VILLAGE, Role.TOWNSHIP),
        may_print=actor().has(Role.TOWNSHIP, Role.COUNTY),
        is_auditor=actor().has(Role.AUDITOR),
        **more,
    )


def document_kit() -> DocumentKit:
    kit: DocumentKit = extension("documents")
    return kit


def task_source() -> TaskSource:
    source: TaskSource = extension("tasks")
    return source


def picked(name: str, form: Mapping[str, str] | None = None) -> str:
    """What was written in a field, else the ready sentence that was picked for it."""
    fields = request.form if form is None else form
    return (fields.get(name) or "").strip() or (fields.get(f"{name}.ready") or "").strip()


def caller() -> Actor:
    return actor()
