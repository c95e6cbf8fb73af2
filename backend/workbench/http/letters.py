"""Letters at the desk: one to print, and all of a day in one file for the printer."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import marshmallow as ma
from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from backend.core.access import Role
from backend.letters import service as letters
from backend.web import actor, units, work
from backend.web.context import context
from backend.web.pages import load
from backend.workbench.errors import NothingToPrint, TooManyToPrint
from backend.workbench.http.desk import READERS, pages, show

_PRINTERS = frozenset({Role.TOWNSHIP, Role.COUNTY})
# The browser's own reader draws with styles of its own; nothing else runs in such a page.
_PAPER = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class _DayQuery(ma.Schema):
    """A day in the address; what is not known there is left out."""

    class Meta:
        unknown = ma.EXCLUDE

    on = ma.fields.Date()
    after = ma.fields.UUID()


_QUERY = _DayQuery()


@pages.page("/letters/<uuid:letter_id>", "deskLetter", READERS)
def letter(letter_id: UUID) -> Response:
    """One letter, as it was issued."""
    return _paper(letters.one(units(), actor(), letter_id, context().kit.public_url))


@pages.page("/letters", "deskLetters", _PRINTERS)
def letters_page() -> str:
    """What was issued here on a day, to be printed together."""
    given = request.args if request.method == "GET" else request.form
    asked = load(_QUERY, {name: value for name, value in given.items() if value})
    on: date = asked.get("on") or work().legal.today()
    found = letters.of_day(work(), actor(), on, letters.MOST_AT_ONCE, asked.get("after"))
    return show("letters", found=found, today=work().legal.today(), most=letters.MOST_AT_ONCE)


@pages.act("/letters/print", "deskPrint", _PRINTERS, shows=letters_page, once=False)
def print_letters() -> Response:
    """The chosen letters in one file."""
    chosen = [UUID(one) for one in request.form.getlist("letter") if _is_id(one)]
    if not chosen:
        raise NothingToPrint()
    if len(chosen) > letters.MOST_AT_ONCE:
        raise TooManyToPrint(most=letters.MOST_AT_ONCE)
    return _paper(letters.together(units(), actor(), chosen, context().kit.public_url))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _paper(found: letters.PdfFile) -> Response:
    answer = FlaskResponse(found.pdf, mimetype="application/pdf")
    answer.headers["Content-Security-Policy"] = _PAPER
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f'inline; filename="{found.name}"'
    return answer
