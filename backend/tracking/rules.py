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


def who(role: str, *, by_helper: bool) -> str:
    """Whose deed a step was: the last part of its catalogue code."""
    if role == "citizen" and by_helper:
        return "helper"
    return _WHO.get(role, "system")


def words_code(action: str) -> str:
    """`case.stage_survey` → `timeline_case_stage_survey`."""
    return "timeline_" + action.replace(".", "_")


def next_code(state: str, stage: str | None) -> str:
    """What comes next, as a catalogue code."""
    return f"next_{stage}" if state == "in_review" and stage else f"next_{state}"
