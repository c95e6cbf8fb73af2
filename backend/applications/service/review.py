"""What the back office tells about a case moves it on; each event once, in its order."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from backend.applications import queries
from backend.applications.events import ApplicationDecided
from backend.applications.models import Application
from backend.applications.service import clock
from backend.applications.service.draft import move, record, tell_applicant_and_owner
from backend.applications.service.reading import pays
from backend.applications.states import FORWARDED, ApplicationState, Stage
from backend.core.access import Actor
from backend.core.uow import Work


def apply_event(
    work: Work, actor: Actor, case_id: UUID, sequence: int, kind: str, data: dict[str, Any]
) -> bool:
    """Apply one event if it is the case's next one; False where it must wait for an earlier one.

    An event that was applied before, or that no longer fits the case's state, changes nothing and
    answers True. Raises ApplicationNotFound.
    """
    case = queries.get(work, case_id, lock=True)
    if sequence <= case.heard_sequence:
        return True
    if sequence > case.heard_sequence + 1:
        return False
    case.heard_sequence = sequence
    case.updated_at = work.wall.now()
    handler, states = _HANDLERS.get(kind, (None, _GRANTING))
    if handler is not None and ApplicationState(case.state) in states:
        handler(work, actor, case, data)
    return True


def _received(work: Work, actor: Actor, case: Application, data: dict[str, Any]) -> None:
    record(work, actor, case, "case.received")


def _stage_changed(work: Work, actor: Actor, case: Application, data: dict[str, Any]) -> None:
    stage = Stage(data["stage"])
    move(work, case, "review")
    case.stage = stage
    until = data.get("publicityUntil")
    case.stage_until = date.fromisoformat(until) if until else None
    since = data.get("since")
    clock.stage_entered(
        work, actor, case, date.fromisoformat(since) if since else work.legal.today()
    )
    if stage is Stage.VERIFICATION and data.get("recheck"):  # 复查: the applicant may bring proof
        record(work, actor, case, "case.stage_recheck")
        tell_applicant_and_owner(work, case, "told_case_recheck")
        return
    record(work, actor, case, f"case.stage_{stage}", until=until)
    tell_applicant_and_owner(work, case, "told_case_news")


def _decided(work: Work, actor: Actor, case: Application, data: dict[str, Any]) -> None:
    approved = data["decision"] == "approved"
    recognised = data.get("programme") or case.programme
    move(work, case, "approve" if approved else "deny")
    case.stage = case.stage_until = None
    said = data.get("decidedOn")
    clock.decided(work, case, date.fromisoformat(said) if said else work.legal.today())
    outcome = {
        "decision": data["decision"],
        "amount_fen": data.get("amountFen"),
        "pays": pays(work, case, recognised),
        # 低保 was asked for, and the household is one at its edge: no new application
        "recognised_as": recognised if approved and recognised != case.programme else None,
        "reasons": data.get("reasons", []),
        "decided_on": data.get("decidedOn"),
        "decided_by": data.get("decidedBy"),
        "pay_from": None,
    }
    case.seal(work.vault, outcome=outcome)
    record(work, actor, case, "case.approved" if approved else "case.denied")
    tell_applicant_and_owner(work, case, "told_case_news")
    work.emit(ApplicationDecided(case.id))


def _granted(work: Work, actor: Actor, case: Application, data: dict[str, Any]) -> None:
    outcome = case.unseal(work.vault, "outcome") or {}
    outcome["pay_from"] = data.get("payFrom")
    case.seal(work.vault, outcome=outcome)
    record(work, actor, case, "case.granted")


_GRANTING = frozenset({ApplicationState.APPROVED})
_HANDLERS = {
    "case.received": (_received, FORWARDED),
    "case.stage_changed": (_stage_changed, FORWARDED),
    "case.decided": (_decided, FORWARDED),
    "benefit.granted": (_granted, _GRANTING),
}
