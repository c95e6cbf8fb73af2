"""submitApplication in FastAPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import HTTPException
from sqlalchemy import Connection, insert, select, update

from backend.applications.rules import Form, content_hash, figure_gaps, gaps, household_of
from backend.households.rules import PersonData, PersonRole, RequiredSigner
from backend.policy.rules.assess import assess
from benchmarks.peers.fastapi_peer import reading, writing
from benchmarks.peers.fastapi_peer.database import applications, documents, inbox
from benchmarks.peers.fastapi_peer.entry import Caller, may_see
from benchmarks.peers.fastapi_peer.models import ReceiptOut
from benchmarks.peers.ids import receipt_code, uuid7
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals

_EDITABLE = ("draft", "correction_requested")


def submit(
    connection: Connection, seals: Seals, known: Policies, who: Caller, ident: UUID, wanted: int
) -> ReceiptOut:
    """Hand a draft in; gives the receipt."""
    case = _locked(connection, who, ident, wanted)
    people = reading.people_of(connection, seals, ident)
    version = reading.policy_version(connection)
    kept = seals.open("applications", "form", str(ident), case.form)
    form = Form(**{**kept, "staff_relatives": tuple(kept["staff_relatives"])})
    _complete(connection, known, version, case, people, form)
    assessment = _assessment(known, version, case, people, form)
    signers = reading.signers_of(known, version, case, people)
    waiting = _outstanding(signers, reading.standing_of(connection, ident))
    state = "awaiting_consent" if waiting else "submitted"
    receipt, now, today = case.receipt_code or receipt_code(), datetime.now(UTC), reading.today()
    connection.execute(
        update(applications)
        .where(applications.c.id == ident, applications.c.version == wanted)
        .values(
            state=state,
            content_hash=content_hash(case.programme, case.division, case.area, people, form),
            policy_version=version,
            assessment=seals.seal("applications", "assessment", str(ident), assessment),
            receipt_code=receipt,
            submitted_at=now,
            submitted_on=today,
            correction=None,
            updated_at=now,
            version=wanted + 1,
        )
    )
    details = {"consents_outstanding": waiting}
    writing.audit(connection, who, "case.submitted", ident, case.county, details)
    connection.execute(
        insert(inbox).values(
            id=uuid7(),
            created_at=now,
            version=1,
            account_id=case.owner_account_id,
            code="told_case_submitted",
            params={},
            about=ident,
        )
    )
    return ReceiptOut(
        application_id=ident,
        receipt_code=receipt,
        submitted_at=now,
        submitted_on=today,
        state=state,
    )


def _locked(connection: Connection, who: Caller, ident: UUID, wanted: int) -> Any:
    """The case, held, if the caller may change it now at this version."""
    statement = select(applications).where(applications.c.id == ident).with_for_update()
    case = connection.execute(statement).one_or_none()
    if case is None:
        raise HTTPException(404)
    may_see(who, case)
    if case.version != wanted:
        raise HTTPException(412)
    if case.state not in _EDITABLE or case.mandate_id is not None:
        raise HTTPException(409)
    return case


def _complete(
    connection: Connection,
    known: Policies,
    version: str,
    case: Any,
    people: list[PersonData],
    form: Form,
) -> None:
    """422 where anything is missing, by the app's own rules."""
    statement = (
        select(documents.c.slot, documents.c.member_id)
        .where(documents.c.case_id == case.id, documents.c.state == "stored")
        .order_by(documents.c.id)
    )
    present = [(row.slot, row.member_id) for row in connection.execute(statement)]
    today = reading.today()
    decided, day = case.policy_version or version, case.submitted_on or today
    programme = known.programme(decided, case.programme, day)
    assert programme is not None
    words = known.vocabulary(version)
    if gaps(programme, people, form, present, today) or figure_gaps(
        people, form.cash_assets_fen, words
    ):
        raise HTTPException(422)


def _assessment(
    known: Policies, version: str, case: Any, people: list[PersonData], form: Form
) -> dict[str, Any] | None:
    """What the household would get, by the app's own rule."""
    today = reading.today()
    standard = known.standard(version, case.division, case.area, today)
    if standard is None:
        return None
    household = household_of(people, form.cash_assets_fen)
    rules, words = known.rules(version, case.division, today), known.vocabulary(version)
    found = assess(household, standard, rules, words)
    return {
        "outcome": str(found.outcome),
        "per_head_fen": found.per_head_fen,
        "standard_fen": found.standard_fen,
        "amount_fen_per_month": found.amount_fen_per_month,
        "single_persons": [
            {"number": one.number, "amountFenPerMonth": one.amount_fen_per_month}
            for one in found.single_persons
        ],
        "lines": [asdict(line) for line in found.lines],
        "on": today.isoformat(),
        "inputs": {
            "division": case.division,
            "area": case.area,
            "cash_assets_fen": form.cash_assets_fen,
            "members": [
                {
                    "incomes": list(p.incomes),
                    "deductions": list(p.deductions),
                    "health": p.health,
                    "disability": p.disability,
                }
                for p in people
                if p.role == PersonRole.MEMBER
            ],
        },
    }


def _outstanding(signers: list[RequiredSigner], standing: Mapping[UUID, dict[str, Any]]) -> int:
    counted = {
        member: {UUID(ward) for ward in found["wards"]}
        for member, found in standing.items()
        if found["counts"]
    }
    return sum(
        1
        for signer in signers
        if signer.person.id not in counted
        or not counted[signer.person.id].issuperset(signer.also_for)
    )
