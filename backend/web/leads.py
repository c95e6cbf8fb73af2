"""Where an answer leads: OpenAPI links, by which a client's author (and the fuzz) sees what can be
done next with what came back, and the headers that answers carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Lead = Mapping[str, str]
ETAG: dict[str, Any] = {
    "description": "The version that `If-Match` names",
    "required": True,
    "schema": {"type": "string", "pattern": r'^"[0-9]{1,12}"$'},
}
REPLAYED: dict[str, Any] = {
    "description": "`true` where the answer to the first request of this key came again",
    "schema": {"type": "string", "enum": ["true"]},
}
_REFUSALS: Mapping[int, tuple[str, dict[str, Any]]] = {
    401: ("WWW-Authenticate", {"required": True, "schema": {"type": "string"}}),
    429: (
        "Retry-After",
        {"description": "seconds", "required": True, "schema": {"type": "integer", "minimum": 0}},
    ),
    503: ("Retry-After", {"description": "seconds", "schema": {"type": "integer", "minimum": 0}}),
}


def lead(**fields: str) -> Lead:
    """The next operation's parameters, each from a field of this answer."""
    return {name: f"$response.body#/{field}" for name, field in fields.items()}


def current(**fields: str) -> Lead:
    """The same for a change, which names the version that came with this answer."""
    return {**lead(**fields), "If-Match": "$response.header.ETag"}


def first(**fields: str) -> Lead:
    """The next operation's parameters, from the first row of this list."""
    return lead(**{name: f"items/0/{field}" for name, field in fields.items()})


def first_current(**fields: str) -> Lead:
    """The same for a change, which names the row's version."""
    return {**first(**fields), "If-Match": '"{$response.body#/items/0/version}"'}


def same(*names: str) -> Lead:
    """The next operation's parameters, as they stood in this one's path."""
    return {name: f"$request.path.{name}" for name in names}


def document_headers(responses: dict[Any, Any], door: Mapping[str, Any]) -> None:
    """Write down the headers that answers carry."""
    for status, response in responses.items():
        headers: dict[str, Any] = {}
        if int(status) < 300 and door["etag"]:
            headers["ETag"] = ETAG
        if int(status) < 300 and door["idempotent"]:
            headers["Idempotency-Replayed"] = REPLAYED
        if int(status) in _REFUSALS:
            name, header = _REFUSALS[int(status)]
            headers[name] = header
        if headers:
            response["headers"] = {**response.get("headers", {}), **headers}


def document_links(responses: dict[Any, Any], leads: Mapping[str, Lead]) -> None:
    """Write down the links of the answer that means success."""
    for status, response in responses.items():
        if int(status) < 300 and leads:
            response["links"] = {
                operation: {"operationId": operation, "parameters": dict(parameters)}
                for operation, parameters in leads.items()
            }
