"""Which steps a citizen sees, and what comes next."""

from __future__ import annotations

# Audit actions that the timeline shows; their words stand in the catalogue as timeline_<action>.
SHOWN = frozenset(
    {
        "case.created",
        "case.submitted",
        "case.consents_complete",
        "case.consent_lost",
        "case.correction_requested",
        "case.accepted",
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


def words_code(action: str) -> str:
    """`case.stage_survey` → `timeline_case_stage_survey`."""
    return "timeline_" + action.replace(".", "_")


def now_code(state: str, stage: str | None, *, with_amount: bool) -> str:
    """Where the case stands, as a catalogue code; `with_amount` for its own people only."""
    if state == "approved" and not with_amount:
        return "state_approved_plain"
    return f"state_{stage}" if state == "in_review" and stage else f"state_{state}"


def next_code(state: str, stage: str | None, *, is_paid: bool) -> str:
    """What comes next, as a catalogue code; `is_paid`: the first month is known."""
    if state == "approved" and not is_paid:
        return "next_approved_soon"
    return f"next_{stage}" if state == "in_review" and stage else f"next_{state}"
