"""The base of every marshmallow schema, the fields that bodies are made of, and the parser that
loads them.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import marshmallow as ma
import orjson
from flask import Request
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from backend.core.errors import BadRequest, Invalid, UnsupportedMedia
from backend.web.problems import JsonBroken, field_errors

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def camel(name: str) -> str:
    """snake_case as camelCase."""
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def absent() -> None:
    """As `load_default`: not there, where null cannot be written (a query, a form)."""


class Schema(ma.Schema):
    """Bodies are camelCase outside and snake_case inside; unknown fields are refused."""

    class Meta:
        unknown = ma.RAISE
        ordered = True

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        if field_obj.data_key is None:
            field_obj.data_key = camel(field_name)


class Text(ma.fields.String):
    """A line or a paragraph that a person typed: trimmed, bounded, free of control and direction
    signs.
    """

    too_short = "text_too_short"

    def __init__(self, most: int = 200, *, least: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.Length(min=least, max=most), **kwargs)
        self._least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if _CONTROL.search(text):
            raise ma.ValidationError("text_has_control_signs")
        if len(text) < self._least:  # no schema can say that blanks do not count
            raise ma.ValidationError(self.too_short)
        return text


class Shaped(ma.fields.String):
    """A string that matches `pattern` as a whole (a plain `$` would let a newline pass)."""

    def __init__(self, pattern: str, **kwargs: Any) -> None:
        whole = re.compile(pattern)

        def fits(text: str) -> None:
            if not whole.fullmatch(text):
                raise ma.ValidationError("field_shape")

        kwargs["metadata"] = {"pattern": f"^(?:{pattern})$", **kwargs.get("metadata", {})}
        super().__init__(validate=fits, **kwargs)


class Flag(ma.fields.Boolean):
    """true or false. The library would take 1, "on" and "yes" for a promise or a consent too."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Whole(ma.fields.Integer):
    """A whole number, as JSON Schema has it: 180000.0 is one too, 1.5 and "1" are none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)

    def _validated(self, value: Any) -> int:
        whole = isinstance(value, float) and value.is_integer()
        return super()._validated(int(value) if whole else value)


class Fen(Whole):
    """Money in integer fen, 0 to 100 million yuan."""

    def __init__(self, *, signed: bool = False, **kwargs: Any) -> None:
        least = -(10**10) if signed else 0
        kwargs.setdefault("metadata", {"example": 180000})
        super().__init__(validate=ma.validate.Range(least, 10**10), **kwargs)


class ProblemField(Schema):
    """One wrong field of a problem."""

    path = ma.fields.String(metadata={"description": "JSON pointer into the body"})
    code = ma.fields.String()
    message = ma.fields.String()
    next = ma.fields.String()
    message_en = ma.fields.String()


class Problem(Schema):
    """What every refusal looks like (RFC 9457), in Chinese and English."""

    type = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True, metadata={"description": "stable, for programs"})
    title = ma.fields.String(required=True, metadata={"description": "发生了什么"})
    detail = ma.fields.String(required=True, metadata={"description": "接下来怎么办"})
    title_en = ma.fields.String(required=True)
    detail_en = ma.fields.String(required=True)
    request_id = ma.fields.String(required=True)
    errors = ma.fields.List(ma.fields.Nested(ProblemField))


def _whole(req: Request) -> bytes:
    """The body as it was meant; the framework gives what came, and cuts chunks off at the bound."""
    raw = req.get_data(cache=True)
    if req.content_length is None and len(raw) >= (req.max_content_length or len(raw) + 1):
        raise RequestEntityTooLarge()
    if len(raw) < (req.content_length or 0):
        raise BadRequest()  # the caller hung up in the middle
    return raw


class BodyParser(FlaskParser):
    """Loads bodies and queries; every fault becomes a named problem."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {  # noqa: RUF012 - as the base declares it
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "form": ma.RAISE,
        "files": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        raw = _whole(req)
        if not raw:
            return ma.missing
        if not req.is_json:
            raise UnsupportedMedia()
        if b"\\u0000" in raw:
            raise BadRequest()
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as broken:
            raise JsonBroken() from broken

    def load_form(self, req: Request, schema: ma.Schema) -> Any:
        if any("\0" in text for field in req.form.items(multi=True) for text in field):
            raise BadRequest()
        return super().load_form(req, schema)

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Any,
    ) -> NoReturn:
        # webargs puts the location above the messages: {"json": {...}}
        messages = error.messages
        found = [e for part in messages.values() for e in field_errors(part)]  # type: ignore[union-attr]
        raise Invalid(errors=found[:50])
