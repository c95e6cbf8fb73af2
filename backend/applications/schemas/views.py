"""What the application doors show."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from backend.applications.rules import SECTIONS
from backend.applications.schemas.clock import CaseClockView
from backend.consent.service import Issued
from backend.core import messages
from backend.documents.schemas import DocumentView
from backend.policy.schemas import DisabilityView
from backend.web.paging import page_schema
from backend.web.schemas import Schema


class ItemView(Schema):
    kind = ma.fields.String(required=True)
    amount_fen = ma.fields.Integer(required=True)
    period = ma.fields.String(required=True)


class PersonView(Schema):
    id = ma.fields.UUID(required=True)
    role = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    id_number = ma.fields.String(required=True, metadata={"description": "masked"})
    relation = ma.fields.String(required=True)
    phone = ma.fields.String(allow_none=True, metadata={"description": "masked"})
    work = ma.fields.String(allow_none=True)
    health = ma.fields.String(allow_none=True)
    disability = ma.fields.Nested(DisabilityView, allow_none=True)
    incapable = ma.fields.Boolean()
    incomes = ma.fields.List(ma.fields.Nested(ItemView))
    incomes_unknown = ma.fields.Boolean(
        required=True, metadata={"description": "the township is asked to find out"}
    )
    deductions = ma.fields.List(ma.fields.Nested(ItemView))
    figures_hidden = ma.fields.Boolean(
        required=True,
        metadata={
            "example": False,
            "description": "this person told the counter; nobody else of the family sees it",
        },
    )
    signer = ma.fields.Nested("SignerView", allow_none=True)


class WaitView(Schema):
    """What is still to come of a signer, and what can be done."""

    code = ma.fields.String(required=True, metadata={"example": "waits_open"})
    text = ma.fields.String(required=True)
    next = ma.fields.String(required=True)
    text_en = ma.fields.String(required=True)
    next_en = ma.fields.String(required=True)


class ConsentCountView(Schema):
    """How many must consent, and how many consents count."""

    needed = ma.fields.Integer(required=True, metadata={"example": 4})
    counted = ma.fields.Integer(required=True, metadata={"example": 2})


class SignerView(Schema):
    """What this person's consent waits for."""

    capacity = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"example": "open"})
    counts = ma.fields.Boolean(required=True)
    invitation_id = ma.fields.UUID(allow_none=True)  # for a consent at the counter
    consent_id = ma.fields.UUID(allow_none=True)  # to take it back at the counter
    way_wished = ma.fields.String(
        allow_none=True, metadata={"description": "another way than the face, to be offered"}
    )
    expires_at = ma.fields.AwareDateTime(allow_none=True)
    reminded_at = ma.fields.AwareDateTime(allow_none=True)
    waits_for = ma.fields.Nested(
        WaitView,
        allow_none=True,
        required=True,
        metadata={"description": "null once the consent counts for all whom it must"},
    )


