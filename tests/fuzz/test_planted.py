"""The fuzz finds what is planted: a small app whose answers are not as its document says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask, Response, jsonify, request
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup

from tests.fuzz.checks import checks
from tests.fuzz.seating import Case

OBJECT = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
BODY = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}},
        "required": ["n"], "additionalProperties": False}  # fmt: skip
PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}}


def document(**more: Any) -> dict[str, Any]:
    """One operation: takes a number, gives a number; refuses with `invalid`."""
    answers = {
        "200": {
            "description": "ok",
            "headers": {"ETag": {"required": True, "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": OBJECT}},
        },
        "422": {"description": "`invalid`", "content": PROBLEM},
        "405": {"description": "`method_not_allowed`", "content": PROBLEM},
    }
    operation = {
        "operationId": "count",
        "requestBody": {"required": True, "content": {"application/json": {"schema": BODY}}},
        "responses": answers,
        **more,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "planted", "version": "1"},
        "paths": {"/count": {"post": operation}},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def refuse(code: str, status: int = 422, **headers: str) -> Response:
    response = jsonify(code=code, errors=[{"path": "/n", "code": "field_invalid"}])
    response.status_code, response.mimetype = status, "application/problem+json"
    response.headers.update(headers)
    return response


def right() -> Response:
    body: Any = request.get_json(silent=True)
    fits = isinstance(body, dict) and set(body) == {"n"} and isinstance(body["n"], int | float)
    if not fits or isinstance(body["n"], bool) or body["n"] != int(body["n"]) or body["n"] < 0:
        return refuse("invalid")
    response = jsonify(n=1)
    response.headers["ETag"] = '"1"'
    return response


def wrong_status() -> Response:
    return Response("I am a teapot", status=418)


def fault() -> Response:
    return refuse("internal_error", 500)


def wrong_kind() -> Response:
    response = right()
    if response.status_code == 200:
        response.mimetype = "text/html"
    return response


def wrong_body() -> Response:
    response = right()
    if response.status_code == 200:
        response.set_data(b'{"n": "one"}')
    return response


def no_etag() -> Response:
    response = right()
    del response.headers["ETag"]
    return response


def takes_everything() -> Response:
    response = jsonify(n=1)
    response.headers["ETag"] = '"1"'
    return response


def refuses_what_the_schema_takes() -> Response:
    return refuse("invalid")


def another_code() -> Response:
    return refuse("something_else") if right().status_code == 422 else right()


def fuzzed(view: Any, **more: Any) -> None:
    """The same two phases as in test_operations, over this one view."""
    app = Flask("planted")
    app.add_url_rule("/count", "count", view, methods=["POST"])
    app.register_error_handler(405, lambda error: refuse("method_not_allowed", 405, Allow="POST"))
    app.add_url_rule("/openapi.json", "document", lambda: jsonify(document(**more)))
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    found = schema["/count"]["POST"]
    config = schema.config.generation_for(operation=found, phase="coverage")
    for case in schema.iter_coverage_cases(
        found, generation_modes=list(schemathesis.GenerationMode), generation_config=config
    ):
        held(case)

    @settings(max_examples=20, derandomize=True, database=None, deadline=None,
              phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(case=found.as_strategy())
    def asked(case: Case) -> None:
        held(case)

    asked()


def held(case: Case) -> None:
    sent: dict[str, Any] = {"headers": {"Authorization": "Bearer right"}}
    response = case.call(**sent)
    case.validate_response(response, checks(case), transport_kwargs=sent, headers=sent["headers"])


def test_what_is_right_passes() -> None:
    fuzzed(right)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (wrong_status, "Undocumented status code"),
        (fault, "Server error"),
        (wrong_kind, "Undocumented Content-Type"),
        (wrong_body, "Response violates schema"),
        (no_etag, "Missing required response headers"),
        (takes_everything, "Schema-violating request accepted"),
        (refuses_what_the_schema_takes, "schema_says_what_is_refused"),
        (another_code, "problem_is_promised"),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_what_is_planted_is_found(view: Any, said: str) -> None:
    with pytest.raises(FailureGroup) as failed:
        fuzzed(view)
    assert said in str(failed.value)


def test_a_door_that_looks_at_no_session_is_found() -> None:
    with pytest.raises(FailureGroup) as failed:
        fuzzed(right, security=[{"bearer": []}])
    assert "without authentication" in str(failed.value)
