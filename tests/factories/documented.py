"""A test client that holds every answer against the OpenAPI document: its status, its kind, its
body, and the code of its problem.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

_URI = "urn:openapi"
_CODES = re.compile(r"`([a-z0-9_]+)`")


class NotDocumented(AssertionError):
    """The server answered what its own document does not promise."""


class OpenApi:
    """The document, ready for questions."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = _absolute(spec)
        resource = DRAFT202012.create_resource(self.spec)
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        # a path without a parameter is matched before one that has it (OpenAPI 3.1, Paths Object)
        paths = sorted(self.spec["paths"].items(), key=lambda item: item[0].count("{"))
        self._paths = [(_pattern(path), operations) for path, operations in paths]

    def check(self, method: str, path: str, response: TestResponse) -> None:
        """Raise NotDocumented where the answer is not among the operation's own."""
        operation = self._operation(method, path)
        if operation is None:
            if response.status_code not in (404, 405):
                raise NotDocumented(f"{method} {path}: no such operation")
            return
        where = f"{operation['operationId']} {response.status_code}"
        promised = operation["responses"].get(str(response.status_code))
        if promised is None:
            raise NotDocumented(f"{where} {response.get_data(as_text=True)[:300]}")
        self._check_body(where, promised, response)

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for pattern, operations in self._paths:
            if pattern.fullmatch(path) and method.lower() in operations:
                return dict(operations[method.lower()])
        return None

    def _check_body(self, where: str, promised: dict[str, Any], response: TestResponse) -> None:
        content = promised.get("content")
        if not content:
            if response.data and response.status_code != 204:
                raise NotDocumented(f"{where}: a body where none is promised")
            return
        kind = response.mimetype or ""
        if kind not in content:
            raise NotDocumented(f"{where}: {kind} is not among {list(content)}")
        if "json" not in kind:
            return
        body = json.loads(response.data)
        schema = content[kind].get("schema", {})
        faults = list(Draft202012Validator(schema, registry=self._registry).iter_errors(body))
        if faults:
            place = "/".join(map(str, faults[0].absolute_path))
            raise NotDocumented(f"{where}: /{place}: {faults[0].message}")
        if kind == "application/problem+json":
            codes = _CODES.findall(promised.get("description", ""))
            if body["code"] not in codes:
                raise NotDocumented(f"{where}: {body['code']} is not among {codes}")


class DocumentedClient:
    """Requests with a bearer token, an If-Match and an Idempotency-Key where they are wanted."""

    def __init__(self, app: Flask, address: str = "127.0.0.1") -> None:
        self._app = app
        self._client = app.test_client()
        self._address = address
        self._openapi = _openapi(app)

    @property
    def flask_app(self) -> Flask:
        return self._app

    def another(self) -> DocumentedClient:
        """A client of the same app, for another thread."""
        return DocumentedClient(self._app, self._address)

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        version: int | str | None = None,
        key: str | None = None,
        address: str | None = None,
        base: str = "/api/v1",
        **request: Any,
    ) -> TestResponse:
        """One request; `path` is below `base`. The answer was held against the document."""
        headers = dict(request.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if version is not None:
            headers["If-Match"] = f'"{version}"' if isinstance(version, int) else version
        if key is not None:
            headers["Idempotency-Key"] = key
        full = f"{base}{path}"
        response = self._client.open(
            full,
            method=method,
            headers=headers,
            environ_base={"REMOTE_ADDR": address or self._address},
            **request,
        )
        wanted = headers.get("X-HTTP-Method-Override", method)
        self._openapi.check(wanted, full.partition("?")[0], response)
        return response


@lru_cache(maxsize=4)
def _openapi(app: Flask) -> OpenApi:
    return OpenApi(json.loads(app.test_client().get("/openapi.json").data))


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", path)
    return re.compile("".join("[^/]+" if p.startswith("{") else re.escape(p) for p in parts))


def _absolute(node: Any) -> Any:
    """The same with every local reference made absolute, so that a part can be validated alone."""
    if isinstance(node, dict):
        return {
            key: f"{_URI}{value}"
            if key == "$ref" and isinstance(value, str) and value.startswith("#")
            else _absolute(value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_absolute(item) for item in node]
    return node
