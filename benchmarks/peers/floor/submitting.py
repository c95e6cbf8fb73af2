"""submitApplication on the floor."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Response, request
from werkzeug.exceptions import Conflict, NotFound, PreconditionFailed, UnprocessableEntity

from backend.applications.rules import Form, content_hash, figure_gaps, gaps, household_of
from backend.households.rules import PersonData, PersonRole, RequiredSigner
from backend.policy.rules.assess import assess
from benchmarks.peers.floor import views, writing
from benchmarks.peers.floor.entry import Caller, answer, caller, may_see
from benchmarks.peers.floor.store import Query, Row, Store
from benchmarks.peers.ids import receipt_code, uuid7
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals

_EDITABLE = ("draft", "correction_requested")
_SLOTS = "SELECT slot, member_id FROM documents WHERE case_id = ? AND state = 'stored' ORDER BY id"
_UPDATE = (
    "UPDATE applications SET state = ?, content_hash = ?, policy_version = ?, assessment = ?,"
    " receipt_code = ?, submitted_at = ?, submitted_on = ?, correction = NULL, updated_at = ?,"
    " version = version + 1 WHERE id = ? AND version = ?"
)
_TELL = (
    "INSERT INTO inbox_messages (id, created_at, version, account_id, code, params, about)"
    " VALUES (?, ?, 1, ?, 'told_case_submitted', '{}', ?)"
)


def submit(store: Store, seals: Seals, policies: Policies, ident: str) -> Response:
    """Hand a draft in; the answer is the receipt."""
    with store.read() as query:
        who = caller(query, store)
        attempt = writing.attempt(store, who)
        before = writing.kept(query, store, seals, attempt)
    if before is not None:
        return before
    wanted = _if_match()
    with store.write() as query:
        row = _locked(query, store, who, ident, wanted)
        people = views.people_of(query, store, seals, row[0])
        version = views.policy_version(query)
        form = _form(seals.open("applications", "form", ident, row[11]))
        _complete(query, store, policies, version, row, people, form)
        reckoned = _assessment(policies, version, row, people, form)
        signers = views.signers_of(policies, version, views.date_of(row[6]), row[4], row[1], people)
        waiting = _outstanding(signers, views.standing_of(query, store, row[0]))
        state = "awaiting_consent" if waiting else "submitted"
        receipt, now, today = row[15] or receipt_code(), datetime.now(UTC), views.today()
        content = content_hash(row[1], row[4], row[9], people, form)
        query.run(
            _UPDATE, state, content, version,
            seals.seal("applications", "assessment", ident, reckoned), receipt, store.at_in(now),
            views.day_in(store, today), store.at_in(now), row[0], wanted,
        )  # fmt: skip
        details = {"consents_outstanding": waiting}
        writing.audit(query, store, who, "case.submitted", ident, row[21], details, new=False)
        query.run(_TELL, store.id_in(str(uuid7())), store.at_in(now), row[18], row[0])
        shown = orjson.dumps(
            {
                "applicationId": ident,
                "receiptCode": receipt,
                "submittedAt": now.isoformat(),
                "submittedOn": today.isoformat(),
                "state": state,
            }
        )
        writing.keep(query, store, seals, attempt, 200, wanted + 1, shown)
    return answer(shown, 200, wanted + 1)


def _if_match() -> int:
    found = re.fullmatch(r'"(\d{1,12})"', request.headers.get("If-Match", "").strip())
    if found is None:
        raise PreconditionFailed()
    return int(found[1])


def _locked(query: Query, store: Store, who: Caller, ident: str, wanted: int) -> Row:
    """The case's row, held, if the caller may change it now at this version."""
    sql = f"SELECT {views.CASE} FROM applications WHERE id = ?{store.lock_row}"  # noqa: S608
    row = query.one(sql, store.id_in(ident))
    if row is None:
        raise NotFound()
    may_see(who, row[18], row[19])
    if row[8] != wanted:
        raise PreconditionFailed()
    if row[2] not in _EDITABLE or row[10] is not None:
        raise Conflict()
    return row


def _form(kept: dict[str, Any]) -> Form:
    return Form(**{**kept, "staff_relatives": tuple(kept["staff_relatives"])})


def _complete(
    query: Query, store: Store, policies: Policies, version: str, row: Row,
    people: list[PersonData], form: Form,
) -> None:  # fmt: skip
    """422 where anything is missing, by the app's own rules."""
    day: date = views.date_of(row[6]) or views.today()
    programme = policies.programme(row[20] or version, row[1], day)
    assert programme is not None
    present = [
        (slot, UUID(store.id_out(member)) if member else None)
        for slot, member in query.all(_SLOTS, row[0])
    ]
    words = policies.vocabulary(version)
    if gaps(programme, people, form, present, views.today()) or figure_gaps(
        people, form.cash_assets_fen, words
    ):
        raise UnprocessableEntity()


def _assessment(
    policies: Policies, version: str, row: Row, people: list[PersonData], form: Form
) -> dict[str, Any] | None:
    """What the household would get, by the app's own rule."""
    today = views.today()
    standard = policies.standard(version, row[4], row[9], today)
    if standard is None:
        return None
    household = household_of(people, form.cash_assets_fen)
    rules, words = policies.rules(version, row[4], today), policies.vocabulary(version)
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
            "division": row[4],
            "area": row[9],
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


def _outstanding(signers: list[RequiredSigner], standing: dict[str, dict[str, Any]]) -> int:
    counted = {m: set(s["wards"]) for m, s in standing.items() if s["counts"]}
    return sum(
        1
        for signer in signers
        if str(signer.person.id) not in counted
        or not counted[str(signer.person.id)].issuperset(map(str, signer.also_for))
    )
