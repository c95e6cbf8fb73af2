"""createApplication in FastAPI."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import HTTPException
from sqlalchemy import Connection, Row, insert, or_, select

from backend.applications.rules import MOST_A_DAY, MOST_DRAFTS
from backend.households.rules import PersonData, PersonRole, applicant_of, household_faults
from benchmarks.peers.fastapi_peer import reading, writing
from benchmarks.peers.fastapi_peer.database import applications, divisions, members
from benchmarks.peers.fastapi_peer.entry import Caller
from benchmarks.peers.fastapi_peer.models import NewApplication, NewPerson
from benchmarks.peers.ids import uuid7
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals

_TOWNSHIP = 4


def people_of(body: NewApplication) -> list[PersonData]:
    """The people of the body, plausible together; 422."""
    people = [_person(one) for one in body.members]
    if household_faults(people):
        raise HTTPException(422)
    return people


def check(connection: Connection, known: Policies, body: NewApplication, who: Caller) -> str:
    """Programme, area and place as they are in force now; gives the policy's version."""
    _require_room(connection, who)
    version = reading.policy_version(connection)
    programme = known.programme(version, body.programme, reading.today())
    if programme is None or body.area not in programme.areas or body.mandate_id is not None:
        raise HTTPException(422)
    statement = select(divisions.c.level).where(divisions.c.code == body.division)
    level = connection.execute(statement).scalar_one_or_none()
    if level is None or level < _TOWNSHIP:
        raise HTTPException(422)
    if who.claimed is None:
        raise HTTPException(409)
    return version


def _require_room(connection: Connection, who: Caller) -> None:
    """An account holds so many drafts, and begins so many a day."""
    since = datetime.now(UTC) - timedelta(days=1)
    table = applications.c
    statement = (
        select(table.state, table.created_at)
        .where(table.owner_account_id == who.account)
        .where(or_(table.state == "draft", table.created_at > since))
        .order_by(table.created_at.desc())
        .limit(MOST_DRAFTS + MOST_A_DAY)
    )
    begun = connection.execute(statement).all()
    if sum(1 for row in begun if row.state == "draft") >= MOST_DRAFTS:
        raise HTTPException(409)
    if sum(1 for row in begun if row.created_at > since) >= MOST_A_DAY:
        raise HTTPException(429)


def insert_case(
    connection: Connection,
    seals: Seals,
    body: NewApplication,
    people: list[PersonData],
    who: Caller,
) -> Row[Any]:
    """The case, its people and its audit row; gives the case as it lies in the table."""
    ident, now = uuid7(), datetime.now(UTC)
    met = writing.persons_of(connection, seals, [p.id_number for p in people])
    applicant = applicant_of(people)
    if applicant is not None and met[applicant.id_number] != who.claimed:
        raise HTTPException(422)
    county = body.division[:6]
    connection.execute(
        insert(applications).values(
            id=ident,
            created_at=now,
            version=1,
            county=county,
            division=body.division,
            area=body.area,
            programme=body.programme,
            state="draft",
            owner_account_id=who.account,
            applicant_person_id=who.claimed,
            updated_at=now,
            form=seals.seal("applications", "form", str(ident), _form(body)),
            due_provisional=False,
            corrections=0,
            heard_sequence=0,
        )
    )
    if people:
        rows = [_row(seals, p, ident, county, met[p.id_number], now) for p in people]
        connection.execute(insert(members), rows)
    writing.audit(connection, who, "case.created", ident, county, {"by_helper": False})
    return connection.execute(select(applications).where(applications.c.id == ident)).one()


def _person(one: NewPerson) -> PersonData:
    return PersonData(
        id=uuid7(),
        role=PersonRole(one.role),
        name=one.name,
        id_number=one.id_number,
        relation=one.relation,
        phone=one.phone,
        work=one.work,
        health=one.health,
        incapable=one.incapable,
        incomes=tuple(item.model_dump() for item in one.incomes),
        deductions=tuple(item.model_dump() for item in one.deductions),
        incomes_unknown=one.incomes_unknown,
        disability=one.disability.model_dump() if one.disability else None,
    )


def _form(body: NewApplication) -> dict[str, Any]:
    relatives = body.staff_relatives
    return {
        "cash_assets_fen": body.cash_assets_fen,
        "cash_assets_unknown": body.cash_assets_unknown,
        "promised": body.truth_promise is not None and body.truth_promise.accepted,
        "staff_relatives_declared": relatives is not None,
        "staff_relatives": [relative.model_dump() for relative in relatives or []],
    }


def _row(
    seals: Seals, person: PersonData, case: UUID, county: str, known_as: UUID, now: datetime
) -> dict[str, Any]:
    ident = str(person.id)
    details = {
        "phone": person.phone,
        "work": person.work,
        "health": person.health,
        "incapable": person.incapable,
        "incomes": person.incomes,
        "deductions": person.deductions,
        "incomes_unknown": person.incomes_unknown,
        "disability": person.disability,
    }
    return {
        "id": person.id,
        "created_at": now,
        "version": 1,
        "case_id": case,
        "county": county,
        "role": person.role,
        "relation": person.relation,
        "person_id": known_as,
        "name": seals.seal("household_members", "name", ident, person.name),
        "id_number": seals.seal("household_members", "id_number", ident, person.id_number),
        "id_number_digest": seals.digest("id_number", person.id_number),
        "details": seals.seal("household_members", "details", ident, details),
    }
