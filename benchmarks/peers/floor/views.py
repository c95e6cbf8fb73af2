"""A case from its rows to the dictionary that goes out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.households.rules import PersonData, PersonRole, RequiredSigner, required_signers
from benchmarks.peers.floor.store import Query, Row, Store
from benchmarks.peers.policies import Policies
from benchmarks.peers.sealing import Seals
from benchmarks.peers.waits import counted, wait_of

_LIVE = frozenset({"open", "identified", "verified"})
_SUBMIT = frozenset({"draft", "correction_requested"})
_WITHDRAW = _SUBMIT | {"awaiting_consent", "submitted", "accepted", "in_review"}
CASE = (
    "id, programme, state, stage, division, created_at, submitted_on, due_on, version, area,"
    " mandate_id, form, assessment, correction, outcome, receipt_code, accepted_on,"
    " due_provisional, owner_account_id, applicant_person_id, policy_version, county"
)
_MEMBERS = (
    "SELECT id, role, name, id_number, relation, details FROM household_members"
    " WHERE case_id = ? ORDER BY id"
)
_INVITATIONS = (
    "SELECT id, member_id, state, expires_at, way_wished, wards, under_review, reminded_at"
    " FROM consent_invitations"
    " WHERE case_id = ? ORDER BY created_at, id"
)
_CONSENTS = (
    "SELECT invitation_id, id, state, counted_at FROM consents"
    " WHERE case_id = ? AND state != 'void' ORDER BY created_at"
)
_VERSION = "SELECT version FROM policy_versions ORDER BY turn DESC LIMIT 1"


def today() -> date:
    """The date in China, which knows no summer time."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


def policy_version(query: Query) -> str:
    found = query.one(_VERSION)
    assert found is not None
    return str(found[0])


def people_of(query: Query, store: Store, seals: Seals, case: Any) -> list[PersonData]:
    """Everybody of a case, opened."""
    return [_person(store, seals, row) for row in query.all(_MEMBERS, case)]


def _person(store: Store, seals: Seals, row: Row) -> PersonData:
    raw, role, name, number, relation, details = row
    ident = store.id_out(raw)
    plain = seals.open("household_members", "details", ident, details)
    return PersonData(
        UUID(ident),
        PersonRole(role),
        seals.open("household_members", "name", ident, name),
        seals.open("household_members", "id_number", ident, number),
        relation,
        plain["phone"],
        plain["work"],
        plain["health"],
        plain["incapable"],
        tuple(plain["incomes"]),
        tuple(plain["deductions"]),
        plain["incomes_unknown"],
        plain["disability"],
    )


def signers_of(
    policies: Policies, version: str, submitted_on: date | None, division: str, programme: str,
    people: list[PersonData],
) -> list[RequiredSigner]:  # fmt: skip
    """Who must sign, by the app's own rule."""
    now = today()
    found = policies.programme(version, programme, submitted_on or now)
    assert found is not None
    wanted = found.signers.obligors
    consent = wanted == "always" or (
        wanted == "by_region" and policies.rules(version, division, now).obligor_consent
    )
    return required_signers(people, now, obligor_consent=consent)


def standing_of(query: Query, store: Store, case: Any) -> dict[str, dict[str, Any]]:
    """Where each invited member stands, by the newest invitation."""
    consents = {row[0]: row for row in query.all(_CONSENTS, case)}
    now, found = datetime.now(UTC), {}
    for row in query.all(_INVITATIONS, case):
        ident, member, state, expires_at, way_wished, wards, under_review, reminded_at = row
        consent = consents.get(ident)
        given = consent is not None and consent[2] == "given"
        shown = state
        if state == "given" and consent is not None and consent[2] == "withdrawn":
            shown = "withdrawn"
        elif state in _LIVE and store.at_of(expires_at) <= now:
            shown = "expired"
        found[store.id_out(member)] = {
            "state": shown,
            "counts": given and consent is not None and consent[3] is not None,
            "invitationId": store.id_out(ident),
            "consentId": store.id_out(consent[1]) if consent else None,
            "wayWished": way_wished,
            "expiresAt": store.at_out(expires_at),
            "remindedAt": store.at_out(reminded_at) if reminded_at else None,
            "wards": store.json_out(wards),
            "under_review": bool(under_review),
        }
    return found


def summary(store: Store, row: Row, mandate: Any) -> dict[str, Any]:
    """What a list shows: the first nine columns; whoever acts for others is refused here."""
    ident, programme, state, stage, division, created_at, submitted_on, due_on, version = row[:9]
    return {
        "id": store.id_out(ident),
        "programme": programme,
        "state": state,
        "stage": stage,
        "division": division,
        "createdAt": store.at_out(created_at),
        "submittedOn": store.day_out(submitted_on) if submitted_on else None,
        "dueOn": store.day_out(due_on) if due_on else None,
        "version": version,
        "mandateId": store.id_out(mandate) if mandate else None,
        "principalName": None,
    }


