"""What the doors of documents take and show."""

from __future__ import annotations

import marshmallow as ma
from flask_smorest.fields import Upload

from backend.documents.states import DocumentState
from backend.web import Schema
from backend.web.schemas import absent


class DocumentForm(Schema):
    """The fields beside the file."""

    case_id = ma.fields.UUID(
        required=True,
        metadata={"description": "an application, a mandate (its signed paper) or a wish"},
    )
    slot = ma.fields.String(
        required=True,
        validate=ma.validate.Regexp(r"^[a-z][a-z0-9_]{1,39}\Z", error="slot_unknown"),
        metadata={"example": "household_register", "description": "see the checklist"},
    )
    member_id = ma.fields.UUID(
        load_default=absent,
        metadata={"description": "whose document it is, where that matters"},
    )


class DocumentFile(Schema):
    """The file itself: a JPEG, PNG or HEIC photo, or a PDF of at most 20 pages; at most 10 MB."""

    file = Upload(required=True)


class DocumentView(Schema):
    """One stored document."""

    id = ma.fields.UUID(required=True)
    case_id = ma.fields.UUID(required=True)
    member_id = ma.fields.UUID(required=True, allow_none=True)
    slot = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf([state.value for state in DocumentState])
    )
    media_type = ma.fields.String(required=True, metadata={"example": "image/jpeg"})
    size = ma.fields.Integer(required=True, metadata={"description": "bytes"})
    width = ma.fields.Integer(required=True, allow_none=True)
    height = ma.fields.Integer(required=True, allow_none=True)
    pages = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "of a PDF"})
    sha256 = ma.fields.Function(
        lambda document: document.sha256.hex(),
        metadata={"type": "string", "description": "of the full content, hex"},
    )
    variants = ma.fields.List(ma.fields.String(), required=True)
    actions = ma.fields.List(ma.fields.String(), required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class ContentQuery(Schema):
    """Which variant of the content."""

    variant = ma.fields.String(load_default="full", validate=ma.validate.OneOf(["full", "thumb"]))