class StoredLineView(Schema):
    """One step of how the amount was reckoned."""

    rule = ma.fields.String(required=True)
    input = ma.fields.String(required=True)
    result = ma.fields.String(required=True)
    source = ma.fields.String(required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class StoredSinglePersonView(Schema):
    """One who may enter 低保 alone (单人户); `number` counts those who live together, from 1."""

    number = ma.fields.Integer(required=True)
    amount_fen_per_month = ma.fields.Integer(required=True)


class StoredAssessmentView(Schema):
    """Money in fen per month."""

    outcome = ma.fields.String(required=True)
    per_head_fen = ma.fields.Integer(required=True)
    standard_fen = ma.fields.Integer(required=True)
    amount_fen_per_month = ma.fields.Integer(required=True)
    single_persons = ma.fields.List(ma.fields.Nested(StoredSinglePersonView), required=True)
    lines = ma.fields.List(ma.fields.Nested(StoredLineView), required=True)


class OutcomeView(Schema):
    decision = ma.fields.String(required=True)
    amount_fen = ma.fields.Integer(allow_none=True)
    reasons = ma.fields.List(ma.fields.String())
    decided_on = ma.fields.String(allow_none=True)
    pay_from = ma.fields.String(allow_none=True)
    recognised_as = ma.fields.String(
        allow_none=True,
        metadata={"description": "another programme of the cascade than was applied for"},
    )


class CorrectionItem(Schema):
    path = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    note = ma.fields.String(required=True)


class RelativeView(Schema):
    name = ma.fields.String(required=True)
    workplace = ma.fields.String(required=True)


class ApplicationSummary(Schema):
    """A case in a list."""

    id = ma.fields.UUID(required=True)
    programme = ma.fields.String(required=True)
    state = ma.fields.String(required=True, metadata={"example": "draft"})
    stage = ma.fields.String(allow_none=True, required=True)
    division = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    submitted_on = ma.fields.Date(allow_none=True)
    due_on = ma.fields.Date(allow_none=True)
    version = ma.fields.Integer(required=True)
    mandate_id = ma.fields.UUID(allow_none=True, required=True)
    principal_name = ma.fields.String(
        allow_none=True,
        required=True,
        metadata={
            "example": None,
            "description": "whom I act for under a mandate; null: it is my own matter",
        },
    )


ApplicationPage = page_schema(ApplicationSummary)


class ApplicationView(ApplicationSummary):
    """One case as its people and the township see it."""

    area = ma.fields.String(required=True)
    by_helper = ma.fields.Boolean(required=True)
    at_counter = ma.fields.Boolean(
        required=True,
        metadata={"example": False, "description": "the township's counter filed it"},
    )
    members = ma.fields.List(ma.fields.Nested(PersonView), required=True)
    consents = ma.fields.Nested(ConsentCountView, required=True)
    cash_assets_fen = ma.fields.Integer(allow_none=True)
    cash_assets_unknown = ma.fields.Boolean(required=True)
    promised = ma.fields.Boolean(required=True)
    staff_relatives = ma.fields.List(ma.fields.Nested(RelativeView), allow_none=True)
    assessment = ma.fields.Nested(StoredAssessmentView, allow_none=True)
    correction = ma.fields.List(ma.fields.Nested(CorrectionItem), allow_none=True)
    outcome = ma.fields.Nested(OutcomeView, allow_none=True)
    receipt_code = ma.fields.String(allow_none=True)
    accepted_on = ma.fields.Date(allow_none=True)
    due_provisional = ma.fields.Boolean()
    clock = ma.fields.Nested(
        CaseClockView,
        allow_none=True,
        metadata={"description": "for staff: every step's last day; null before the acceptance"},
    )
    moves = ma.fields.List(
        ma.fields.String(), required=True, metadata={"description": "what the owner can do now"}
    )


class DocumentList(Schema):
    items = ma.fields.List(ma.fields.Nested(DocumentView), required=True)


class GapView(Schema):
    """One missing thing in words."""

    code = ma.fields.String(required=True)
    path = ma.fields.String(required=True)
    section = ma.fields.String(required=True, validate=ma.validate.OneOf(SECTIONS))
    text = ma.fields.Function(lambda gap: messages.say(gap.code, gap.params).zh)
    next = ma.fields.Function(lambda gap: messages.say(gap.code, gap.params).zh_next)
    text_en = ma.fields.Function(lambda gap: messages.say(gap.code, gap.params).en)


class SectionGapsView(Schema):
    """One step of the form, and how many things it still lacks."""

    code = ma.fields.String(required=True, validate=ma.validate.OneOf(SECTIONS))
    missing = ma.fields.Integer(required=True)


class ChecklistView(Schema):
    complete = ma.fields.Boolean(required=True)
    sections = ma.fields.List(ma.fields.Nested(SectionGapsView), required=True)
    missing = ma.fields.List(ma.fields.Nested(GapView), required=True)


class ReceiptView(Schema):
    """The dated receipt (回执): keep the code."""

    application_id = ma.fields.UUID(required=True, attribute="id")
    receipt_code = ma.fields.String(required=True, metadata={"example": "7K3M-9QXA-2BFD-W"})
    submitted_at = ma.fields.AwareDateTime(required=True)
    submitted_on = ma.fields.Date(required=True)
    state = ma.fields.String(required=True)


class IssuedInvitationView(Schema):
    """The link to send to the signer; a new one ends it."""

    invitation_id = ma.fields.UUID(required=True)
    member_id = ma.fields.UUID(required=True)
    token = ma.fields.String(required=True)
    link = ma.fields.String(required=True, metadata={"example": "http://127.0.0.1:8000/mini/s"})
    qr_path = ma.fields.String(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class ReminderView(IssuedInvitationView):
    next_at = ma.fields.AwareDateTime(
        required=True, metadata={"description": "when the signer may be reminded again"}
    )


_RENEWALS = {"renewed": "renewal_renewed", "asked": "renewal_asked"}


class RenewalView(Schema):
    """`renewed`: sign by the fresh link; `asked`: the family was asked to send one."""

    outcome = ma.fields.String(required=True, validate=ma.validate.OneOf(["renewed", "asked"]))
    text = ma.fields.Function(
        lambda answer: messages.say(_RENEWALS[answer["outcome"]]).zh,
        metadata={"type": "string"},
    )
    text_en = ma.fields.Function(
        lambda answer: messages.say(_RENEWALS[answer["outcome"]]).en,
        metadata={"type": "string"},
    )
    token = ma.fields.String()
    link = ma.fields.String()
    qr_path = ma.fields.String()
    expires_at = ma.fields.AwareDateTime()


def invitation_view(issued: Issued, public_url: str) -> dict[str, Any]:
    """An invitation's token as a link to forward and a QR code."""
    found = issued.invitation
    return {
        "invitation_id": found.id,
        "member_id": found.member_id,
        "token": issued.token,
        "link": f"{public_url}/mini/sign?t={issued.token}",
        "qr_path": f"/api/v1/consent-invitations/{issued.token}/qr.png",
        "expires_at": found.expires_at,
    }
