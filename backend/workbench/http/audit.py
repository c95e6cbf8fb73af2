"""What an auditor looks at beside the cases: who looked and acted, and the record's daily roots."""

from __future__ import annotations

from uuid import UUID

from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from backend.core.access import Role
from backend.web import actor, work
from backend.workbench import service
from backend.workbench.http.desk import pages, show

_AUDITORS = frozenset({Role.AUDITOR})


@pages.page("/cases/<uuid:application_id>/trail", "deskTrail", _AUDITORS)
def trail_page(application_id: UUID) -> str:
    """The record of one case, and whether it holds."""
    return show("trail", it=service.trail(work(), actor(), application_id))


@pages.page("/cases/<uuid:application_id>/trail.csv", "deskTrailFile", _AUDITORS)
def trail_file(application_id: UUID) -> Response:
    """The same to take away."""
    found = service.trail(work(), actor(), application_id)
    answer = FlaskResponse(service.as_csv(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{application_id}.csv"'
    return answer


@pages.page("/audit", "deskRoots", _AUDITORS)
def roots_page() -> str:
    """The daily roots, to be compared with those that are kept elsewhere."""
    return show("roots", roots=service.roots(work()))
