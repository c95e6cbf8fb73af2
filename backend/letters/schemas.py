"""Bodies of letters."""

from __future__ import annotations

import marshmallow as ma

from backend.letters.rules.kinds import EndedAs, Kind
from backend.web.schemas import Schema, Shaped

_ENDED = ma.validate.OneOf(list(EndedAs))


class _Told(Schema):
    """What is told of a letter everywhere."""

    kind = ma.fields.String(
        required=True, validate=ma.validate.OneOf(list(Kind)), metadata={"example": "receipt"}
    )
    title = ma.fields.String(required=True, metadata={"example": "收件回执"})
    title_en = ma.fields.String(required=True, metadata={"example": "Receipt of an application"})
    number = ma.fields.String(
        required=True, metadata={"example": "社救收〔2026〕610304001-00001号"}
    )
    issued_on = ma.fields.Date(required=True)
    ended_as = ma.fields.String(
        required=True,
        allow_none=True,
        validate=_ENDED,
        metadata={"description": "null while it holds", "example": None},
    )
    ended_on = ma.fields.Date(required=True, allow_none=True, metadata={"example": None})


class LetterView(_Told):
    id = ma.fields.UUID(required=True)
    code = ma.fields.String(
        required=True,
        metadata={
            "description": "the verification code (核验码) at the letter's foot",
            "example": "7K3M-9QXA-2BFD-W",
        },
    )


class LetterList(Schema):
    items = ma.fields.List(ma.fields.Nested(LetterView), required=True)


class LetterCheckBody(Schema):
    code = ma.fields.String(
        required=True,
        validate=ma.validate.Length(10, 30),
        metadata={"example": "7K3M-9QXA-2BFD-W"},
    )
    sha256 = Shaped(
        "[0-9a-f]{64}",
        load_default=None,
        metadata={
            "description": "of the PDF file, where it is to be compared as well",
            "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        },
    )


class LetterCheckView(_Told):
    office = ma.fields.String(required=True, metadata={"example": "陈仓区虢镇街道办事处"})
    file_matches = ma.fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "null where no hash was given", "example": True},
    )
