"""Keep and read the people of a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from backend.core.errors import FieldError
from backend.core.prepared import Prepared, inserting
from backend.core.uow import Work
from backend.households.errors import HouseholdImplausible, MemberNotFound
from backend.households.models import HouseholdMember
from backend.households.rules import PersonData, PersonRole, household_faults
from backend.identity.service import ensure_person

_M = HouseholdMember
_PEOPLE = Prepared(
    select(_M.id, _M.role, _M.relation, _M.name, _M.id_number, _M.details)
    .where(_M.case_id == bindparam("case"))
    .order_by(_M.id)
)
_PERSONS = Prepared(select(_M.id, _M.person_id).where(_M.case_id == bindparam("case")))
_ADD = inserting(HouseholdMember)
_IN_DETAILS = ("phone", "work", "health", "incapable", "incomes", "deductions")
# Not in what was sealed before there was such a thing.
_SINCE = {"incomes_unknown": False, "disability": None}


def people_of(work: Work, case_id: UUID) -> list[PersonData]:
    """Everybody of a case, in the order in which they were added."""
    return [_open(work, *row) for row in _PEOPLE.rows(work, case=case_id)]


def person_of(work: Work, case_id: UUID, person_id: UUID) -> PersonData | None:
    """One person of a case; None where nobody of this id is in it."""
    return next((p for p in people_of(work, case_id) if p.id == person_id), None)


def put_person(work: Work, case_id: UUID, county: str, data: PersonData) -> None:
    """Add or replace one person; raises HouseholdImplausible, MemberNotFound for an id of
    another case.

    A fault of this person has its place in the person ("/idNumber"), one of another in the list.
    """
    row = work.session.get(HouseholdMember, data.id)
    if row is not None and row.case_id != case_id:
        raise MemberNotFound()
    people = {person.id: person for person in people_of(work, case_id)} | {data.id: data}
    place = list(people).index(data.id)
    faults = household_faults(list(people.values()))
    if faults:
        raise HouseholdImplausible(errors=[_from_person(fault, place) for fault in faults])
    if row is None:
        row = HouseholdMember(id=data.id, case_id=case_id, county=county)
    for column, value in _closed(work, data).items():
        setattr(row, column, value)
    work.session.add(row)


def add_people(work: Work, case_id: UUID, county: str, people: Sequence[PersonData]) -> None:
    """Add all at once to a new case; raises HouseholdImplausible."""
    check(people)
    now = work.wall.now()
    rows = [
        {**_closed(work, data), "case_id": case_id, "county": county, "created_at": now}
        for data in people
    ]
    if rows:
        _ADD.run_each(work, rows)


def remove_person(work: Work, case_id: UUID, person_id: UUID) -> None:
    """Take one person out; raises MemberNotFound."""
    row = work.session.get(HouseholdMember, person_id)
    if row is None or row.case_id != case_id:
        raise MemberNotFound()
    work.session.delete(row)


def person_ids(work: Work, case_id: UUID) -> dict[UUID, UUID]:
    """Which person (identity) each member of a case is."""
    return dict(_PERSONS.rows(work, case=case_id))


def check(people: Sequence[PersonData]) -> None:
    """Raise HouseholdImplausible where these people cannot be one household."""
    faults = household_faults(people)
    if faults:
        raise HouseholdImplausible(errors=faults)


def _from_person(fault: FieldError, place: int) -> FieldError:
    head = f"/members/{place}/"
    return (
        replace(fault, path=f"/{fault.path.removeprefix(head)}")
        if (fault.path.startswith(head))
        else fault
    )


def _closed(work: Work, data: PersonData) -> dict[str, Any]:
    """The columns that hold a person, sealed."""
    table, vault = _M.__tablename__, work.vault
    details = {key: getattr(data, key) for key in (*_IN_DETAILS, *_SINCE)}
    return {
        "id": data.id,
        "role": data.role,
        "relation": data.relation,
        "person_id": ensure_person(work, data.id_number),
        "name": vault.seal(table, "name", data.id, data.name),
        "id_number": vault.seal(table, "id_number", data.id, data.id_number),
        "details": vault.seal(table, "details", data.id, details),
        "id_number_digest": vault.digest("id_number", data.id_number),
    }


def _open(
    work: Work, member_id: UUID, role: str, relation: str, name: bytes, number: bytes, rest: bytes
) -> PersonData:
    table, vault = _M.__tablename__, work.vault
    details = _SINCE | vault.open(table, "details", member_id, rest)
    return PersonData(
        id=member_id,
        role=PersonRole(role),
        name=vault.open(table, "name", member_id, name),
        id_number=vault.open(table, "id_number", member_id, number),
        relation=relation,
        phone=details["phone"],
        work=details["work"],
        health=details["health"],
        disability=details["disability"],
        incapable=details["incapable"],
        incomes=tuple(details["incomes"]),
        incomes_unknown=details["incomes_unknown"],
        deductions=tuple(details["deductions"]),
    )
