"""The OpenAPI document is valid, names every operation and its own problems, and its page needs
nothing from outside.
"""

import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from backend.core import messages
from backend.openapi import document

METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}
CHANGING = {"put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def spec():
    return document()


@pytest.fixture(scope="module")
def operations(spec):
    return [
        (method, path, operation)
        for path, item in spec["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_document_is_valid_openapi_3_1(spec):
    assert spec["openapi"].startswith("3.1")
    assert [str(fault) for fault in OpenAPIV31SpecValidator(spec).iter_errors()] == []


def test_every_operation_has_a_name_of_its_own_a_summary_and_an_audience(operations):
    names = [operation["operationId"] for _, _, operation in operations]
    assert len(names) == len(set(names)) > 40
    assert all(re.fullmatch(r"[a-z][A-Za-z]+", name) for name in names)
    for _, path, operation in operations:
        assert operation["summary"], path
        assert operation["x-audience"], path
        everybody = operation["x-audience"] == ["everybody"]
        assert operation["security"] == ([] if everybody else [{"bearer": []}]), path


def codes_of(operation, status):
    answer = operation["responses"].get(status, {"description": ""})
    return set(re.findall(r"`([a-z_0-9]+)`", answer["description"]))


def test_a_nul_and_a_wrong_cursor_are_told_wherever_they_can_come(operations):
    for _, path, operation in operations:
        assert "bad_request" in codes_of(operation, "400"), path
        paged = any(p["name"] == "cursor" for p in operation.get("parameters", []))
        assert ("cursor_invalid" in codes_of(operation, "422")) == paged, path


def test_every_refusal_is_a_problem_with_codes_of_the_catalogue(operations):
    known = set(messages.catalogue())
    for method, path, operation in operations:
        assert "default" not in operation["responses"]
        for status, answer in operation["responses"].items():
            if int(status) < 400:
                continue
            told = answer["content"]["application/problem+json"]["schema"]
            assert told == {"$ref": "#/components/schemas/Problem"}, (method, path, status)
            codes = re.findall(r"`([a-z_0-9]+)`", answer["description"])
            assert codes, (method, path, status)
            assert set(codes) <= known, (method, path, status)


def test_the_statuses_fit_what_the_operation_is(operations):
    for method, path, operation in operations:
        statuses = {int(status) for status in operation["responses"]}
        said = (method, path)
        assert len([s for s in statuses if 200 <= s < 300]) == 1, said
        assert {429, 503} <= statuses, said
        assert ({401, 403} <= statuses) == (operation["x-audience"] != ["everybody"]) or (
            operation["x-audience"] == ["everybody"]
        ), said
        assert (413 in statuses) == (method in CHANGING), said
        named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "header"}
        assert ("If-Match" in named) == ({412, 428} <= statuses), said
        if "Idempotency-Key" in named:
            assert {400, 409, 422} <= statuses, said
        body = operation.get("requestBody", {}).get("content", {})
        if "application/json" in body:
            assert {400, 415, 422} <= statuses, said
        if any(p["in"] == "query" for p in operation.get("parameters", [])):
            assert 422 in statuses, said


def test_a_body_is_required_where_a_field_of_it_is(operations, spec):
    bodies = 0
    for _, path, operation in operations:
        shown = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if shown is not None:
            name = shown["schema"]["$ref"].rpartition("/")[2]
            wanted = bool(spec["components"]["schemas"][name].get("required"))
            assert operation["requestBody"].get("required", False) == wanted, path
            bodies += 1
    assert bodies > 30


def test_every_path_parameter_is_described(operations, spec):
    for _, path, operation in operations:
        shared = spec["paths"][path].get("parameters", [])
        named = {
            p["name"] for p in [*shared, *operation.get("parameters", [])] if p["in"] == "path"
        }
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


def test_fields_are_camel_case(spec):
    for name, schema in spec["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert re.fullmatch(r"[a-z][A-Za-z0-9]*", field), (name, field)


def test_the_page_names_every_door_and_needs_nothing_from_outside(client, stage):
    page = client.get("/docs")
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    for operation in ("echo", "listThings", "createThing", "changeThing"):
        assert f'id="{operation}"' in page.text
    assert "demonstration" not in page.text
    assert re.findall(r"<link[^>]*>", page.text) == ['<link rel="stylesheet" href="/style.css">']
    assert not re.search(r"<(script|img|iframe|style)|style=|https?://", page.text)


def test_the_document_is_served(client):
    found = client.get("/openapi.json")
    assert found.mimetype == "application/json"
    assert found.get_json()["paths"].keys() >= {"/api/v1/things/{thing_id}"}
