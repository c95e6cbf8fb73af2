"""Problem details (RFC 9457): the only place that knows which refusal has which HTTP status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from backend.core import errors, figures, messages
from backend.core.errors import AppError, FieldError
from backend.web.context import context, operation

PROBLEM_JSON = "application/problem+json"
log = structlog.get_logger("zhangban.web")

STATUS_BY_KIND: Mapping[type[AppError], int] = {
    errors.BadRequest: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StaleVersion: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMedia: 415,
    errors.Invalid: 422,
    errors.VersionMissing: 428,
    errors.TooManyAttempts: 429,
    errors.Unavailable: 503,
    errors.StorageFull: 507,
}
_CODE_BY_STATUS = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_unsupported",
    429: "too_many_attempts",
}


class JsonBroken(errors.BadRequest):
    """The body is not JSON."""

    code = "json_broken"


def status_of(kind: type[AppError]) -> int:
    """The HTTP status of an error class, by the kind it descends from."""
    for ancestor in kind.__mro__:
        if ancestor in STATUS_BY_KIND:
            return STATUS_BY_KIND[ancestor]
    return 500


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    fields: tuple[FieldError, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem as a response; the sentences come from the catalogue."""
    figures.problem(operation(), code)
    words = messages.say(code, params)
    body: dict[str, Any] = {
        "type": f"urn:zhangban:problem:{code}",
        "status": status,
        "code": code,
        "title": words.zh,
        "detail": words.zh_next,
        "titleEn": words.en,
        "detailEn": words.en_next,
        "requestId": context().request_id,
    }
    if fields:
        body["errors"] = [_field(f) for f in fields]
    return Response(
        orjson.dumps(body), status=status, mimetype=PROBLEM_JSON, headers=dict(headers or {})
    )


def sentence_params(error: AppError) -> dict[str, Any]:
    """What fills the sentences of a named problem."""
    wait = messages.waiting(error.retry_after or 0)
    count = len(error.errors) or int(bool(error.path))
    return {"count": count, "retry_after": error.retry_after, **wait, **error.params}


def code_of(status: int) -> str:
    """The code of what Flask and Werkzeug raise themselves."""
    return _CODE_BY_STATUS.get(status, "bad_request" if status < 500 else "internal_error")


def from_app_error(error: AppError) -> Response:
    """The response of a named problem."""
    fields = error.errors or (
        (FieldError(error.path, error.code, error.params),) if error.path else ()
    )
    params = sentence_params(error)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    status = status_of(type(error))
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, error.code, params, fields, headers)


def from_http_exception(error: HTTPException) -> Response:
    """The response of what Flask and Werkzeug raise themselves."""
    if isinstance(error.response, Response) and error.code is not None and error.code < 400:
        return error.response
    status = error.code or 500
    code = code_of(status)
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in {"Allow", "Retry-After", "Location"}
    }
    if status == 429:
        headers.setdefault("Retry-After", "60")  # the limiter counts by the minute
    params = {
        "request_id": context().request_id,
        "max_kb": (request.max_content_length or 0) // 1024,
        **messages.waiting(60),
    }
    return problem(status, code, params, headers=headers)


def from_exception(error: Exception) -> Response:
    """The response of a fault of ours: nothing of it is shown, all of it is logged but its
    values.
    """
    log.error("request_failed", request_id=context().request_id, exc_info=error)
    return problem(500, "internal_error", {"request_id": context().request_id})


def from_broken_body(_: ParseException) -> Response:
    """The response to a body whose chunks the server could not read on."""
    return from_app_error(errors.BadRequest())


def register(app: Flask) -> None:
    """Let the app answer every error as a problem."""
    app.register_error_handler(AppError, from_app_error)
    app.register_error_handler(HTTPException, from_http_exception)
    app.register_error_handler(ParseException, from_broken_body)
    app.register_error_handler(Exception, from_exception)


def _field(error: FieldError) -> dict[str, str]:
    words = messages.say(error.code, error.params)
    return {
        "path": error.path,
        "code": error.code,
        "message": words.zh,
        "next": words.zh_next,
        "messageEn": words.en,
    }


def field_errors(found: Any, path: str = "") -> list[FieldError]:
    """Marshmallow's nested messages as field errors with JSON pointers."""
    if isinstance(found, Mapping):
        return [
            error
            for key, value in found.items()
            for error in field_errors(value, path if key == "_schema" else _below(path, key))
        ]
    return [_field_error(path, message) for message in found]


def _below(path: str, key: object) -> str:
    """One step down a JSON pointer (RFC 6901)."""
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def _field_error(path: str, message: Any) -> FieldError:
    if isinstance(message, Mapping):
        return FieldError(path, str(message["code"]), message.get("params", {}))
    text = str(message)
    if text in messages.catalogue():
        return FieldError(path, text)
    if text == "Missing data for required field." or text == "Field may not be null.":
        return FieldError(path, "field_required")
    if text == "Unknown field.":
        return FieldError(path, "field_unknown")
    return FieldError(path, "field_invalid", {"message": text})
