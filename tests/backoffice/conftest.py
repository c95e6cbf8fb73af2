"""The back office of every test here, and a case whose notice hangs."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from backend.audit.service import record_refusal
from backend.backoffice import service
from backend.backoffice.http import blp, pages
from backend.core.clocks import FixedClock
from backend.core.uow import Units
from backend.web.api import build
from backend.web.context import WebKit
from backend.web.pages import serve_static
from tests.backoffice.office import Office


@pytest.fixture
def app(units: Units) -> Flask:
    kit = WebKit(
        units, service.resolve_staff, record_refusal, public_url="http://127.0.0.1", demo=False
    )
    found = build(kit, [blp], trusted_proxies=0, limit=10000)
    found.register_blueprint(pages)
    serve_static(found)
    return found


@pytest.fixture
def office(units: Units, clock: FixedClock) -> Office:
    return Office(units, clock)


@pytest.fixture
def published(office: Office) -> uuid.UUID:
    """A case whose notice was put up today."""
    case_row_id = office.open_case()
    office.do(case_row_id, "verification")
    office.publish(case_row_id)
    return case_row_id
