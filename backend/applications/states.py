"""The life of an application (申请)."""

from __future__ import annotations

from enum import StrEnum

from backend.core.transitions import Move


class ApplicationState(StrEnum):
    """From draft to decision; `accepted` (受理) starts the statutory clock."""

    DRAFT = "draft"
    AWAITING_CONSENT = "awaiting_consent"
    SUBMITTED = "submitted"
    CORRECTION_REQUESTED = "correction_requested"
    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Stage(StrEnum):
    """Where the back office stands with a case that is in review."""

    VERIFICATION = "verification"
    SURVEY = "survey"
    FIRST_OPINION = "first_opinion"
    PUBLICITY = "publicity"
    DECISION = "decision"


_S = ApplicationState
EDITABLE = frozenset({_S.DRAFT, _S.CORRECTION_REQUESTED})
AT_TOWNSHIP = frozenset({_S.AWAITING_CONSENT, _S.SUBMITTED})
FORWARDED = frozenset({_S.ACCEPTED, _S.IN_REVIEW})
ENDED = frozenset({_S.APPROVED, _S.DENIED, _S.WITHDRAWN, _S.LAPSED})
INVITING = EDITABLE | AT_TOWNSHIP

MOVES = {
    "submit_waiting": Move(to=_S.AWAITING_CONSENT, frm=EDITABLE),
    "submit": Move(to=_S.SUBMITTED, frm=EDITABLE),
    "complete_consents": Move(to=_S.SUBMITTED, frm=frozenset({_S.AWAITING_CONSENT})),
    "lose_consent": Move(to=_S.AWAITING_CONSENT, frm=frozenset({_S.SUBMITTED})),
    "request_correction": Move(to=_S.CORRECTION_REQUESTED, frm=AT_TOWNSHIP),
    "accept": Move(to=_S.ACCEPTED, frm=AT_TOWNSHIP),
    "reject": Move(to=_S.DENIED, frm=AT_TOWNSHIP),
    "review": Move(to=_S.IN_REVIEW, frm=FORWARDED),
    "approve": Move(to=_S.APPROVED, frm=FORWARDED),
    "deny": Move(to=_S.DENIED, frm=FORWARDED),
    "withdraw": Move(to=_S.WITHDRAWN, frm=INVITING | FORWARDED),
    "lapse": Move(to=_S.LAPSED, frm=frozenset({_S.DRAFT, _S.CORRECTION_REQUESTED})),
}
# What the API shows as possible to whoever owns the case.
OWNER_MOVES = {"submit": EDITABLE, "withdraw": INVITING | FORWARDED}
