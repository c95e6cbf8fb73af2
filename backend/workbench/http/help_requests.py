"""Who asks for somebody to come and help: look, take it up, say how it ended."""

from __future__ import annotations

from uuid import UUID

from werkzeug.wrappers import Response

from backend.core import messages
from backend.core.access import Role
from backend.core.errors import FieldError, Invalid
from backend.help import schemas, service
from backend.staff import queries
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench import service as desk
from backend.workbench.http.desk import pages, picked, show

_HELPERS = frozenset({Role.VILLAGE, Role.TOWNSHIP})  # nobody above has hands there
_DONE = schemas.HelpDoneBody()
_TOLD = ("told_help_taken", "told_help_done")


@pages.page("/help/<uuid:help_id>", "deskHelp", _HELPERS)
def help_page(help_id: UUID) -> str:
    """One request: where, who, what was said, since when; the look is recorded."""
    found = service.read(work(), actor(), help_id)
    [shown] = schemas.desk_views(work(), actor(), [found])
    taken, done = (messages.say(code).zh for code in _TOLD)
    due = desk.due_here(work(), actor(), "help", found.created_at)
    return show(
        "help",
        it=shown,
        place=queries.place_name(work(), found.division),
        due=due,
        late=due < work().legal.today(),
        taken_by=queries.staff_name(work(), found.taken_by),
        taken_at=found.taken_at,
        told_taken=taken,
        told_done=done,
    )


@pages.act("/help/<uuid:help_id>/claim", "deskHelpTake", _HELPERS, shows=help_page)
def take(help_id: UUID) -> Response:
    """I go there; also instead of a colleague."""
    service.claim(work(), actor(), help_id, version())
    return to(f"/desk/help/{help_id}", "said_help_taken")


@pages.act("/help/<uuid:help_id>/done", "deskHelpDone", _HELPERS, shows=help_page)
def finish(help_id: UUID) -> Response:
    """It is over; at the desk nobody ends it without a word to whoever asked."""
    answer = picked("answer")
    if not answer:
        raise Invalid(errors=[FieldError("/answer", "field_required")])
    body = load(_DONE, {"answer": answer})
    service.finish(work(), actor(), help_id, version(), body["answer"])
    return to(f"/desk/help/{help_id}", "said_help_done")
