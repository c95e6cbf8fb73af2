"""How a case is put together for reading, as JSON in the words of `ApplicationView`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from backend.applications import service
from backend.applications.models import Case
from backend.applications.queries import CaseInList
from backend.applications.rules import wait_code
from backend.applications.service import CaseFacts
from backend.applications.states import OWNER_MOVES, ApplicationState
from backend.consent import queries as consent
from backend.consent.queries import SignerStanding
from backend.core import messages
from backend.core.paging import Page
from backend.core.uow import Work
from backend.households.rules import PersonData, RequiredSigner
from backend.identity import queries as identity
from backend.identity.rules import mask_id_number, mask_phone

_MOVES = {
    state: [name for name, states in OWNER_MOVES.items() if state in states]
    for state in ApplicationState
}


def application_view(
    work: Work, found: CaseFacts, account_id: UUID | None = None
) -> dict[str, Any]:
    """One case; ID numbers and phones are masked. `account_id`: whoever looks, unless it is the
    desk.
    """
    case = found.case
    signers = {s.person.id: s for s in service.signers_of(work, case, found.people)}
    standing = {s.member_id: s for s in consent.standing(work, case.id)}
    form = found.form
    waits = {id: _wait_of(signer, standing.get(id)) for id, signer in signers.items()}
    return {
        **_summary(case, _principals(work, [case], account_id)),
        "area": case.area,
        "byHelper": case.mandate_id is not None,
        "atCounter": case.recorded_by is not None,
        "members": [
            _person(p, _signer(signers.get(p.id), standing.get(p.id), waits.get(p.id)))
            | {"figuresHidden": p.id in found.hidden}
            for p in found.people
        ],
        "consents": {
            "needed": len(signers),
            "counted": sum(wait is None for wait in waits.values()),
        },
        "cashAssetsFen": form.cash_assets_fen,
        "cashAssetsUnknown": form.cash_assets_unknown,
        "promised": form.promised,
        "staffRelatives": form.staff_relatives if form.staff_relatives_declared else None,
        "assessment": _assessment(found.assessment),
        "correction": case.unseal(work.vault, "correction"),
        "outcome": _outcome(found.outcome),
        "receiptCode": case.receipt_code,
        "acceptedOn": case.accepted_on,
        "dueProvisional": case.due_provisional,
        "moves": _MOVES[ApplicationState(case.state)],
    }


def application_list(work: Work, page: Page[CaseInList], account_id: UUID | None) -> dict[str, Any]:
    """One page of somebody's cases, in the words of `ApplicationPage`."""
    names = _principals(work, page.items, account_id)
    return {
        "items": [_summary(case, names) for case in page.items],
        "nextCursor": page.next_cursor,
    }


def _principals(
    work: Work, cases: Sequence[Case | CaseInList], account_id: UUID | None
) -> Mapping[UUID, str]:
    """Names of those for whom this account acts, by mandate."""
    held = {c.mandate_id for c in cases if c.mandate_id and c.owner_account_id == account_id}
    return identity.principal_names(work, held) if held else {}


def _summary(case: Case | CaseInList, principals: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "id": case.id,
        "programme": case.programme,
        "state": case.state,
        "stage": case.stage,
        "division": case.division,
        "createdAt": case.created_at,
        "submittedOn": case.submitted_on,
        "dueOn": case.due_on,
        "version": case.version,
        "mandateId": case.mandate_id,
        "principalName": principals.get(case.mandate_id) if case.mandate_id else None,
    }


def _wait_of(signer: RequiredSigner, standing: SignerStanding | None) -> str | None:
    if standing is None:
        return "waits_not_invited"
    return wait_code(
        standing.state,
        counts=standing.counts,
        for_all=standing.wards.issuperset(signer.also_for),
        under_review=standing.under_review,
        other_way=standing.way_wished is not None,
    )


def _person(person: PersonData, signer: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "id": person.id,
        "role": person.role,
        "name": person.name,
        "idNumber": mask_id_number(person.id_number),
        "relation": person.relation,
        "phone": mask_phone(person.phone) if person.phone else None,
        "work": person.work,
        "health": person.health,
        "disability": person.disability,
        "incapable": person.incapable,
        "incomes": _items(person.incomes),
        "incomesUnknown": person.incomes_unknown,
        "deductions": _items(person.deductions),
        "signer": signer,
    }


def _items(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"kind": i["kind"], "amountFen": i["amount_fen"], "period": i["period"]} for i in items]


def _signer(
    signer: RequiredSigner | None, standing: SignerStanding | None, wait: str | None
) -> dict[str, Any] | None:
    if signer is None:
        return None
    return {
        "capacity": signer.capacity,
        "state": standing.state if standing else "not_invited",
        "counts": bool(standing and standing.counts),
        "invitationId": standing.invitation_id if standing else None,
        "consentId": standing.consent_id if standing else None,
        "wayWished": standing.way_wished if standing else None,
        "expiresAt": standing.expires_at if standing else None,
        "remindedAt": standing.reminded_at if standing else None,
        "waitsFor": _wait(wait) if wait else None,
    }


def _wait(code: str) -> dict[str, Any]:
    words = messages.say(code)
    return {
        "code": code,
        "text": words.zh,
        "next": words.zh_next,
        "textEn": words.en,
        "nextEn": words.en_next,
    }


def _assessment(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {
        "outcome": kept["outcome"],
        "perHeadFen": kept["per_head_fen"],
        "standardFen": kept["standard_fen"],
        "amountFenPerMonth": kept["amount_fen_per_month"],
        "singlePersons": kept.get("single_persons", []),  # older cases know of none
        "lines": kept["lines"],
    }


_OUTCOME = {
    "decision": "decision",
    "amountFen": "amount_fen",
    "reasons": "reasons",
    "decidedOn": "decided_on",
    "payFrom": "pay_from",
    "recognisedAs": "recognised_as",
}


def _outcome(kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Only what is known of it: a case that was not accepted has no amount."""
    if kept is None:
        return None
    return {shown: kept[name] for shown, name in _OUTCOME.items() if name in kept}
