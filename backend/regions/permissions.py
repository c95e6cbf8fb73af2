"""Who may change the calendar."""

from __future__ import annotations

from backend.core.access import Actor, Permission, Role


def runs_a_county(actor: Actor, _: str) -> bool:
    """County and city staff: the days off of a place are theirs to announce."""
    return actor.has(Role.COUNTY, Role.CITY)


def holds_the_place(actor: Actor, prefix: str) -> bool:
    """`prefix` lies in the staff member's own division; nobody holds the whole country."""
    return actor.covers(prefix)


CALENDAR_EDIT = Permission("calendar.edit", [[runs_a_county, holds_the_place]])
