"""Who is calling, and permission tables that read as policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from backend.core.errors import AccessRefused, HiddenRefused


class Role(StrEnum):
    """The roles of the contract (design: signer to back office)."""

    ANONYMOUS = "anonymous"
    SIGNER = "signer"
    CITIZEN = "citizen"
    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"
    CITY = "city"
    AUDITOR = "auditor"
    BACKOFFICE = "backoffice"
    MONITOR = "monitor"
    SYSTEM = "system"


STAFF_ROLES = frozenset({Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY, Role.CITY, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever stands behind a request or a job.

    `id` is the account, staff member or signing session; `person_id` the person that a citizen's
    account
    has claimed, `proven` whether that claim was proven; `scope` the division prefix of a staff
    member.
    """

    roles: frozenset[Role]
    id: UUID | None = None
    session_id: UUID | None = None
    person_id: UUID | None = None
    proven: bool = False
    scope: str | None = None
    invitation_id: UUID | None = None

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF_ROLES)

    @property
    def label(self) -> str:
        """The word that audit rows and timelines carry."""
        return next(iter(sorted(self.roles)), Role.ANONYMOUS)

    def covers(self, division: str) -> bool:
        """Whether a staff member's scope holds this 12-digit division code."""
        return bool(self.scope) and division.startswith(str(self.scope))


ANONYMOUS = Actor(roles=frozenset({Role.ANONYMOUS}))
SYSTEM = Actor(roles=frozenset({Role.SYSTEM}))
MONITOR = Actor(roles=frozenset({Role.MONITOR}))

Predicate = Callable[[Actor, Any], bool]


@dataclass(frozen=True, slots=True)
class Permission:
    """One line of policy: allowed when all predicates of any row hold; an empty row never does."""

    name: str
    rows: Sequence[Sequence[Predicate]]

    def allows(self, actor: Actor, target: Any) -> bool:
        return any(row and all(p(actor, target) for p in row) for row in self.rows)


def require(permission: Permission, actor: Actor, target: Any) -> None:
    """Deny by default: staff are told that they may not (403), a citizen that there is no such
    thing (404).
    """
    if permission.allows(actor, target):
        return
    if actor.is_staff:
        raise AccessRefused(permission.name)
    raise HiddenRefused(permission.name)
