"""Mandates and their signed papers."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.core.errors import NotFound
from backend.identity import queries as identity_queries
from backend.identity import service as identity
from backend.staff import queries, schemas
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench.http.desk import TOWNSHIP, pages, picked, show

_REASON = schemas.DeskReasonBody()


@pages.page("/mandates/<uuid:mandate_id>", "deskMandate", TOWNSHIP)
def mandate_page(mandate_id: UUID) -> str:
    """Who helps whom, and the paper that both signed."""
    found = identity.readable_mandate(work(), actor(), mandate_id)
    if found is None:
        raise NotFound()
    return show(
        "mandate",
        mandate=found,
        principal=found.unseal(work().vault, "principal_name"),
        reason=found.unseal(work().vault, "reason"),
        helper=queries.filed_by(work(), found.helper_account_id, found.id),
        place=queries.place_name(work(), found.division),
        acts_for=identity_queries.acts_for(work(), found.helper_account_id, found.county),
        most=queries.most_acted_for(work(), found.division),
    )


@pages.page("/helpers", "deskHelpers", TOWNSHIP)
def helpers_page() -> str:
    """Who acts for more people than a private helper may, or for as many."""
    own = (actor().scope or "").ljust(12, "0")
    return show(
        "helpers",
        helpers=queries.helpers_of_many(work(), actor()),
        most=queries.most_acted_for(work(), own),
    )


@pages.act("/mandates/<uuid:mandate_id>/acceptance", "deskMandateYes", TOWNSHIP, shows=mandate_page)
def accept(mandate_id: UUID) -> Response:
    """The paper is in order."""
    return _decide(mandate_id, accept=True, village_cadre="village_cadre" in request.form)


@pages.act("/mandates/<uuid:mandate_id>/rejection", "deskMandateNo", TOWNSHIP, shows=mandate_page)
def reject(mandate_id: UUID) -> Response:
    """It is not, and why."""
    return _decide(mandate_id, accept=False)


@pages.act("/mandates/<uuid:mandate_id>/revocation", "deskMandateEnd", TOWNSHIP, shows=mandate_page)
def revoke(mandate_id: UUID) -> Response:
    """The principal has no phone and says here that it is to end."""
    identity.revoke_mandate(work(), actor(), mandate_id)
    return to(f"/desk/mandates/{mandate_id}", "said_mandate_ended")


def _decide(mandate_id: UUID, *, accept: bool, village_cadre: bool = False) -> Response:
    reason = load(_REASON, {"reason": picked("reason")})["reason"]
    identity.decide_mandate(
        work(),
        actor(),
        mandate_id,
        accept=accept,
        reason=reason,
        version=version(),
        most_in=partial(queries.most_acted_for, work()),
        village_cadre=village_cadre,
    )
    return to(f"/desk/mandates/{mandate_id}", "said_mandate_decided")
