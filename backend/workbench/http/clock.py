"""A case's clock at the desk: made longer, let stand, let go on."""

from __future__ import annotations

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.applications import schemas
from backend.applications import service as applications
from backend.core.access import Role
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench.http.cases import case_page
from backend.workbench.http.desk import pages

OFFICES = frozenset({Role.TOWNSHIP, Role.COUNTY})
_EXTENSION, _PAUSE = schemas.ExtensionBody(), schemas.PauseBody()


@pages.act("/cases/<uuid:application_id>/extension", "deskExtend", OFFICES, shows=case_page)
def extend(application_id: UUID) -> Response:
    """Make its time longer, once; the applicant is told why."""
    body = load(_EXTENSION, _reason())
    applications.extend(work(), actor(), application_id, version(), **body)
    return _back(application_id, "said_extended")


@pages.act("/cases/<uuid:application_id>/pause", "deskPause", OFFICES, shows=case_page)
def pause(application_id: UUID) -> Response:
    """Let the clock stand."""
    body = load(_PAUSE, _reason())
    applications.pause(work(), actor(), application_id, version(), **body)
    return _back(application_id, "said_paused")


@pages.act("/cases/<uuid:application_id>/resumption", "deskResume", OFFICES, shows=case_page)
def resume(application_id: UUID) -> Response:
    """Let it go on."""
    applications.resume(work(), actor(), application_id, version())
    return _back(application_id, "said_resumed")


def _reason() -> dict[str, str]:
    return {name: request.form.get(name, "").strip() for name in ("reason", "note")}


def _back(application_id: UUID, word: str) -> Response:
    return to(f"/desk/cases/{application_id}#clock", word)
