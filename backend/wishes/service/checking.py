"""A first look at a wish's text by an outside system, for the township to see beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from backend.core.access import Actor
from backend.core.attempts import Limit, spend
from backend.core.errors import TooManyAttempts
from backend.core.uow import Units
from backend.identity import service as identity
from backend.wishes.ports import TextCheck, Verdict

LOOKS: Final = Limit("wish-text", 30, timedelta(days=1))


def look_at(units: Units, checker: TextCheck | None, actor: Actor, text: str) -> Verdict | None:
    """What content safety says of a text that a citizen typed; None where nobody was asked or
    answered. It never keeps a wish from being posted: the township reads each one anyway.
    """
    if checker is None or actor.is_staff or actor.id is None:
        return None
    try:
        spend(units, LOOKS, str(actor.id))
    except TooManyAttempts:
        return None
    with units.read() as work:
        openid = identity.openid_of(work, actor.id)
    return checker.verdict(openid, text)
