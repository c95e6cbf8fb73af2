"""The back office's own staff and their tokens; the main system knows neither."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import StaffInvalid
from backend.backoffice.models import BoStaff
from backend.backoffice.service.sessions import TOKEN_PREFIX, actor_of, staff_at
from backend.backoffice.states import StaffRole
from backend.core.access import SYSTEM, Actor
from backend.core.crypto import token_hash
from backend.core.errors import Unauthenticated
from backend.core.passwords import new_totp_secret
from backend.core.uow import Units, Work

_TOKEN_BYTES: Final = 24
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_SCOPE_DIGITS: Final = frozenset({2, 4, 6, 9, 12})


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who somebody is in the back office; `label` names a person of the demo."""

    label: str
    name: str
    roles: tuple[StaffRole, ...]
    scope: str
    delegated: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody logs in to the pages with; `password_hash` is what `hash_password` made."""

    username: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Issued:
    """Who was added, and what is shown once: the token of the API, and the secret of the one-time
    codes where this person has a seat at the pages.
    """

    label: str
    staff_id: UUID
    token: str
    totp_secret: str | None = None


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
    return _add(work, Colleague("", name, tuple(roles), scope, delegated)).token


def hire(work: Work, wanted: Colleague, seat: Seat) -> Issued:
    """Add a member of staff with a token for the API and a seat at the pages. StaffInvalid."""
    issued = _add(work, wanted)
    return replace(issued, totp_secret=seat_staff(work, issued.staff_id, seat))


def seat_staff(work: Work, staff_id: UUID, seat: Seat) -> str:
    """Give a member of staff a seat at the pages; answers the secret of the one-time codes, which
    is shown this once. Raises StaffInvalid where the name is taken or no name.
    """
    if not _USERNAME.fullmatch(seat.username):
        raise StaffInvalid(why="username: a-z 0-9 . _ -, 2-40")
    if queries.has_username(work, seat.username):
        raise StaffInvalid(why="username")
    staff = work.session.get_one(BoStaff, staff_id)
    secret = new_totp_secret()
    staff.username, staff.password_hash = seat.username, seat.password_hash
    staff.last_totp_step = 0
    staff.seal(work.vault, totp_secret=secret)
    audit.record(work, SYSTEM, "backoffice.staff_seated", f"bo_staff:{staff.id}")
    return secret


def demo_staff(county: str, township: str) -> tuple[Colleague, ...]:
    """The demo's people: `county` is a 6-digit and `township` a 9-digit division prefix."""
    return (
        Colleague("verifier", "核对员演示", (StaffRole.VERIFIER,), county),
        Colleague("surveyor-1", "调查员演示甲", (StaffRole.SURVEYOR,), township),
        Colleague("surveyor-2", "调查员演示乙", (StaffRole.SURVEYOR,), township),
        Colleague("reviewer", "初审员演示", (StaffRole.REVIEWER,), township),
        Colleague("decider", "审核员演示", (StaffRole.DECIDER,), county),
        Colleague("township-decider", "乡镇审核员演示", (StaffRole.DECIDER,), township, True),
    )


def seed_demo_staff(
    work: Work, county: str, township: str, password_hash: str | None = None
) -> list[Issued]:
    """Add the demo's people; what is issued is for `var/demo.json` (0600). Adds anew on every call.

    With the hash of a password they get seats at the pages too, each named by its label.
    """
    people = demo_staff(county, township)
    if password_hash is None:
        return [_add(work, one) for one in people]
    return [hire(work, one, Seat(one.label, password_hash)) for one in people]


def resolve_staff(units: Units, token: str) -> Actor | None:
    """The session resolver of this room: who a token of the API or of a session at the pages
    belongs to, if anybody.
    """
    if not token.startswith(TOKEN_PREFIX):
        return None
    seated = staff_at(units, token)
    with units.read() as work:
        if seated is not None:
            staff = queries.staff_by_id(work, seated)
        else:
            staff = queries.staff_by_token_hash(work, token_hash(token))
        return None if staff is None else actor_of(staff)


def staff_of(work: Work, actor: Actor) -> BoStaff:
    """The member of staff behind an actor; raises Unauthenticated where there is none any more."""
    staff = queries.staff_by_id(work, actor.id) if actor.id else None
    if staff is None:
        raise Unauthenticated()
    return staff


def _add(work: Work, wanted: Colleague) -> Issued:
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


def _fault(wanted: Colleague) -> str | None:
    if not 1 <= len(wanted.name.strip()) <= 60:
        return "name: 1-60"
    if not wanted.roles:
        return "roles: 1+"
    if not (wanted.scope.isascii() and wanted.scope.isdigit()):
        return "scope: 0-9"
    if len(wanted.scope) not in _SCOPE_DIGITS:
        return "scope: 2, 4, 6, 9, 12"
    return None
