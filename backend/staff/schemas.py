"""What the desk's doors take and show."""

from __future__ import annotations

import marshmallow as ma

from backend.applications.states import ApplicationState
from backend.identity.schemas import IdNumber, MandateView
from backend.identity.states import MandateState
from backend.web.paging import PageQuery, page_schema
from backend.web.schemas import Flag, Schema, Text, absent


class WorklistQuery(PageQuery):
    state = ma.fields.String(
        load_default=absent,
        validate=ma.validate.OneOf(
            [str(s) for s in ApplicationState if s != ApplicationState.DRAFT]
        ),
    )


class DeskItemView(Schema):
    id = ma.fields.UUID(required=True)
    programme = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    division = ma.fields.String(required=True)
    applicant_name = ma.fields.String(required=True)
    submitted_on = ma.fields.Date(required=True, allow_none=True)
    due_on = ma.fields.Date(required=True, allow_none=True)
    by_helper = ma.fields.Boolean(required=True)
    version = ma.fields.Integer(required=True)


Worklist = page_schema(DeskItemView)


class ElsewhereView(Schema):
    """One of this case's people in another live case; its id is told to its own desk only."""

    name = ma.fields.String(required=True)
    application_id = ma.fields.UUID(required=True, allow_none=True)
    programme = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    division = ma.fields.String(required=True)
    place = ma.fields.String(required=True, metadata={"example": "陈仓区虢镇街道北堡村"})
    submitted_on = ma.fields.Date(required=True, allow_none=True)


class ElsewhereList(Schema):
    items = ma.fields.List(ma.fields.Nested(ElsewhereView), required=True)


class MandatesQuery(PageQuery):
    # One whose paper is still to come is nobody's business yet.
    state = ma.fields.String(
        load_default=str(MandateState.SUBMITTED),
        validate=ma.validate.OneOf(
            [str(s) for s in MandateState if s != MandateState.AWAITING_PAPER]
        ),
    )


MandatePage = page_schema(MandateView)


class AcceptanceBody(Schema):
    """`personsConfirmed`: I know that those who signed with a self-photographed card are who
    they say.
    """

    persons_confirmed = Flag(load_default=False, metadata={"example": True})
    account_confirmed = Flag(
        load_default=False,
        metadata={"example": False, "description": "the account that filed is the applicant's own"},
    )


class ProofBody(Schema):
    """Whom I saw before me, with what papers."""

    id_number = IdNumber(required=True)
    papers_seen = Text(200, required=True, least=2, metadata={"example": "身份证原件"})


class ProofAtDeskBody(ProofBody):
    """The same where the phone is known by the code that it shows."""

    code = Text(12, required=True, least=8, metadata={"example": "9F3A6C01"})


class UnproofAtDeskBody(Schema):
    """Whose phones are not theirs any more."""

    id_number = IdNumber(required=True)


class ProofView(Schema):
    account_id = ma.fields.UUID(required=True)
    assurance = ma.fields.String(required=True, allow_none=True)


class CorrectionItemBody(Schema):
    path = Text(200, required=True, least=1, metadata={"example": "/members/0/documents/id_card"})
    reason = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["wrong", "incomplete", "outdated"]),
        metadata={"example": "incomplete"},
    )
    note = Text(300, required=True, least=2, metadata={"example": "身份证反面没拍到，请补拍。"})


class CorrectionBody(Schema):
    """Everything that is missing, at once (一次性告知)."""

    items = ma.fields.List(
        ma.fields.Nested(CorrectionItemBody), required=True, validate=ma.validate.Length(1, 40)
    )


class DeskReasonBody(Schema):
    reason = Text(300, required=True, least=2, metadata={"example": "已当面核对材料。"})


class MandateAcceptanceBody(DeskReasonBody):
    """`villageCadre`: the helper works for the village, and may act for more people than others."""

    village_cadre = Flag(load_default=False, metadata={"example": False})


class NoteBody(Schema):
    text = Text(1000, required=True, least=1, metadata={"example": "周三电话联系过。"})


class NoteView(Schema):
    id = ma.fields.UUID(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class ColleaguesNoteView(NoteView):
    text = ma.fields.String(required=True)
    by = ma.fields.String(required=True, metadata={"description": "who wrote it"})


NotePage = page_schema(ColleaguesNoteView)


class CounterBody(Schema):
    """What the first of two staff members saw at the counter."""

    invitation_id = ma.fields.UUID(required=True)
    papers_seen = Text(200, required=True, least=2, metadata={"example": "身份证原件"})
    reason = Text(300, required=True, least=2, metadata={"example": "没有手机，本人到窗口。"})


class CounterView(Schema):
    id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)


class WaitingCounterView(Schema):
    """One witness was there; the second must be somebody else (`byMe`)."""

    id = ma.fields.UUID(required=True)
    case_id = ma.fields.UUID(required=True)
    member_id = ma.fields.UUID(required=True)
    recorded_by = ma.fields.String(required=True)
    by_me = ma.fields.Boolean(required=True)
    papers_seen = ma.fields.String(required=True)
    reason = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


WaitingPage = page_schema(WaitingCounterView)


class ReviewView(Schema):
    """A face that a person must look at; the pictures are a door of their own."""

    id = ma.fields.UUID(required=True)
    case_id = ma.fields.UUID(required=True)
    invitation_id = ma.fields.UUID(required=True)
    state = ma.fields.String(required=True)
    reason = ma.fields.String(allow_none=True)
    score_permille = ma.fields.Integer(allow_none=True)
    has_pictures = ma.fields.Boolean()
    created_at = ma.fields.AwareDateTime(required=True)
    version = ma.fields.Integer(required=True)


ReviewPage = page_schema(ReviewView)


class PicturesView(Schema):
    """Base64 JPEGs; reading them is recorded."""

    reference = ma.fields.String(required=True)
    frames = ma.fields.List(ma.fields.String(), required=True)
