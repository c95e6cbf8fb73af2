"""Who asks for help, and who may take it up."""

from __future__ import annotations

from backend.core.access import Actor, Permission, Role
from backend.help.models import HelpRequest


def is_asker(actor: Actor, request: HelpRequest) -> bool:
    return actor.has(Role.CITIZEN) and actor.id == request.account_id


def is_desk_of_place(actor: Actor, request: HelpRequest) -> bool:
    """Village or township staff of the place; a county has no hands there."""
    return actor.has(Role.VILLAGE, Role.TOWNSHIP) and actor.covers(request.division)


HELP_WITHDRAW = Permission("help.withdraw", [[is_asker]])
HELP_GIVE = Permission("help.give", [[is_desk_of_place]])
