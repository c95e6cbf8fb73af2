"""Doors of help: ask, look, take back; at the desk take up and finish."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.core.access import Role
from backend.core.paging import CursorInvalid
from backend.core.transitions import IllegalMove
from backend.help import errors, queries, schemas, service
from backend.help.models import HelpRequest
from backend.regions.errors import DivisionTooWide, DivisionUnknown
from backend.web import Doors, actor, if_match, with_etag, work
from backend.web.doors import CITIZENS
from backend.web.leads import current, first_current

blp = Doors("help", __name__, url_prefix="/api/v1", description="请人来帮我办")
DESK = frozenset({Role.VILLAGE, Role.TOWNSHIP})
_MOVING = [errors.HelpNotFound, IllegalMove]


@blp.post("/help-requests")
@blp.door(
    "askForHelp",
    CITIZENS,
    problems=[
        DivisionUnknown,
        DivisionTooWide,
        errors.HelpNobodyToFind,
        errors.HelpAlreadyAsked,
        errors.HelpTooOften,
    ],
    idempotent=True,
    etag=True,
    leads={name: current(help_id="id") for name in ("withdrawHelp", "claimHelp")},
)
@blp.arguments(schemas.HelpBody)
@blp.response(201, schemas.HelpView)
def ask_for_help(body: dict[str, Any]) -> dict[str, Any]:
    """Ask the village and the township to help me in person."""
    return _own(service.ask(work(), actor(), service.Asked(**body)))


@blp.get("/help-requests/mine")
@blp.door("listMyHelp", CITIZENS)
@blp.response(200, schemas.HelpList)
def list_my_help() -> dict[str, Any]:
    """My newest requests for help."""
    mine = queries.of_account(work(), actor().id)
    return {"items": [schemas.help_view(work(), request) for request in mine]}


@blp.post("/help-requests/<uuid:help_id>/withdrawal")
@blp.door("withdrawHelp", CITIZENS, problems=_MOVING, versioned=True, etag=True)
@blp.response(200, schemas.HelpView)
def withdraw_help(help_id: UUID) -> dict[str, Any]:
    """Take it back: help is not needed any more."""
    return _own(service.withdraw(work(), actor(), help_id, if_match()))


@blp.get("/staff/help-requests")
@blp.door(
    "listHelpRequests",
    DESK,
    problems=[CursorInvalid],
    leads={name: first_current(help_id="id") for name in ("claimHelp", "finishHelp")},
)
@blp.arguments(schemas.DeskHelpQuery, location="query")
@blp.response(200, schemas.DeskHelpPage)
def list_help_requests(query: dict[str, Any]) -> dict[str, Any]:
    """Who asks for help in my place, the oldest first."""
    states = schemas.wanted_states(query["state"])
    found = queries.at_desk(work(), actor().scope or "none", states, query["page"])
    shown = schemas.desk_views(work(), actor(), list(found.items))
    return {"items": shown, "next_cursor": found.next_cursor}


@blp.post("/staff/help-requests/<uuid:help_id>/claim")
@blp.door(
    "claimHelp",
    DESK,
    problems=_MOVING,
    versioned=True,
    etag=True,
    leads={"finishHelp": current(help_id="id")},
)
@blp.response(200, schemas.DeskHelpView)
def claim_help(help_id: UUID) -> dict[str, Any]:
    """I help: the asker is told, and I see the phone number."""
    return _desk(service.claim(work(), actor(), help_id, if_match()))


@blp.post("/staff/help-requests/<uuid:help_id>/done")
@blp.door("finishHelp", DESK, problems=_MOVING, versioned=True, etag=True)
@blp.arguments(schemas.HelpDoneBody)
@blp.response(200, schemas.DeskHelpView)
def finish_help(body: dict[str, Any], help_id: UUID) -> dict[str, Any]:
    """It is done; a word to the asker may be added."""
    return _desk(service.finish(work(), actor(), help_id, if_match(), body["answer"]))


def _own(request: HelpRequest) -> dict[str, Any]:
    return schemas.help_view(work(), with_etag(request))


def _desk(request: HelpRequest) -> dict[str, Any]:
    [shown] = schemas.desk_views(work(), actor(), [with_etag(request)])
    return shown
