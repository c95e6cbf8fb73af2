"""Doors: blueprints whose every route says who may come in, what it may answer, and runs in one
unit.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import marshmallow as ma
from flask import Response, make_response, request
from flask_smorest import Blueprint

from backend.core import errors, figures
from backend.core.access import Actor, Role
from backend.core.errors import AccessRefused, AppError, Forbidden, HiddenRefused, Unauthenticated
from backend.core.paging import CursorInvalid
from backend.core.uow import ChangedMeanwhile
from backend.core.write_lock import DatabaseBusy
from backend.web import idempotency
from backend.web.context import READING, context
from backend.web.examples import example_of
from backend.web.leads import Lead, document_headers, document_links
from backend.web.paging import PageQuery
from backend.web.problems import PROBLEM_JSON, JsonBroken, status_of
from backend.web.schemas import BodyParser, Problem, Schema

KB = 1024
CLOUD_EVENT = "application/cloudevents+json"
_DEFAULT_BODY_KB = 64
View = Callable[..., Any]

CITIZENS = frozenset({Role.CITIZEN})
SIGNERS = frozenset({Role.SIGNER})
TOWNSHIP = frozenset({Role.TOWNSHIP})
STAFF = frozenset({Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY, Role.CITY, Role.AUDITOR})
MONITORS = frozenset({Role.MONITOR})
EVERYBODY: frozenset[Role] = frozenset()


class Doors(Blueprint):
    """A room's routes. Each needs `@door`, which must stand directly below the route."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_prepare_problems_doc)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """As the library's, with one schema for all requests: it would build one for each."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def door(
        self,
        operation: str,
        audience: frozenset[Role],
        *,
        problems: Sequence[type[AppError]] = (),
        idempotent: bool = False,
        versioned: bool = False,
        etag: bool = False,
        leads: Mapping[str, Lead] | None = None,
        message: type[ma.Schema] | None = None,
        body_kb: int = _DEFAULT_BODY_KB,
    ) -> Callable[[View], View]:
        """Name the operation and its audience; `problems` are those of this operation beside the
        common ones. `etag`: the answer names its version; `leads`: what can be done next with it;
        `message`: the body of a signed message, which the view itself verifies and loads.
        """

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def door(*args: Any, **kwargs: Any) -> Response:
                request.max_content_length = body_kb * KB
                _authenticate(audience)
                if idempotent:
                    return _once(view, args, kwargs)
                return _in_unit(view, args, kwargs)

            doc: dict[str, Any] = deepcopy(getattr(view, "_apidoc", {}))
            doc["door"] = {
                "operation": operation,
                "audience": audience,
                "problems": tuple(problems),
                "idempotent": idempotent,
                "versioned": versioned,
                "etag": etag,
                "leads": leads or {},
                "message": message,
            }
            door._apidoc = doc  # type: ignore[attr-defined]
            door.operation = operation  # type: ignore[attr-defined]
            return door

        return decorate


def _authenticate(audience: frozenset[Role]) -> None:
    if not audience:
        return
    ctx = context()
    found = _bearer()
    if found is None:
        raise Unauthenticated()
    ctx.actor = found
    if not found.has(*audience):
        raise Forbidden()


def _bearer() -> Actor | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 20 <= len(token) <= 64 or not token.isascii():
        return None
    kit = context().kit
    return kit.resolve(kit.units, token)


def _once(view: View, args: Any, kwargs: Any) -> Response:
    ctx = context()
    attempt = idempotency.attempt(ctx.actor)
    kept = idempotency.replay(ctx.kit.units, attempt)
    if kept is not None:
        return _replayed(kept)
    with idempotency.running(attempt):
        # the first request may have ended between the look and the hold
        kept = idempotency.replay(ctx.kit.units, attempt)
        if kept is not None:
            return _replayed(kept)
        return _in_unit(view, args, kwargs, attempt)


def _replayed(kept: Response) -> Response:
    figures.REPLAYS.inc()
    return kept


def _in_unit(
    view: View, args: Any, kwargs: Any, attempt: idempotency.Attempt | None = None
) -> Response:
    ctx = context()
    try:
        with ctx.scope():
            response = make_response(view(*args, **kwargs))
            if ctx.etag is not None:
                response.headers["ETag"] = f'"{ctx.etag}"'
            if attempt is not None:
                idempotency.keep(ctx.work(), attempt, response)
    except (AccessRefused, HiddenRefused) as refused:
        ctx.kit.record_refusal(ctx.kit.units, ctx.actor, refused)
        raise
    return response


# What a route can answer beside its own problems, read off its declaration.


def _common_problems(door: dict[str, Any], doc: dict[str, Any], method: str) -> list[Any]:
    common: list[type[AppError]] = [errors.TooManyAttempts, DatabaseBusy, errors.BadRequest]
    if door["audience"]:
        common += [Unauthenticated, Forbidden, errors.NotFound]
    bodies = doc.get("requestBody", {}).get("content", {})
    if bodies or any(p.get("in") == "query" for p in doc.get("parameters", [])):
        common.append(errors.Invalid)
    if any(_is_paged(p) for p in doc.get("parameters", [])):
        common.append(CursorInvalid)
    common.append(errors.StorageFull)  # a look is written down too: who was seen, who looked
    if method.upper() not in READING:
        common += [errors.TooLarge, ChangedMeanwhile]
    if "application/json" in bodies:
        common += [JsonBroken, errors.UnsupportedMedia]
    if door["idempotent"]:
        common += [idempotency.KeyMissing, idempotency.KeyReused, idempotency.StillRunning]
    if door["versioned"]:
        common += [errors.StaleVersion, errors.VersionMissing]
    return common


