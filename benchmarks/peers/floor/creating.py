"""createApplication on the floor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import Conflict, TooManyRequests, UnprocessableEntity

from backend.applications.rules import MOST_A_DAY, MOST_DRAFTS
from backend.households.rules import PersonData, applicant_of
from benchmarks.peers.floor import bodies, views, writing
from benchmarks.peers.floor.entry import Caller, answer, caller
from benchmarks.peers.floor.store import Query, Store
from benchmarks.peers.ids import uuid7
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals

_TOWNSHIP = 4
_INSERT = (
    "INSERT INTO applications (id, created_at, version, county, division, area, programme, state,"
    " owner_account_id, applicant_person_id, updated_at, form, due_provisional, corrections,"
    " heard_sequence) VALUES (?, ?, 1, ?, ?, ?, ?, 'draft', ?, ?, ?, ?, ?, 0, 0)"
)
_BEGUN = (
    "SELECT state, created_at FROM applications WHERE owner_account_id = ?"
    " AND (state = 'draft' OR created_at > ?) ORDER BY created_at DESC LIMIT ?"
)
_MEMBER = (
    "INSERT INTO household_members (id, created_at, version, case_id, county, role, relation,"
    " person_id, name, id_number, id_number_digest, details)"
    " VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def create(store: Store, seals: Seals, policies: Policies) -> Response:
    """Begin a draft for oneself."""
    today = views.today()
    with store.read() as query:
        who = caller(query, store)
        attempt = writing.attempt(store, who)
        before = writing.kept(query, store, seals, attempt)
    if before is not None:
        return before
    body, people = bodies.application(today)
    ident = str(uuid7())
    form = _form(body)
    sealed = seals.seal("applications", "form", ident, form)
    members = [_member(seals, person) for person in people]
    with store.write() as query:
        version = _checked(query, store, policies, body, who)
        now = store.at_in(datetime.now(UTC))
        met = writing.persons(query, store, seals, [p.id_number for p in people])
        applicant = applicant_of(people)
        if applicant is not None and _plain(met[applicant.id_number]) != _plain(who.claimed):
            raise UnprocessableEntity()
        case, county = store.id_in(ident), body["division"][:6]
        query.run(
            _INSERT, case, now, county, body["division"], body["area"], body["programme"],
            who.account, who.claimed, now, sealed, False,
        )  # fmt: skip
        query.many(
            _MEMBER,
            [
                (
                    store.id_in(str(p.id)), now, case, county, p.role, p.relation,
                    met[p.id_number], *columns,
                )
                for p, columns in zip(people, members, strict=True)
            ],
        )  # fmt: skip
        details = {"by_helper": False}
        writing.audit(query, store, who, "case.created", ident, county, details, new=True)
        signers = views.signers_of(
            policies, version, None, body["division"], body["programme"], people
        )
        row = (
            case, body["programme"], "draft", None, body["division"], now, None, None, 1,
            body["area"], None, sealed, None, None, None, None, None, False,
        )  # fmt: skip
        shown = orjson.dumps(views.view(store, seals, row, people, signers, {}))
        writing.keep(query, store, seals, attempt, 201, 1, shown)
    return answer(shown, 201, 1)


def _checked(
    query: Query, store: Store, policies: Policies, body: dict[str, Any], who: Caller
) -> str:
    """Programme, area and place as they are in force now, and room for one more draft; gives the
    policy's version.
    """
    since = store.at_in(datetime.now(UTC) - timedelta(days=1))
    begun = query.all(_BEGUN, who.account, since, MOST_DRAFTS + MOST_A_DAY)
    if sum(1 for state, _ in begun if state == "draft") >= MOST_DRAFTS:
        raise Conflict()
    if sum(1 for _, at in begun if at > since) >= MOST_A_DAY:
        raise TooManyRequests()
    version = views.policy_version(query)
    programme = policies.programme(version, body["programme"], views.today())
    if programme is None or body["area"] not in programme.areas:
        raise UnprocessableEntity()
    place = query.one("SELECT level FROM divisions WHERE code = ?", body["division"])
    if place is None or place[0] < _TOWNSHIP:
        raise UnprocessableEntity()
    if who.claimed is None:
        raise Conflict()
    return version


def _form(body: dict[str, Any]) -> dict[str, Any]:
    relatives = body.get("staffRelatives")
    return {
        "cash_assets_fen": body.get("cashAssetsFen"),
        "cash_assets_unknown": body.get("cashAssetsUnknown", False),
        "promised": bool((body.get("truthPromise") or {}).get("accepted")),
        "staff_relatives_declared": relatives is not None,
        "staff_relatives": relatives or [],
    }


def _member(seals: Seals, person: PersonData) -> tuple[Any, ...]:
    """Everything of a person that is sealed, before the write lock is asked for."""
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
    return (
        seals.seal("household_members", "name", ident, person.name),
        seals.seal("household_members", "id_number", ident, person.id_number),
        seals.digest("id_number", person.id_number),
        seals.seal("household_members", "details", ident, details),
    )


def _plain(ident: Any) -> str:
    return str(ident).replace("-", "")
