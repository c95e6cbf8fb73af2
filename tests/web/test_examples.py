"""Every JSON body of the OpenAPI has an example that its schema takes or shows."""

import jsonschema
import marshmallow as ma
import pytest

from backend.openapi import document
from backend.web.examples import example_of
from backend.web.schemas import Schema


@pytest.fixture(scope="module")
def spec():
    return document()


def bodies(spec):
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            parts = [operation.get("requestBody", {})]
            parts += [a for s, a in operation["responses"].items() if s.startswith("2")]
            for part in parts:
                if "application/json" in part.get("content", {}):
                    yield operation["operationId"], path, part["content"]["application/json"]


def test_every_body_has_an_example_that_fits_its_schema(spec):
    seen = 0
    for operation, _, content in bodies(spec):
        if content["schema"].get("type") == "object" and "$ref" not in content["schema"]:
            continue  # the evidence file, which has a format of its own
        assert "example" in content, operation
        whole = {**content["schema"], "components": spec["components"]}
        jsonschema.Draft202012Validator(whole).validate(content["example"])
        seen += 1
    assert seen > 80


def requests_of(kind: type[Schema]) -> list[type[Schema]]:
    below = [found for child in kind.__subclasses__() for found in requests_of(child)]
    ours = kind.__module__.startswith("backend.") and kind.__name__.endswith("Body")
    return below + ([kind] if ours else [])


def test_every_request_example_can_be_loaded(stage):
    document()  # imports every room
    wanted = {kind.__name__: kind for kind in requests_of(Schema)}
    assert len(wanted) > 20
    with stage.app.test_request_context():
        for name, kind in sorted(wanted.items()):
            try:
                kind().load(example_of(kind))
            except ma.ValidationError as wrong:
                pytest.fail(f"{name}: {wrong.messages}")
