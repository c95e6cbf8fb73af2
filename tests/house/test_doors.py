"""Every door has an audience, and what passes through leaves neither token nor person in a log."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
import structlog.testing
from flask import Flask

from backend.app import create_app
from backend.core.access import Role
from backend.core.logs import fault_without_values
from tests.factories.house import Town, signers
from tests.factories.people import APPLICANT

NOT_DOORS = {
    "/",
    "/openapi.json",
    "/docs",
    "/style.css",
    "/favicon.ico",
    "/mini/",
    "/mini/sign",
    "/mini/lookup",
    "/mini/host.json",
    "/mini/{name}",
    "/desk/static/{name}",
}
ROLES = {str(role) for role in Role} | {"everybody"}
METHODS = {"GET", "PUT", "POST", "DELETE", "PATCH"}


@pytest.fixture(params=["sqlite"])
def seeded_url(request: pytest.FixtureRequest, tmp_path: Any, seeded_sqlite: Any) -> str:
    """What is logged does not hang on the database: one is enough here."""
    (tmp_path / "town.db").write_bytes(seeded_sqlite.read_bytes())
    return f"sqlite:///{tmp_path}/town.db"


def test_every_route_is_a_door_with_a_declared_audience(town: Town) -> None:
    app = create_app(town.house)
    paths = app.test_client().get("/openapi.json").get_json()["paths"]
    for rule in app.url_map.iter_rules():
        path = _openapi_path(str(rule))
        if path in NOT_DOORS or (path.startswith("/desk/") and _is_page(app, rule.endpoint)):
            continue
        for method in (rule.methods or set()) & METHODS:
            operation = paths[path][method.lower()]
            assert set(operation["x-audience"]) <= ROLES, (method, path)
            assert operation["x-audience"], (method, path)


def _is_page(app: Flask, endpoint: str) -> bool:
    """A page of a desk says who may come in too; an empty audience is everybody."""
    audience = getattr(app.view_functions[endpoint], "audience", None)
    return audience is not None and {str(role) for role in audience} <= ROLES


def _openapi_path(rule: str) -> str:
    parts = rule.replace("<", "{").replace(">", "}").split("/")
    return "/".join("{" + p.split(":")[-1] if ":" in p else p for p in parts)


def test_logs_hold_templates_and_neither_tokens_nor_people(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        structlog.testing.capture_logs(
            processors=[structlog.contextvars.merge_contextvars, fault_without_values]
        ) as lines,
        caplog.at_level(logging.DEBUG),
    ):
        me = town.citizen(APPLICANT)
        case = me.submitted()
        signer = signers(case)[-1]
        token = me.invite(case["id"], signer["id"])["token"]
        town.client.send("GET", f"/consent-invitations/{token}")
        desk = town.staff()
        desk.get("/staff/worklist")
        desk.get(f"/applications/{case['id']}")
        town.client.send(
            "POST",
            "/case-lookups",
            json={"receiptCode": case["receiptCode"], "lastFour": APPLICANT.number[-4:]},
        )
        me.patch(f"/applications/{case['id']}", {"x": APPLICANT.number}, version=1)
    told = json.dumps(lines, ensure_ascii=False, default=str) + caplog.text
    secrets = {
        "citizen's token": me.token, "staff's token": desk.token, "invitation": token,
        "member": signer["id"], "receipt": case["receiptCode"],
        "number": APPLICANT.number, "name": APPLICANT.name, "signer": signer["name"],
    }  # fmt: skip
    assert {what for what, value in secrets.items() if value and value in told} == set()
    requests = [line for line in lines if line["event"] == "request"]
    routes = {line["route"] for line in requests}
    assert "/api/v1/consent-invitations/<string:token>" in routes
    assert "/api/v1/applications/<uuid:application_id>" in routes
    assert {line["status"] for line in requests} >= {200, 201}
    assert len({line["request_id"] for line in requests}) == len(requests)
    about = {line["route"]: line.get("case_id") for line in requests}
    for route in (
        "/api/v1/applications/<uuid:application_id>", "/api/v1/applications", "/api/v1/documents",
        "/api/v1/consent-invitations/<string:token>",
    ):  # fmt: skip
        assert about[route] == case["id"]
    assert about["/api/v1/staff/worklist"] is None
