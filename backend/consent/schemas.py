"""What the doors of consent take and show."""

from __future__ import annotations

from enum import StrEnum

import marshmallow as ma

from backend.consent.ports import MAX_FRAME_BYTES, MAX_FRAMES, MIN_FRAMES
from backend.consent.rules.scope import Capacity
from backend.consent.rules.statements import ways
from backend.consent.rules.strokes import MOST_POINTS, MOST_STROKES
from backend.consent.service.identify import MAX_CARD_BYTES, MAX_REFERENCE_TEXT
from backend.consent.states import ConsentState, InvitationState
from backend.identity.schemas import IdNumber, PersonName
from backend.web.schemas import Flag, Schema, Shaped, Text, Whole

_OTHER_WAYS = [way.code for way in ways()[1:]]


def _one_of(states: type[StrEnum]) -> ma.fields.String:
    return ma.fields.String(required=True, validate=ma.validate.OneOf([str(s) for s in states]))


def _base64(most_bytes: int, what: str) -> ma.fields.String:
    """Length and alphabet are checked by the service, which names the problem."""
    return ma.fields.String(
        required=True,
        metadata={
            "description": f"{what}, base64, at most {most_bytes // 1024} KB before encoding",
            "contentEncoding": "base64",
            "example": "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgID",
        },
    )


class StatementWordsView(Schema):
    """One matter in Chinese and English."""

    code = ma.fields.String()
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class StatementView(Schema):
    """A text to agree to; `hash` is SHA-256 over the canonical JSON of {version, zh, en}."""

    version = ma.fields.String(required=True, metadata={"example": "cn-check-1"})
    hash = ma.fields.String(required=True)
    title = ma.fields.Nested(StatementWordsView, required=True)
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class WayView(Schema):
    """A way to consent: all count the same; `next` says what happens after choosing it."""

    code = ma.fields.String(required=True, metadata={"example": "counter"})
    name = ma.fields.Nested(StatementWordsView, required=True)
    next = ma.fields.Nested(StatementWordsView, required=True)


class InvitationView(Schema):
    """Who asks for what; names are masked until the signer has said who they are."""

    state = _one_of(InvitationState)
    capacity = _one_of(Capacity)
    applicant_name = ma.fields.String(required=True, metadata={"example": "王*"})
    signer_name = ma.fields.String(required=True, metadata={"example": "王*"})
    purposes = ma.fields.List(ma.fields.Nested(StatementWordsView), required=True)
    statement = ma.fields.Nested(StatementView, required=True)
    face_statement = ma.fields.Nested(
        StatementView, required=True, metadata={"description": "apart and optional (R2)"}
    )
    data_classes = ma.fields.List(ma.fields.Nested(StatementWordsView), required=True)
    sources = ma.fields.List(ma.fields.Nested(StatementWordsView), required=True)
    authority = ma.fields.Nested(StatementWordsView, required=True)
    period = ma.fields.Nested(StatementWordsView, required=True)
    refusal = ma.fields.Nested(StatementWordsView, required=True)
    withdrawal = ma.fields.Nested(StatementWordsView, required=True)
    ways = ma.fields.List(ma.fields.Nested(WayView), required=True)
    way_wished = ma.fields.String(required=True, allow_none=True)
    face_needs_person = ma.fields.Boolean(required=True)
    under_review = ma.fields.Boolean(required=True)
    expires_at = ma.fields.AwareDateTime(required=True)


class IdentificationBody(Schema):
    """Who the person with the link is; the card's photo is used for the moment and never kept."""

    name = PersonName(required=True)
    id_number = IdNumber(required=True)
    card = _base64(MAX_CARD_BYTES, "a photo of the ID card's portrait side")


class SittingView(Schema):
    """A sitting of 15 minutes: `token` for the bearer header, `reference` for the face check."""

    token = ma.fields.String(required=True, metadata={"example": "sg_…"})
    expires_at = ma.fields.AwareDateTime(required=True)
    reference = ma.fields.String(required=True, metadata={"description": "sealed, base64"})


class ChallengeView(Schema):
    """Make both movements before the camera, before `expiresAt`; good for one check."""

    challenge_id = ma.fields.UUID(required=True)
    actions = ma.fields.List(
        ma.fields.String(), required=True, metadata={"example": ["turn_left", "open_mouth"]}
    )
    expires_at = ma.fields.AwareDateTime(required=True)