def _is_paged(parameter: dict[str, Any]) -> bool:
    schema = parameter.get("schema")
    return isinstance(schema, type | Schema) and issubclass(_schema_class(schema), PageQuery)


def _prepare_problems_doc(
    doc: dict[str, Any], doc_info: dict[str, Any], *, spec: Any, method: str, **_: Any
) -> dict[str, Any]:
    door = doc_info.get("door")
    if door is None:
        return doc
    doc["operationId"] = door["operation"]
    doc["security"] = [{"bearer": []}] if door["audience"] else []
    doc["x-audience"] = sorted(door["audience"]) or ["everybody"]
    _merge_form_and_files(doc)
    _document_message(doc, door["message"])
    _leave_out_body(doc)
    _give_examples(doc)
    _document_headers(doc, door)
    responses = doc.setdefault("responses", {})
    responses.pop(422, None) if responses.get(422) == "UNPROCESSABLE_ENTITY" else None
    by_status: dict[int, set[str]] = {}
    for kind in [*_common_problems(door, doc, method), *door["problems"]]:
        by_status.setdefault(status_of(kind), set()).add(kind.code)
    for status, codes in sorted(by_status.items()):
        other = responses.get(status, {})  # a health answer is a 503 of its own
        told = ", ".join(f"`{code}`" for code in sorted(codes))
        responses[status] = {
            "description": " ".join(filter(None, [other.get("description"), told])),
            "content": {**other.get("content", {}), PROBLEM_JSON: {"schema": Problem}},
        }
    document_headers(responses, door)
    document_links(responses, door["leads"])
    return doc


def _leave_out_body(doc: dict[str, Any]) -> None:
    """A JSON body of which nothing is required may be left out as a whole."""
    schema = doc.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if isinstance(schema, ma.Schema) and not any(
        field.required for field in schema.fields.values()
    ):
        doc["requestBody"]["required"] = False


def _give_examples(doc: dict[str, Any]) -> None:
    bodies = [doc.get("requestBody", {}), *doc.get("responses", {}).values()]
    for body in bodies:
        content = body.get("content", {}) if isinstance(body, dict) else {}
        shown = content.get("application/json", content.get(CLOUD_EVENT, {}))
        schema = shown.get("schema")
        if isinstance(schema, ma.Schema) or (
            isinstance(schema, type) and issubclass(schema, ma.Schema)
        ):
            shown.setdefault("example", example_of(schema))


def _merge_form_and_files(doc: dict[str, Any]) -> None:
    """A form and its files are two arguments to us and one multipart body to OpenAPI."""
    parameters = doc.get("parameters", [])
    parts = [p for p in parameters if p.get("in") in {"form", "files"}]
    if not parts:
        return
    doc["parameters"] = [p for p in parameters if p not in parts]
    (first,) = doc["requestBody"]["content"].values()
    schemas = tuple(_schema_class(s) for s in (first["schema"], *(p["schema"] for p in parts)))
    whole = type("".join(s.__name__ for s in schemas), schemas, {})
    doc["requestBody"]["content"] = {"multipart/form-data": {"schema": whole}}


def _document_message(doc: dict[str, Any], message: type[ma.Schema] | None) -> None:
    """The signature is looked at before the body is, so the body is no argument of the view."""
    if message is None:
        return
    doc["requestBody"] = {"required": True, "content": {CLOUD_EVENT: {"schema": message}}}
    for name, description in _SIGNED.items():
        parameter = {"in": "header", "name": name, "required": True, "description": description}
        doc.setdefault("parameters", []).append({**parameter, "schema": {"type": "string"}})


def _schema_class(schema: Any) -> type[Any]:
    return schema if isinstance(schema, type) else type(schema)


def _document_headers(doc: dict[str, Any], door: dict[str, Any]) -> None:
    named = [("Idempotency-Key", door["idempotent"]), ("If-Match", door["versioned"])]
    for name, wanted in named:
        if wanted:
            parameter = {"in": "header", "name": name, "required": True}
            parameter["schema"] = _HEADER_SCHEMAS[name]
            doc.setdefault("parameters", []).append(parameter)


# The envelope of Standard Webhooks.
_SIGNED = {
    "webhook-id": "the event's id, the same on every repetition",
    "webhook-timestamp": "seconds since 1970; at most five minutes off",
    "webhook-signature": "`v1,` and the base64 of HMAC-SHA-256 over id.timestamp.body",
}
_HEADER_SCHEMAS: dict[str, Any] = {
    "Idempotency-Key": {"type": "string", "minLength": 8, "maxLength": 128},
    "If-Match": {"type": "string", "pattern": r'^"\d{1,12}"$'},
}
