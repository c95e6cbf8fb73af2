"""A case from its rows to the model that goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from backend.households.rules import PersonData, PersonRole, RequiredSigner, required_signers
from benchmarks.peers.fastapi_peer.database import consents, invitations, members, policies
from benchmarks.peers.fastapi_peer.models import (
    ApplicationOut,
    AssessmentOut,
    ConsentsOut,
    DisabilityOut,
    ItemOut,
    OutcomeOut,
    PersonOut,
    Relative,
    SignerOut,
    WaitOut,
)
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals
from benchmarks.peers.waits import counted, wait_of

_LIVE = frozenset({"open", "identified", "verified"})
_SUBMIT = frozenset({"draft", "correction_requested"})
_WITHDRAW = _SUBMIT | {"awaiting_consent", "submitted", "accepted", "in_review"}


def today() -> date:
    """The date in China, which knows no summer time."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def policy_version(connection: Connection) -> str:
    statement = select(policies.c.version).order_by(policies.c.turn.desc()).limit(1)
    return str(connection.execute(statement).scalar_one())


def people_of(connection: Connection, seals: Seals, case: UUID) -> list[PersonData]:
    """Everybody of a case, opened."""
    statement = (
        select(
            members.c.id,
            members.c.role,
            members.c.name,
            members.c.id_number,
            members.c.relation,
            members.c.details,
        )
        .where(members.c.case_id == case)
        .order_by(members.c.id)
    )
    return [_person(seals, row) for row in connection.execute(statement)]


def _person(seals: Seals, row: Any) -> PersonData:
    ident = str(row.id)
    details = seals.open("household_members", "details", ident, row.details)
    return PersonData(
        id=row.id,
        role=PersonRole(row.role),
        name=seals.open("household_members", "name", ident, row.name),
        id_number=seals.open("household_members", "id_number", ident, row.id_number),
        relation=row.relation,
        phone=details["phone"],
        work=details["work"],
        health=details["health"],
        incapable=details["incapable"],
        incomes=tuple(details["incomes"]),
        deductions=tuple(details["deductions"]),
        incomes_unknown=details["incomes_unknown"],
        disability=details["disability"],
    )


def signers_of(
    known: Policies, version: str, case: Any, people: list[PersonData]
) -> list[RequiredSigner]:
    """Who must sign, by the app's own rule."""
    now = today()
    programme = known.programme(version, case.programme, case.submitted_on or now)
    assert programme is not None
    wanted = programme.signers.obligors
    consent = wanted == "always" or (
        wanted == "by_region" and known.rules(version, case.division, now).obligor_consent
    )
    return required_signers(people, now, obligor_consent=consent)


def standing_of(connection: Connection, case: UUID) -> dict[UUID, dict[str, Any]]:
    """Where each invited member stands, by the newest invitation."""
    given = {
        row.invitation_id: row
        for row in connection.execute(
            select(consents.c.id, consents.c.invitation_id, consents.c.state, consents.c.counted_at)
            .where(consents.c.case_id == case, consents.c.state != "void")
            .order_by(consents.c.created_at)
        )
    }
    asked = connection.execute(
        select(
            invitations.c.id,
            invitations.c.member_id,
            invitations.c.state,
            invitations.c.expires_at,
            invitations.c.way_wished,
            invitations.c.wards,
            invitations.c.under_review,
            invitations.c.reminded_at,
        )
        .where(invitations.c.case_id == case)
        .order_by(invitations.c.created_at, invitations.c.id)
    )
    return {row.member_id: _standing(row, given.get(row.id)) for row in asked}


def _standing(row: Any, consent: Any) -> dict[str, Any]:
    state = row.state
    if state == "given" and consent is not None and consent.state == "withdrawn":
        state = "withdrawn"
    elif state in _LIVE and row.expires_at <= datetime.now(UTC):
        state = "expired"
    counts = consent is not None and consent.state == "given" and consent.counted_at is not None
    return {
        "state": state,
        "counts": counts,
        "invitation_id": row.id,
        "consent_id": consent.id if consent is not None else None,
        "way_wished": row.way_wished,
        "expires_at": row.expires_at,
        "reminded_at": row.reminded_at,
        "wards": row.wards,
        "under_review": row.under_review,
    }


def view(
    seals: Seals,
    case: Any,
    people: list[PersonData],
    signers: list[RequiredSigner],
    standing: Mapping[UUID, dict[str, Any]],
) -> ApplicationOut:
    """The whole case, ID numbers and phones masked."""
    ident = str(case.id)

    def opened(column: str) -> Any:
        sealed = getattr(case, column)
        return None if sealed is None else seals.open("applications", column, ident, sealed)

    form, assessment, outcome = opened("form"), opened("assessment"), opened("outcome")
    capacities = {signer.person.id: signer.capacity for signer in signers}
    waits = {s.person.id: _wait_of(s, standing.get(s.person.id)) for s in signers}
    relatives = [Relative(**r) for r in form["staff_relatives"]]
    return ApplicationOut(
        id=case.id,
        programme=case.programme,
        state=case.state,
        stage=case.stage,
        division=case.division,
        created_at=case.created_at,
        submitted_on=case.submitted_on,
        due_on=case.due_on,
        version=case.version,
        mandate_id=case.mandate_id,
        area=case.area,
        by_helper=case.mandate_id is not None,
        members=[
            _shown(p, capacities.get(p.id), standing.get(p.id), waits.get(p.id)) for p in people
        ],
        consents=ConsentsOut(**counted(waits.values())),
        cash_assets_fen=form["cash_assets_fen"],
        cash_assets_unknown=form["cash_assets_unknown"],
        promised=form["promised"],
        staff_relatives=relatives if form["staff_relatives_declared"] else None,
        assessment=AssessmentOut.model_validate(assessment) if assessment else None,
        correction=opened("correction"),
        outcome=OutcomeOut.model_validate(outcome) if outcome else None,
        receipt_code=case.receipt_code,
        accepted_on=case.accepted_on,
        due_provisional=case.due_provisional,
        moves=[
            move
            for move, states in (("submit", _SUBMIT), ("withdraw", _WITHDRAW))
            if case.state in states
        ],
    )


def _wait_of(signer: RequiredSigner, found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return wait_of(signer, None)
    return wait_of(
        signer,
        found["state"],
        counts=found["counts"],
        under_review=found["under_review"],
        other_way=found["way_wished"] is not None,
        wards=found["wards"],
    )


_HIDDEN = ("wards", "under_review")


def _shown(
    person: PersonData,
    capacity: str | None,
    found: dict[str, Any] | None,
    wait: dict[str, Any] | None,
) -> PersonOut:
    number, phone = person.id_number, person.phone
    known = {key: value for key, value in (found or {}).items() if key not in _HIDDEN}
    return PersonOut(
        id=person.id,
        role=person.role,
        name=person.name,
        id_number=f"{number[:3]}*************{number[-2:]}",
        relation=person.relation,
        phone=f"{phone[:3]}******{phone[-2:]}" if phone else None,
        work=person.work,
        health=person.health,
        disability=DisabilityOut(**person.disability) if person.disability else None,
        incapable=person.incapable,
        incomes=[ItemOut(**item) for item in person.incomes],
        deductions=[ItemOut(**item) for item in person.deductions],
        incomes_unknown=person.incomes_unknown,
        signer=_signer(capacity, known, wait) if capacity is not None else None,
    )


def _signer(capacity: str, known: dict[str, Any], wait: dict[str, Any] | None) -> SignerOut:
    waits_for = WaitOut.model_validate(wait) if wait else None
    return SignerOut(capacity=capacity, **known, waits_for=waits_for)