class FaceCheckBody(Schema):
    """3 to 5 unmirrored JPEGs of at most 640 px: one from the front, and each movement."""

    challenge_id = ma.fields.UUID(required=True)
    reference = ma.fields.String(required=True, validate=ma.validate.Length(1, MAX_REFERENCE_TEXT))
    frames = ma.fields.List(
        _base64(MAX_FRAME_BYTES, "a JPEG"),
        required=True,
        validate=ma.validate.Length(MIN_FRAMES, MAX_FRAMES),
    )
    face_consent = Flag(
        required=True,
        metadata={"description": "the separate consent to the face check", "example": True},
    )
    review_consent = Flag(
        load_default=False,
        metadata={"description": "staff may look at the pictures if the machine is unsure"},
    )


class FaceAnswerView(Schema):
    """`review`: sign now, it counts when a person has looked; `other_way`: choose one of `ways`."""

    outcome = ma.fields.String(
        required=True, validate=ma.validate.OneOf(["accept", "review", "other_way"])
    )
    state = _one_of(InvitationState)
    under_review = ma.fields.Boolean(required=True)
    ways = ma.fields.List(ma.fields.Nested(WayView), required=True)


class SignatureBody(Schema):
    """A name written with the finger: strokes of [x, y, milliseconds], whole numbers."""

    strokes = ma.fields.List(
        ma.fields.List(
            ma.fields.List(
                # the service has a sentence for what lies off the pad; beyond 64 bits JSON has none
                Whole(validate=ma.validate.Range(-(2**31), 2**31 - 1)),
                validate=ma.validate.Length(equal=3),
            ),
            validate=ma.validate.Length(max=MOST_POINTS),
        ),
        required=True,
        validate=ma.validate.Length(max=MOST_STROKES),
        metadata={"example": [[[10, 10, 0], [40, 60, 120], [80, 20, 260]]]},
    )
    statement_hash = Shaped(
        r"[0-9a-f]{64}", required=True, metadata={"example": "3f" * 32, "description": "as shown"}
    )
    agreed = Flag(required=True, metadata={"example": True})
    assisted = Flag(
        load_default=False,
        metadata={"description": "on a helper's phone, or read aloud by somebody"},
    )


class ConsentAnswer(Schema):
    """`counts` is false while a person still has to look at the face."""

    id = ma.fields.UUID(required=True)
    invitation_id = ma.fields.UUID(required=True)
    state = _one_of(ConsentState)
    way = ma.fields.String(required=True)
    assurance = ma.fields.String(required=True, validate=ma.validate.OneOf(["A", "B", "C"]))
    counts = ma.fields.Boolean(required=True)
    under_review = ma.fields.Boolean(required=True)
    given_at = ma.fields.AwareDateTime(required=True)
    withdrawn_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class MyConsentView(Schema):
    """One of my consents, with the words that I agreed to; the applicant's name is masked."""

    consent = ma.fields.Nested(ConsentAnswer, required=True)
    applicant_name = ma.fields.String(required=True, metadata={"example": "王*"})
    authority = ma.fields.Nested(StatementWordsView, required=True)
    purposes = ma.fields.List(ma.fields.Nested(StatementWordsView), required=True)
    data_classes = ma.fields.List(ma.fields.Nested(StatementWordsView), required=True)
    period = ma.fields.Nested(StatementWordsView, required=True)
    refusal = ma.fields.Nested(StatementWordsView, required=True)
    withdrawal = ma.fields.Nested(StatementWordsView, required=True)


class MyConsentList(Schema):
    """The newest first, those taken back with them; empty while nobody proved who I am."""

    items = ma.fields.List(ma.fields.Nested(MyConsentView), required=True)


class ReasonBody(Schema):
    """A reason may be given; none is asked for."""

    reason = Text(
        300, load_default=None, allow_none=True, metadata={"example": "我想先问问家里人。"}
    )


class StateView(Schema):
    """Where the invitation stands now."""

    state = _one_of(InvitationState)


class AlternativeBody(Schema):
    """Which way instead of the face."""

    way = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(_OTHER_WAYS),
        metadata={"example": "counter"},
    )
