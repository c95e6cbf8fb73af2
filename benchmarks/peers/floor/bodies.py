"""A body checked by hand: every field's kind, length and words, nothing unknown."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import orjson
from flask import request
from werkzeug.exceptions import BadRequest, UnprocessableEntity

from backend.households.rules import RELATIONS, PersonData, PersonRole, household_faults
from backend.identity.rules import id_number_fault, is_valid_name, normalise_id_number
from backend.regions.rules import is_code
from benchmarks.peers.ids import uuid7

_TOP = frozenset(
    {"programme", "division", "area", "mandateId", "members", "cashAssetsFen",
     "cashAssetsUnknown", "truthPromise",
     "staffRelatives"}
)  # fmt: skip
_PERSON = frozenset(
    {"role", "name", "idNumber", "relation", "phone", "work", "health", "incapable", "incomes",
     "deductions", "incomesUnknown", "disability"}
)  # fmt: skip
_ITEM = frozenset({"kind", "amountFen", "period"})
_WORK = frozenset({"employed", "farming", "casual", "unemployed", "student", "retired", "unable"})
_HEALTH = frozenset({"good", "chronic", "serious", "disabled"})
_DISABILITIES = frozenset({"sight", "hearing", "speech", "limb", "intellect", "mental", "multiple"})
_GRADES = frozenset({1, 2, 3, 4})
_PHONE = re.compile(r"1[3-9][0-9]{9}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MOST_FEN = 10**10


def application(today: date) -> tuple[dict[str, Any], list[PersonData]]:
    """The body of createApplication and its people; 400 or 422."""
    body = _json()
    _need(isinstance(body, dict) and body.keys() <= _TOP)
    _need(isinstance(body.get("programme"), str) and 1 <= len(body["programme"]) <= 40)
    _need(isinstance(body.get("division"), str) and is_code(body["division"]))
    _need(body.get("area") in ("urban", "rural"))
    _need(body.get("mandateId") is None)
    _need(body.get("cashAssetsFen") is None or _fen(body["cashAssetsFen"], least=0))
    promise = body.get("truthPromise")
    _need(
        promise is None or (isinstance(promise, dict) and isinstance(promise.get("accepted"), bool))
    )
    _relatives(body.get("staffRelatives"))
    members = body.get("members", [])
    _need(isinstance(members, list) and len(members) <= 30)
    people = [_person(member, today) for member in members]
    _need(not household_faults(people))
    return body, people


def _json() -> Any:
    raw = request.get_data(cache=True)
    if not request.is_json or b"\\u0000" in raw:
        raise BadRequest()
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as broken:
        raise BadRequest() from broken


def _need(right: bool) -> None:
    if not right:
        raise UnprocessableEntity()


def _fen(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _MOST_FEN


def _text(value: Any, most: int) -> str:
    _need(isinstance(value, str))
    text = str(value).strip()
    _need(1 <= len(text) <= most and not _CONTROL.search(text))
    return text


def _relatives(found: Any) -> None:
    if found is None:
        return
    _need(isinstance(found, list) and len(found) <= 10)
    for one in found:
        _need(isinstance(one, dict) and one.keys() == {"name", "workplace"})
        _need(is_valid_name(_text(one["name"], 50)))
        _text(one["workplace"], 100)


def _person(body: Any, today: date) -> PersonData:
    _need(isinstance(body, dict) and body.keys() <= _PERSON)
    name = _text(body.get("name"), 50)
    _need(is_valid_name(name))
    typed = body.get("idNumber")
    _need(isinstance(typed, str) and len(typed) <= 60)
    number = normalise_id_number(typed)
    _need(id_number_fault(number, today) is None)
    role, relation = body.get("role", "member"), body.get("relation")
    _need(role in ("member", "supporter") and relation in RELATIONS)
    phone, work, health = body.get("phone"), body.get("work"), body.get("health")
    _need(phone is None or (isinstance(phone, str) and _PHONE.fullmatch(phone) is not None))
    _need(work is None or work in _WORK)
    _need(health is None or health in _HEALTH)
    incapable = _flag(body, "incapable")
    return PersonData(
        uuid7(),
        PersonRole(role),
        name,
        number,
        relation,
        phone,
        work,
        health,
        incapable,
        _items(body.get("incomes", [])),
        _items(body.get("deductions", [])),
        _flag(body, "incomesUnknown"),
        _certificate(body.get("disability"), health),
    )


def _certificate(body: Any, health: str | None) -> dict[str, Any] | None:
    if body is None:
        return None
    _need(isinstance(body, dict) and body.keys() == {"kind", "grade"} and health == "disabled")
    _need(body["kind"] in _DISABILITIES and body["grade"] in _GRADES)
    found: dict[str, Any] = body
    return found


def _flag(body: Any, name: str) -> bool:
    found = body.get(name, False)
    _need(isinstance(found, bool))
    return bool(found)


def _items(found: Any) -> tuple[dict[str, Any], ...]:
    _need(isinstance(found, list) and len(found) <= 20)
    return tuple(_item(one) for one in found)


def _item(one: Any) -> dict[str, Any]:
    _need(isinstance(one, dict) and one.keys() == _ITEM)
    _need(isinstance(one["kind"], str) and 1 <= len(one["kind"]) <= 40)
    _need(_fen(one["amountFen"], least=-_MOST_FEN) and one["period"] in ("month", "year"))
    return {"kind": one["kind"], "amount_fen": one["amountFen"], "period": one["period"]}
