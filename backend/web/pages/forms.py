"""What was typed into a form: loaded by a schema, and kept for the page that is shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from flask import g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from backend.core import messages
from backend.core.errors import (
    AppError,
    BadRequest,
    Forbidden,
    Invalid,
    StaleVersion,
    VersionMissing,
)
from backend.core.uow import ChangedMeanwhile
from backend.web.problems import field_errors, sentence_params
from backend.web.uploads import keep_off_the_disk

CSRF, ONCE, VERSION = "_csrf", "_once", "_version"
_OWN = frozenset({CSRF, ONCE, VERSION})
_SECRET = frozenset({"password", "totp"})  # never sent back
_MOST_SHOWN = 40
_CODE = re.compile(r"[a-z/][A-Za-z0-9/_]*")  # what a choice sends; nobody typed it


class FormTooOld(Forbidden):
    """The form does not come from a page that this session was shown, or it lay for too long."""

    code = "form_too_old"


class ColleagueFaster(StaleVersion):
    """Somebody else dealt with this while it lay open here."""

    code = "colleague_faster"


@dataclass(frozen=True)
class Fault:
    """One sentence at one field, or at the head of the form."""

    text: str
    next: str


@dataclass(frozen=True)
class Typed:
    """What stood in a form that could not be taken; empty on a page that is shown first."""

    form: str = ""
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    head: Fault | None = None
    code: str = ""
    faults: Mapping[str, Fault] = field(default_factory=dict)

    def value(self, form: str, name: str, default: str = "") -> str:
        """What stands in a field of this form."""
        if self.form != form:
            return default
        return self.values.get(name, "")

    def checked(self, form: str, name: str, value: str, default: bool = False) -> bool:
        """Whether a box or an option of this form is marked."""
        if self.form != form:
            return default
        return value in self.values.getlist(name)

    def fault(self, form: str, name: str) -> Fault | None:
        return self.faults.get(name) if self.form == form else None

    def left(self) -> list[str]:
        """Texts that somebody would not like to type again."""
        kept = [
            value.strip()
            for name, value in self.values.items(multi=True)
            if name not in _OWN | _SECRET
            and len(value.strip()) > 1
            and not _CODE.fullmatch(value.strip())
        ]
        return kept[:_MOST_SHOWN]


EMPTY = Typed()


def typed() -> Typed:
    """What the current page shows again."""
    found: Typed = g.get("typed", EMPTY)
    return found


def remember(form: str, error: AppError) -> None:
    """Keep what was typed and what is wrong with it for the page that is shown again."""
    error = ColleagueFaster() if isinstance(error, StaleVersion | ChangedMeanwhile) else error
    words = messages.say(error.code, sentence_params(error))
    faults: dict[str, Fault] = {}
    for one in error.errors:
        told = messages.say(one.code, one.params)
        faults.setdefault(one.path.strip("/"), Fault(told.zh, told.zh_next))
    if error.path is not None:
        faults.setdefault(error.path.strip("/"), Fault(words.zh, words.zh_next))
    head = Fault(words.zh, words.zh_next)
    g.typed = Typed(form, MultiDict(request.form), head, error.code, faults)


def point_out(form: str, code: str, faults: Mapping[str, Fault]) -> None:
    """Say a word of the catalogue above a form, and at its fields what `faults` says there."""
    words = messages.say(code)
    g.typed = Typed(form, MultiDict(), Fault(words.zh, words.zh_next), code, faults)


def remember_typed() -> None:
    """Keep what was typed for a page of refusal."""
    if request.method == "POST":
        with suppress(RequestEntityTooLarge):  # of what was too much, nothing was read
            g.typed = Typed(values=MultiDict(request.form))


def read_body() -> None:
    """Take the body as it came, before it is parsed: its hash tells a repetition."""
    keep_off_the_disk()
    request.get_data(cache=True)
    if any("\0" in part for pair in request.form.items(multi=True) for part in pair):
        raise BadRequest()


def version() -> int:
    """The version of what the page showed; raises VersionMissing."""
    given = request.form.get(VERSION, "")
    if not (given.isascii() and given.isdigit() and len(given) <= 12):
        raise VersionMissing()
    return int(given)


def load(schema: ma.Schema, data: Mapping[str, Any]) -> Any:
    """What a body of the API would give; raises Invalid with a fault at each wrong field."""
    try:
        return schema.load(data)
    except ma.ValidationError as wrong:
        raise Invalid(errors=field_errors(wrong.messages)[:50]) from wrong
