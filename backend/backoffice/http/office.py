"""The back office's own desk: its seat, who may look, what its templates know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from flask import render_template

from backend.backoffice.rules.words import word, words
from backend.backoffice.service import showing
from backend.core.access import Role
from backend.core.errors import AppError, FieldError, Invalid
from backend.web import actor, work
from backend.web.pages import Pages, Seat

OWN_STAFF = frozenset({Role.BACKOFFICE})
SEAT = Seat(
    cookie="office", path="/desk/office", log_in="/desk/office/login", home="/desk/office/tasks"
)
pages = Pages("office", __name__, prefix="/desk/office", seat=SEAT, template_folder="../templates")


def show(template: str, **more: Any) -> str:
    """A page for somebody who is logged in, with what all of them know."""
    return bare(template, staff=showing.me(work(), actor()), **more)


def bare(template: str, **more: Any) -> str:
    """A page for anybody."""
    return render_template(f"office/{template}.html", say=word, words=words, **more)


def at_fields(error: AppError) -> NoReturn:
    """The same problem, each fault at the field of the form: `/reasons/0` stands at `reasons`."""
    raise Invalid(errors=list(_flat(error.errors))) from error


def _flat(errors: Iterable[FieldError]) -> Iterable[FieldError]:
    for one in errors:
        yield FieldError(f"/{one.path.strip('/').split('/')[0]}", one.code, one.params)