def view(
    store: Store, seals: Seals, row: Row, people: list[PersonData],
    signers: list[RequiredSigner], standing: dict[str, dict[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """The whole case, ID numbers and phones masked."""
    head = summary(store, row, row[10])
    (area, mandate, form, assessment, correction, outcome, receipt, accepted_on, provisional) = row[
        9:18
    ]
    ident, state = head["id"], head["state"]
    kept = seals.open("applications", "form", ident, form)
    waits = {str(s.person.id): _wait_of(s, standing.get(str(s.person.id))) for s in signers}
    capacities = {str(s.person.id): s.capacity for s in signers}
    opened = _assessment(seals.open("applications", "assessment", ident, assessment)) if (
        assessment
    ) else None  # fmt: skip
    return {
        **head,
        "area": area,
        "byHelper": mandate is not None,
        "atCounter": False,
        "members": [_shown(p, capacities, standing, waits) for p in people],
        "consents": counted(waits.values()),
        "cashAssetsFen": kept["cash_assets_fen"],
        "cashAssetsUnknown": kept["cash_assets_unknown"],
        "promised": kept["promised"],
        "staffRelatives": kept["staff_relatives"] if kept["staff_relatives_declared"] else None,
        "assessment": opened,
        "correction": seals.open("applications", "correction", ident, correction)
        if correction
        else None,
        "outcome": _outcome(seals.open("applications", "outcome", ident, outcome))
        if outcome
        else None,
        "receiptCode": receipt,
        "acceptedOn": store.day_out(accepted_on) if accepted_on else None,
        "dueProvisional": bool(provisional),
        "moves": [m for m, frm in (("submit", _SUBMIT), ("withdraw", _WITHDRAW)) if state in frm],
    }


def _wait_of(signer: RequiredSigner, found: dict[str, Any] | None) -> dict[str, Any] | None:
    if found is None:
        return wait_of(signer, None)
    return wait_of(
        signer,
        found["state"],
        counts=found["counts"],
        under_review=found["under_review"],
        other_way=found["wayWished"] is not None,
        wards=found["wards"],
    )


def _shown(
    person: PersonData,
    capacities: dict[str, str],
    standing: dict[str, dict[str, Any]],
    waits: dict[str, dict[str, Any] | None],
) -> dict[str, Any]:
    ident, phone, number = str(person.id), person.phone, person.id_number
    return {
        "id": ident,
        "role": person.role,
        "name": person.name,
        "idNumber": f"{number[:3]}*************{number[-2:]}",
        "relation": person.relation,
        "phone": f"{phone[:3]}******{phone[-2:]}" if phone else None,
        "work": person.work,
        "health": person.health,
        "disability": person.disability,
        "incapable": person.incapable,
        "figuresHidden": False,  # nobody of the cast came to the counter
        "incomes": [_item(i) for i in person.incomes],
        "deductions": [_item(i) for i in person.deductions],
        "incomesUnknown": person.incomes_unknown,
        "signer": _signer(capacities[ident], standing.get(ident), waits[ident])
        if ident in capacities
        else None,
    }


def _item(item: dict[str, Any]) -> dict[str, Any]:
    return {"kind": item["kind"], "amountFen": item["amount_fen"], "period": item["period"]}


_HIDDEN = ("wards", "under_review")


def _signer(
    capacity: str, found: dict[str, Any] | None, wait: dict[str, Any] | None
) -> dict[str, Any]:
    if found is None:
        return {
            "capacity": capacity, "state": "not_invited", "counts": False, "invitationId": None,
            "consentId": None, "wayWished": None, "expiresAt": None, "remindedAt": None,
            "waitsFor": wait,
        }  # fmt: skip
    shown = {k: v for k, v in found.items() if k not in _HIDDEN}
    return {"capacity": capacity, **shown, "waitsFor": wait}


def _assessment(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": kept["outcome"],
        "perHeadFen": kept["per_head_fen"],
        "standardFen": kept["standard_fen"],
        "amountFenPerMonth": kept["amount_fen_per_month"],
        "singlePersons": kept["single_persons"],
        "lines": kept["lines"],
    }


def _outcome(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "decision": kept["decision"],
        "amountFen": kept["amount_fen"],
        "reasons": kept["reasons"],
        "decidedOn": kept["decided_on"],
        "payFrom": kept["pay_from"],
    }


def date_of(value: Any) -> date | None:
    """A date column as a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def day_in(store: Store, day: date) -> Any:
    """A date as the store takes it."""
    return day.isoformat() if store.lock_row == "" else day
