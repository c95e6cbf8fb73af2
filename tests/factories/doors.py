"""A client of an app that has some rooms' doors and no more, where nobody can log in."""

from __future__ import annotations

from flask.testing import FlaskClient

from backend.core.access import Actor
from backend.core.errors import AppError
from backend.core.uow import Units
from backend.web import Doors
from backend.web.api import build
from backend.web.context import WebKit


def client_of(units: Units, *rooms: Doors, demo: bool = True) -> FlaskClient:
    """Requests to these rooms only."""
    kit = WebKit(units, _nobody, _forget, public_url="http://127.0.0.1:8000", demo=demo)
    return build(kit, rooms, trusted_proxies=0, limit=1000).test_client()


def _nobody(units: Units, token: str) -> Actor | None:
    return None


def _forget(units: Units, actor: Actor, refused: AppError) -> None:
    return None
