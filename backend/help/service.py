"""Asking for help, and what village and township do with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from backend.audit import service as audit
from backend.core.access import Actor, Role, require
from backend.core.attempts import wait_in_window
from backend.core.transitions import next_state
from backend.core.uow import Work
from backend.help import queries
from backend.help.errors import HelpAlreadyAsked, HelpNobodyToFind, HelpTooOften
from backend.help.models import HelpRequest
from backend.help.permissions import HELP_GIVE, HELP_WITHDRAW
from backend.help.states import MOVES, UNFINISHED, HelpState
from backend.identity import service as identity
from backend.regions import queries as regions
from backend.regions.rules import county_of

MOST_A_DAY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Where somebody wants help, and how to find him; nothing but the place must be given."""

    division: str
    phone: str | None = field(repr=False)
    note: str | None = field(repr=False)


def ask(work: Work, actor: Actor, asked: Asked) -> HelpRequest:
    """Make a task for the village and the township of a place.

    Raises DivisionUnknown, DivisionTooWide, HelpNobodyToFind, HelpAlreadyAsked, HelpTooOften.
    """
    regions.get_local(work, asked.division, path="/division")
    name = identity.name_of_account(work, actor)[0] if actor.person_id else None
    if not (name or asked.phone or asked.note):
        raise HelpNobodyToFind(path="/phone")
    _require_room(work, actor)
    assert actor.id is not None  # noqa: S101 - a citizen's session always has its account
    now = work.wall.now()
    request = HelpRequest(
        id=work.new_id(),
        created_at=now,
        updated_at=now,
        county=county_of(asked.division),
        division=asked.division,
        account_id=actor.id,
        state=HelpState.OPEN,
    )
    request.seal(work.vault, name=name, phone=asked.phone, note=asked.note)
    work.session.add(request)
    try:
        work.session.flush()  # the database says whether one is open already
    except IntegrityError as taken:
        raise HelpAlreadyAsked() from taken
    _record(work, actor, request, "help.asked")
    return request


def read(work: Work, actor: Actor, help_id: UUID) -> HelpRequest:
    """One request for the desk of its place; the look is recorded. Raises HelpNotFound,
    AccessRefused.
    """
    request = queries.get(work, help_id, lock=False)
    require(HELP_GIVE, actor, request)
    work.after_end(lambda later: _record(later, actor, request, "help.read"))
    return request


def withdraw(work: Work, actor: Actor, help_id: UUID, version: int) -> HelpRequest:
    """Help is not needed any more; raises HelpNotFound, IllegalMove, StaleVersion."""
    request = queries.get(work, help_id)
    require(HELP_WITHDRAW, actor, request)
    work.check_version(request, version)
    _move(work, actor, request, "withdraw", "help.withdrawn")
    return request


def claim(work: Work, actor: Actor, help_id: UUID, version: int) -> HelpRequest:
    """Take it up, also from a colleague; the asker is told and the phone number shown.

    Raises HelpNotFound, AccessRefused, IllegalMove, StaleVersion.
    """
    request = _for_desk(work, actor, help_id, version)
    _move(work, actor, request, "claim", "help.claimed")
    request.taken_by, request.taken_at = actor.id, work.wall.now()
    request.taken_as = Role.VILLAGE if actor.has(Role.VILLAGE) else Role.TOWNSHIP
    _tell(work, request, "told_help_taken")
    return request


def finish(
    work: Work, actor: Actor, help_id: UUID, version: int, answer: str | None
) -> HelpRequest:
    """It is done; raises HelpNotFound, AccessRefused, IllegalMove, StaleVersion."""
    request = _for_desk(work, actor, help_id, version)
    _move(work, actor, request, "finish", "help.done")
    request.seal(work.vault, answer=answer)
    _tell(work, request, "told_help_done")
    return request


def _require_room(work: Work, actor: Actor) -> None:
    if any(one.state in UNFINISHED for one in queries.of_account(work, actor.id)):
        raise HelpAlreadyAsked()
    now = work.wall.now()
    today = queries.asked_since(work, actor.id, now - _DAY)
    wait = wait_in_window(today, MOST_A_DAY, now, _DAY)
    if wait is not None:
        raise HelpTooOften(retry_after=wait, most=MOST_A_DAY)


def _for_desk(work: Work, actor: Actor, help_id: UUID, version: int) -> HelpRequest:
    request = queries.get(work, help_id)
    require(HELP_GIVE, actor, request)
    work.check_version(request, version)
    return request


def _move(work: Work, actor: Actor, request: HelpRequest, action: str, deed: str) -> None:
    request.state = next_state(MOVES, HelpState(request.state), action)
    request.updated_at = work.wall.now()
    _record(work, actor, request, deed)


def _tell(work: Work, request: HelpRequest, code: str) -> None:
    identity.tell(work, code, account=request.account_id, about=request.id)


def _record(work: Work, actor: Actor, request: HelpRequest, action: str, **details: Any) -> None:
    audit.record(
        work,
        actor,
        action,
        f"help_request:{request.id}",
        case=request.id,
        county=request.county,
        **details,
    )
