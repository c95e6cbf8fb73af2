"""窗口代录: what a household earns, spends and has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.applications import schemas
from backend.applications import service as applications
from backend.core.errors import FieldError, Invalid
from backend.core.money import fen_of
from backend.households.rules import PersonData
from backend.policy.rules.values import Kind
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench import service
from backend.workbench.http.desk import TOWNSHIP, pages
from backend.workbench.http.filing import at, filing_page, typed

_MONEY, _PATCH = schemas.MoneyBody(), schemas.ApplicationPatch()
_PARTS = ("incomes", "deductions")
_MOST_ROWS = 20
_EMPTY_ROWS = {"incomes": 2, "deductions": 1}
_AT_ROW = re.compile(r"/(incomes|deductions)/(\d+)(.*)")
Rows = dict[str, list[int]]


@pages.page("/filings/<uuid:application_id>/money", "deskFilingMoney", TOWNSHIP)
def money_page(application_id: UUID) -> str | Response:
    """What everybody earns and spends, and what there is."""
    return filing_page("money", application_id, empty=_EMPTY_ROWS, most=_MOST_ROWS, kinds=_kinds)


def _kinds(words: Mapping[str, Kind]) -> list[tuple[str, str]]:
    return [(code, kind.words.zh) for code, kind in words.items()]


@pages.act("/filings/<uuid:application_id>/money", "deskFileMoney", TOWNSHIP, shows=money_page)
def keep_money(application_id: UUID) -> Response:
    """All of the page at once; a wrong amount anywhere keeps everything as it was."""
    seen = version()
    found = service.filing(work(), actor(), application_id)
    faults: list[FieldError] = []
    people = [_person(n, person, faults) for n, person in found.earners]
    cash = _cash(faults)
    if faults:
        raise Invalid(errors=faults)
    for new, (_, before) in zip(people, found.earners, strict=True):
        if new != before:
            seen = _put(application_id, seen, new)
    applications.patch(work(), actor(), application_id, seen, cash)
    step = "money" if request.form.get("then") == "stay" else "promise"
    return to(at(application_id, step), "said_filing_kept")


def _put(application_id: UUID, seen: int, new: PersonData) -> int:
    """Keep one person's money; the version that the case has then."""
    case = applications.put_member(work(), actor(), application_id, seen, new.id, lambda _: new)
    return case.version


def _person(n: int, person: PersonData, faults: list[FieldError]) -> PersonData:
    """The person with the money of the page; what is wrong is added to the faults."""
    rows: Rows = {part: _used(n, part) for part in _PARTS}
    given: dict[str, Any] = {part: [_item(n, part, k) for k in rows[part]] for part in _PARTS}
    try:
        body = load(
            _MONEY, {**given, "incomesUnknown": f"members/{n}/incomesUnknown" in request.form}
        )
    except Invalid as wrong:
        faults += [_told(one, _on_page(n, one.path, rows)) for one in wrong.errors]
        return person
    return replace(
        person,
        incomes=tuple(body["incomes"]),
        incomes_unknown=body["incomes_unknown"],
        deductions=tuple(body["deductions"]),
    )


def _used(n: int, part: str) -> list[int]:
    """The rows in which something was written."""
    head = f"members/{n}/{part}"
    return [
        k for k in range(_MOST_ROWS) if typed(f"{head}/{k}/kind") or typed(f"{head}/{k}/amountFen")
    ]


def _item(n: int, part: str, k: int) -> dict[str, Any]:
    head = f"members/{n}/{part}/{k}"
    return {
        "kind": typed(f"{head}/kind"),
        "amountFen": _fen(typed(f"{head}/amountFen"), signed=True),
        "period": typed(f"{head}/period"),
    }


def _fen(text: str, *, signed: bool = False) -> int | str:
    """What is no amount is left to the schema's words."""
    fen = fen_of(text, signed=signed)
    return text if fen is None else fen


def _on_page(n: int, path: str, rows: Rows) -> str:
    """A fault keeps the number that its row has on the page."""
    found = _AT_ROW.fullmatch(path)
    if found is None:
        return f"/members/{n}{path}"
    part, place, rest = found.groups()
    return f"/members/{n}/{part}/{rows[part][int(place)]}{rest}"


def _told(fault: FieldError, path: str) -> FieldError:
    """An amount that cannot be read is told with an example."""
    if not path.endswith("Fen") or fault.code != "field_invalid":
        return replace(fault, path=path)
    return FieldError(path, "amount_unreadable" if typed(path.strip("/")) else "field_required")


def _cash(faults: list[FieldError]) -> dict[str, Any]:
    text, unknown = typed("cashAssetsFen"), "cashAssetsUnknown" in request.form
    given: dict[str, Any] = {"cashAssetsFen": _fen(text) if text else None}
    if not text and not unknown:
        faults.append(FieldError("/cashAssetsFen", "money_not_asked"))
    try:
        return schemas.form_changes(load(_PATCH, {**given, "cashAssetsUnknown": unknown}))
    except Invalid as wrong:
        faults += [_told(one, one.path) for one in wrong.errors]
        return {}
