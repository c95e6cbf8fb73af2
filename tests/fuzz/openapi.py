"""The document, its operations, and how an example of it becomes a request."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from werkzeug.test import TestResponse

from backend.core.ids import new_id
from backend.openapi import document
from backend.web.doors import CLOUD_EVENT
from tests.factories.documented import OpenApi
from tests.fuzz.scenes import Scene, caller, path_values, scene_of, signature
from tests.fuzz.world import World

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")


@dataclass(frozen=True)
class Operation:
    """One operation with its place."""

    path: str
    method: str
    doc: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.doc["operationId"])

    def parameters(self, place: str) -> list[Mapping[str, Any]]:
        return [p for p in self.doc.get("parameters", []) if p["in"] == place]

    @property
    def example(self) -> Any:
        """The request's JSON example; None where it takes no JSON."""
        content = self.doc.get("requestBody", {}).get("content", {})
        return next((c.get("example") for kind, c in content.items() if "json" in kind), None)


@cache
def operations() -> dict[str, Operation]:
    """All of the document, by operationId; a path's shared parameters stand in each operation."""
    found: dict[str, Operation] = {}
    for path, item in document()["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                doc = item[method]
                doc = {**doc, "parameters": [*shared, *doc.get("parameters", [])]}
                found[doc["operationId"]] = Operation(path, method.upper(), doc)
    return found


def replay(
    world: World,
    operation: Operation,
    *,
    as_shown: bool = False,
    given: Mapping[str, str] | None = None,
    token: str | None = None,
) -> TestResponse:
    """Send the operation's scene, or the example as it was published, and hold the answer against
    the document. `given` are parameters that another answer gave, `token` the session that goes on.
    """
    scene = scene_of(world, operation.doc)
    path = operation.path
    for name, value in {**path_values(world), **scene.path, **(given or {})}.items():
        path = path.replace("{" + name + "}", value)
    headers = _headers(world, operation, scene)
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if given and "If-Match" in given:
        headers["If-Match"] = given["If-Match"]
    sent = _body(world, operation, scene, headers, as_shown=as_shown)
    client = world.flask.test_client()
    response = client.open(
        path, method=operation.method, headers=headers, query_string=dict(scene.query), **sent
    )
    checker().check(operation.method, path, response)
    return response


@cache
def checker() -> OpenApi:
    return OpenApi(document())


def _headers(world: World, operation: Operation, scene: Scene) -> dict[str, str]:
    headers = {}
    who = caller(scene, operation.doc)
    if who is not None:
        headers["Authorization"] = f"Bearer {world.tokens[who]}"
    names = {p["name"] for p in operation.parameters("header")}
    if "If-Match" in names:
        headers["If-Match"] = f'"{scene.version}"'
    if "Idempotency-Key" in names:
        headers["Idempotency-Key"] = str(new_id())
    return headers


def _body(
    world: World, operation: Operation, scene: Scene, headers: dict[str, str], *, as_shown: bool
) -> dict[str, Any]:
    if scene.signed:
        event = operation.example if as_shown else {**operation.example, **scene.body}
        raw = json.dumps(event).encode()
        headers |= signature(world, raw, event["id"])
        return {"data": raw, "content_type": CLOUD_EVENT}
    if scene.form is not None:
        file = (io.BytesIO(scene.form["file"]), "photo.jpg", "image/jpeg")
        return {"data": {**scene.form, "file": file}, "content_type": "multipart/form-data"}
    if operation.example is None:
        return {}
    return {"json": operation.example if as_shown else {**operation.example, **scene.body}}
