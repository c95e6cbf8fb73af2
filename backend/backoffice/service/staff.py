"""The back office's own staff and their tokens; the main system knows neither."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import StaffInvalid
from backend.backoffice.models import BoStaff
from backend.backoffice.states import StaffRole
from backend.core.access import SYSTEM, Actor, Role
from backend.core.crypto import token_hash
from backend.core.errors import Unauthenticated
from backend.core.uow import Units, Work

TOKEN_PREFIX: Final = "bo_"  # noqa: S105 - a mark by which people and log filters know such a token
_TOKEN_BYTES: Final = 24
_SCOPE_DIGITS: Final = frozenset({2, 4, 6, 9, 12})


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """One person of the demo's back office."""

    label: str
    name: str
    roles: tuple[StaffRole, ...]
    scope: str
    delegated: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """Who was added, and the token that is shown once."""

    label: str
    staff_id: UUID
    token: str


def add_staff(
    work: Work,
    *,
    name: str,
    roles: Sequence[StaffRole],
    scope: str,
    delegated: bool = False,
) -> str:
    """Add a member of staff; the bearer token is returned and only its hash kept. StaffInvalid.

    `scope` is a division prefix of 2, 4, 6, 9 or 12 digits; `delegated` lets a township's decider
    decide in the county's place (审核确认权限下放).
    """
    return _add(work, DemoStaff("", name, tuple(roles), scope, delegated)).token


def demo_staff(county: str, township: str) -> tuple[DemoStaff, ...]:
    """The demo's people: `county` is a 6-digit and `township` a 9-digit division prefix."""
    return (
        DemoStaff("verifier", "核对员演示", (StaffRole.VERIFIER,), county),
        DemoStaff("surveyor-1", "调查员演示甲", (StaffRole.SURVEYOR,), township),
        DemoStaff("surveyor-2", "调查员演示乙", (StaffRole.SURVEYOR,), township),
        DemoStaff("reviewer", "初审员演示", (StaffRole.REVIEWER,), township),
        DemoStaff("decider", "审核员演示", (StaffRole.DECIDER,), county),
        DemoStaff("township-decider", "乡镇审核员演示", (StaffRole.DECIDER,), township, True),
    )


def seed_demo_staff(work: Work, county: str, township: str) -> list[Issued]:
    """Add the demo's people; the tokens are for `var/demo.json` (0600). Adds anew on every call."""
    return [_add(work, one) for one in demo_staff(county, township)]


def resolve_staff(units: Units, token: str) -> Actor | None:
    """The session resolver of this room: who a back-office token belongs to, if anybody."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    with units.read() as work:
        staff = queries.staff_by_token_hash(work, token_hash(token))
        if staff is None:
            return None
        return Actor(roles=frozenset({Role.BACKOFFICE}), id=staff.id, scope=staff.scope)


def staff_of(work: Work, actor: Actor) -> BoStaff:
    """The member of staff behind an actor; raises Unauthenticated where there is none any more."""
    staff = queries.staff_by_id(work, actor.id) if actor.id else None
    if staff is None:
        raise Unauthenticated()
    return staff


def _add(work: Work, wanted: DemoStaff) -> Issued:
    why = _fault(wanted)
    if why:
        raise StaffInvalid(why=why)
    token = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    staff = BoStaff(
        id=work.new_id(),
        roles=sorted({StaffRole(role).value for role in wanted.roles}),
        scope=wanted.scope,
        delegated=wanted.delegated,
        active=True,
        token_hash=token_hash(token),
    )
    staff.seal(work.vault, name=wanted.name.strip())
    work.session.add(staff)
    work.session.flush()
    audit.record(work, SYSTEM, "backoffice.staff_added", f"bo_staff:{staff.id}", roles=staff.roles)
    return Issued(wanted.label, staff.id, token)


def _fault(wanted: DemoStaff) -> str | None:
    if not 1 <= len(wanted.name.strip()) <= 60:
        return "name: 1-60"
    if not wanted.roles:
        return "roles: 1+"
    if not (wanted.scope.isascii() and wanted.scope.isdigit()):
        return "scope: 0-9"
    if len(wanted.scope) not in _SCOPE_DIGITS:
        return "scope: 2, 4, 6, 9, 12"
    return None
