"""The timeline of a case, for its people and by receipt code."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.applications import service as applications
from backend.applications.service import CaseFacts
from backend.applications.states import ENDED, ApplicationState
from backend.core import messages
from backend.core.access import Actor
from backend.core.attempts import Limit, spend
from backend.core.ids import normalise_code
from backend.core.uow import Units, Work
from backend.policy import queries as policy
from backend.policy.rules.values import Words
from backend.regions import queries as regions
from backend.regions.rules import working_days_left
from backend.tracking import queries
from backend.tracking.errors import LookupFailed
from backend.tracking.rules import (
    SHOWN,
    approval_of,
    day_words,
    due_code,
    next_code,
    now_code,
    who,
    words_code,
)

LOOKUPS = Limit("case-lookup", 10, timedelta(minutes=15))
# One address may stand for a whole carrier; what must not be tried out is one receipt.
ADDRESS_LOOKUPS = Limit("case-lookup-address", 200, timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened."""

    at: datetime
    on: date
    who: str
    who_en: str
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where a case stands: what happened, what comes next, and by when."""

    application_id: UUID
    state: str
    stage: str | None
    now: str
    now_en: str
    next: str
    next_en: str
    due_on: date | None
    due_provisional: bool
    due_text: str | None
    due_text_en: str | None
    working_days_left: int | None
    stage_until: date | None
    steps: list[Step]


def timeline(work: Work, actor: Actor, application_id: UUID) -> Timeline:
    """The case's timeline for whoever may read the case; raises ApplicationNotFound."""
    case = applications.get(work, actor, application_id)
    return _timeline(work, applications.facts(work, case))


def timeline_of(work: Work, found: CaseFacts) -> Timeline:
    """The same of a case that whoever looks was shown already."""
    return _timeline(work, found)


def look_up(units: Units, receipt_code: str, last_four: str, address: str) -> Timeline:
    """The timeline without log-in: a receipt code (60 random bits) and the last four of the ID
    number.

    It tells neither steps nor amounts nor reasons: a receipt may lie about. Raises LookupFailed,
    and TooManyAttempts after ten tries at one receipt in 15 minutes.
    """
    spend(units, ADDRESS_LOOKUPS, address)
    code = normalise_code(receipt_code)
    if code is not None:
        spend(units, LOOKUPS, code)
    with units.read() as work:
        found = queries.case_by_receipt(work, code) if code else None
        if found is None or not hmac.compare_digest(found[1][-4:], last_four.upper()):
            raise LookupFailed()
        return _timeline(work, applications.facts(work, found[0]), for_its_people=False)


def _timeline(work: Work, found: CaseFacts, *, for_its_people: bool = True) -> Timeline:
    case = found.case
    params = _params(work, found)
    approval = approval_of(found.outcome or {}) if for_its_people else "plain"
    now = messages.say(now_code(case.state, case.stage, approval), params)
    is_paid = bool(params["pay_from"])
    coming = messages.say(next_code(case.state, case.stage, approval, is_paid=is_paid), params)
    left, due = None, None
    if case.due_on is not None and ApplicationState(case.state) not in ENDED:
        paused = applications.is_paused(work, case)
        if not paused:
            calendar = regions.calendar(work, case.division)
            left = working_days_left(work.legal.today(), case.due_on, calendar)
        code = due_code(provisional=case.due_provisional, paused=paused)
        due = messages.say(code, day_words(case.due_on))
    return Timeline(
        application_id=case.id,
        state=case.state,
        stage=case.stage,
        now=now.zh,
        now_en=now.en,
        next=coming.zh,
        next_en=coming.en,
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        due_text=due.zh if due else None,
        due_text_en=due.en if due else None,
        working_days_left=left,
        stage_until=case.stage_until,
        steps=_steps(work, found, params) if for_its_people else [],
    )


def _steps(work: Work, facts: CaseFacts, params: dict[str, str]) -> list[Step]:
    found = []
    helper = facts.case.owner_account_id if facts.case.mandate_id else None
    approval = approval_of(facts.outcome or {})
    for row in queries.steps(work, facts.case.id):
        if row.action not in SHOWN:
            continue
        doer = messages.say("who_" + who(row.actor_role, is_helper=row.actor_id == helper))
        said = {**params, **row.details}
        if row.details.get("due_on"):
            said |= day_words(date.fromisoformat(row.details["due_on"]))
        words = messages.say(words_code(row.action, approval), said)
        found.append(Step(row.at, row.legal_date, doer.zh, doer.en, words.zh, words.en))
    return found


def _params(work: Work, found: CaseFacts) -> dict[str, str]:
    outcome = found.outcome or {}
    amount = outcome.get("amount_fen")
    case, name = found.case, Words("", "")
    if code := outcome.get("recognised_as"):
        name = policy.programme(work, code, case.submitted_on, case.policy_version).name
    return {
        "recognised_zh": name.zh,
        "recognised_en": name.en,
        "amount": f"{amount // 100}.{amount % 100:02d}" if amount is not None else "",
        "reasons": ";".join(outcome.get("reasons", [])),
        "pay_from": str(outcome.get("pay_from") or ""),
        "until": found.case.stage_until.isoformat() if found.case.stage_until else "",
    }
