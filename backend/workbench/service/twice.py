"""Who of a case's people is in another live case, as a desk is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.core.access import Actor
from backend.core.uow import Work
from backend.policy import queries as policy
from backend.policy.errors import ProgrammeUnknown
from backend.staff import queries as staff


@dataclass(frozen=True, slots=True)
class ElsewhereLine:
    """One of them, with the name of the programme."""

    found: staff.Elsewhere
    programme: str


def elsewhere_of(work: Work, actor: Actor, application_id: UUID) -> list[ElsewhereLine]:
    """Of a case that this desk may read."""
    found = staff.elsewhere(work, actor, application_id)
    return [ElsewhereLine(one, _programme_name(work, one.programme)) for one in found]


def _programme_name(work: Work, code: str) -> str:
    """A case of long ago may be of a programme that does not run any more."""
    try:
        return policy.programme(work, code).name.zh
    except ProgrammeUnknown:
        return code
