"""Which steps a citizen sees, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

# Audit actions that the timeline shows; their words stand in the catalogue as timeline_<action>.
SHOWN = frozenset(
    {
        "case.created",
        "case.submitted",
        "case.consents_complete",
        "case.consent_lost",
        "case.correction_requested",
        "case.accepted",
        "case.due_later_calendar",
        "case.due_later_publicity",
        "case.extended",
        "case.paused",
        "case.resumed",
        "case.rejected",
        "case.withdrawn",
        "case.received",
        "case.stage_verification",
        "case.stage_recheck",
        "case.stage_survey",
        "case.stage_first_opinion",
        "case.stage_publicity",
        "case.stage_decision",
        "case.approved",
        "case.denied",
        "case.granted",
        "consent.given",
        "consent.refused",
        "consent.withdrawn",
    }
)
_WHO = {
    "citizen": "you",
    "signer": "family",
    "village": "village",
    "township": "township",
    "county": "county",
    "backoffice": "county",
}


def who(role: str, *, is_helper: bool) -> str:
    """Whose deed a step was: the last part of its catalogue code."""
    if role == "citizen" and is_helper:
        return "helper"
    return _WHO.get(role, "system")


def day_words(day: date) -> dict[str, str]:
    """A day as it stands in a sentence, for `{day_zh}` and `{day_en}`."""
    return {"day_zh": f"{day.year}年{day.month}月{day.day}日", "day_en": day.isoformat()}


def due_code(*, provisional: bool, paused: bool) -> str:
    """By when it will be done, as a catalogue code."""
    if paused:
        return "due_paused"
    return "due_about" if provisional else "due_firm"


def words_code(action: str, approval: str = "") -> str:
    """`case.stage_survey` → `timeline_case_stage_survey`; `approval` as `approval_of` says it."""
    code = "timeline_" + action.replace(".", "_")
    return f"{code}_{approval}" if approval and action == "case.approved" else code


def approval_of(outcome: Mapping[str, Any]) -> str:
    """How an approval is told: "" with its amount, `unpaid` where the programme pays nothing,
    `plain` where the county named no amount, `recognised` where it is another programme of the
    cascade than was applied for, without money.
    """
    if outcome.get("amount_fen"):
        return ""
    if outcome.get("pays", True):
        return "plain"
    return "recognised" if outcome.get("recognised_as") else "unpaid"


def now_code(state: str, stage: str | None, approval: str = "plain") -> str:
    """Where the case stands, as a catalogue code; only its own people are told more than `plain`
    of an approval.
    """
    if state == "approved" and approval:
        return f"state_approved_{approval}"
    return f"state_{stage}" if state == "in_review" and stage else f"state_{state}"


def next_code(state: str, stage: str | None, approval: str = "", *, is_paid: bool) -> str:
    """What comes next, as a catalogue code; `is_paid`: the first month is known."""
    if state == "approved" and not is_paid:
        unpaid = approval in {"unpaid", "recognised"}
        return "next_approved_unpaid" if unpaid else "next_approved_soon"
    return f"next_{stage}" if state == "in_review" and stage else f"next_{state}"
