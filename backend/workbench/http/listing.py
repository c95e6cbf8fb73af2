"""The one list, the search for a receipt, and the way to the next matter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from backend.core.ids import normalise_code
from backend.staff import queries as staff
from backend.web import actor, work
from backend.web.pages import load, to
from backend.web.schemas import Shaped
from backend.workbench import service
from backend.workbench.errors import ReceiptUnknown
from backend.workbench.http.desk import READERS, SEAT, STAFF, pages, show, task_source
from backend.workbench.rules.words import words
from backend.workbench.service import ListQuery
from backend.workbench.service.listing import path_of

_STATES = (*staff.STATES, staff.ANY_STATE)
_KINDS = (*staff.KINDS, "task")


class _ListQuery(ma.Schema):
    """Filters as they stand in the address; what is not known there is left out."""

    class Meta:
        unknown = ma.EXCLUDE

    kind = ma.fields.String(validate=ma.validate.OneOf(_KINDS))
    state = ma.fields.String(validate=ma.validate.OneOf(_STATES))
    overdue = Shaped("1")
    mine = Shaped("1")
    village = Shaped("[0-9]{12}")
    cursor = ma.fields.String(validate=ma.validate.Length(max=900))


_QUERY = _ListQuery()


@pages.page("/worklist", "deskWorklist", STAFF)
def worklist_page() -> str:
    """What waits here, the earliest due first."""
    given = {name: value for name, value in request.args.items() if value} if _is_get() else {}
    query = _query(load(_QUERY, given))
    username = staff.username(work(), actor().id)
    found = service.worklist(work(), actor(), query, task_source(), username)
    return show(
        "worklist",
        found=found,
        query=query,
        kinds=[*service.kinds_of(actor()), *(["task"] if "task" in found.counts else [])],
        total=sum(found.counts.values()),
        states={code: words("state")[code] for code in _STATES},
        villages=service.villages(work(), actor()),
        filters=_address(given),
    )


def _is_get() -> bool:
    return request.method == "GET"


def _query(loaded: dict[str, Any]) -> ListQuery:
    flags = {name: name in loaded for name in ("overdue", "mine")}
    return ListQuery(**{**loaded, **flags})


def _address(given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name in _QUERY.fields}


@pages.act("/search", "deskSearch", READERS, shows=worklist_page, once=False)
def search() -> Response:
    """Open the case of a receipt code, which stands in no address: it opens a look-up."""
    code = normalise_code(request.form.get("code", "")[:40])
    found = staff.case_by_receipt(work(), actor(), code) if code else None
    if found is None:
        raise ReceiptUnknown(path="/code")
    return to(path_of("application", found))


@pages.page("/next/<string:kind>/<uuid:matter_id>", "deskNext", STAFF)
def next_page(kind: str, matter_id: UUID) -> Response:
    """Lead to what comes after a matter, else to the list."""
    found = service.following(work(), actor(), kind, matter_id)
    if found is None:
        return to(SEAT.home, "said_nothing_left")
    return to(path_of(*found))
