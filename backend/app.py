"""The web door: the Flask app over the house."""

from __future__ import annotations

import hmac

from flask import Flask

from backend import house as houses
from backend.applications.http import blp as applications
from backend.audit import service as audit
from backend.backoffice import service as backoffice_service
from backend.backoffice.http import blp as backoffice
from backend.backoffice.http import demo_pages as office_demo
from backend.backoffice.http import pages as office
from backend.consent import service as consent_service
from backend.consent.http import blp as consent
from backend.core import logs
from backend.core.access import MONITOR, Actor
from backend.core.settings import Settings
from backend.core.uow import Units
from backend.documents.http import blp as documents
from backend.forwarding import service as forwarding_service
from backend.forwarding.http import blp as forwarding
from backend.help.http import blp as help_requests
from backend.house import House
from backend.identity import service as identity_service
from backend.identity.http import blp as identity
from backend.letters.http import blp as letters
from backend.notifications.http import blp as notifications
from backend.operations import health as operations
from backend.operations.gauges import Exposition
from backend.policy.http import blp as policy
from backend.regions.http import blp as regions
from backend.staff.http import blp as staff
from backend.supervisor.gate import pass_gate
from backend.tracking.http import blp as tracking
from backend.web import api, demo, health, metrics
from backend.web.context import SessionResolver, WebKit
from backend.web.pages import serve_static
from backend.web.pages.demo import serve_demo_people
from backend.wishes.http import blp as wishes
from backend.workbench.http import demo_pages as workbench_demo
from backend.workbench.http import pages as workbench

ROOMS = (
    identity,
    notifications,
    regions,
    policy,
    applications,
    wishes,
    help_requests,
    tracking,
    consent,
    documents,
    letters,
    staff,
    forwarding,
)
DESTINATIONS = (forwarding_service.DESTINATION, backoffice_service.DESTINATION)
LIMIT = 1200  # requests a minute from one address


def create_app(house: House) -> Flask:
    """An app that serves this house."""
    settings = house.settings
    kit = WebKit(
        house.units,
        resolver(settings.metrics_token),
        audit.record_refusal,
        public_url=settings.public_url,
        demo=settings.demo,
        wechat_url=settings.wechat_url,
    )
    doors = [
        *ROOMS,
        health.doors(operations.checks(house, DESTINATIONS)),
        metrics.doors(Exposition(house, DESTINATIONS)),
    ]
    if settings.backoffice_embedded:
        doors.append(backoffice)
    if settings.demo:
        doors.append(demo.blp)
    app = api.build(kit, doors, trusted_proxies=settings.trusted_proxies, limit=LIMIT)
    if settings.backoffice_embedded:
        app.register_blueprint(office)
    app.extensions["wechat"] = house.wechat
    app.extensions["outside"] = house.outside
    app.extensions["face"] = house.face
    app.extensions["documents"] = house.documents
    app.extensions["tasks"] = house.tasks
    serve_static(app)
    app.register_blueprint(workbench)
    if settings.demo:
        _serve_demo(app, settings)
    return app


def _serve_demo(app: Flask, settings: Settings) -> None:
    """Doors that a real system does not have at all."""
    app.extensions |= serve_demo_people(settings.home / "demo.json")
    app.register_blueprint(workbench_demo)
    if settings.backoffice_embedded:
        app.register_blueprint(office_demo)


def wsgi() -> Flask:
    """What gunicorn serves."""
    settings = Settings.from_env()
    logs.configure(settings.log_level)
    pass_gate()
    return create_app(houses.build(settings))


def resolver(metrics_token: str | None) -> SessionResolver:
    """`resolve`, and the monitoring that brings the token of the settings."""

    def found(units: Units, token: str) -> Actor | None:
        if metrics_token is not None and hmac.compare_digest(token, metrics_token):
            return MONITOR
        return resolve(units, token)

    return found


def resolve(units: Units, token: str) -> Actor | None:
    """Who a bearer token belongs to: a mark says where to look first, and a log-in's token has none
    but may by chance begin like one.
    """
    found: Actor | None = None
    if token.startswith("sg_"):
        found = consent_service.resolve_signing(units, token)
    elif token.startswith("bo_"):
        found = backoffice_service.resolve_staff(units, token)
    return found or identity_service.resolve(units, token)
