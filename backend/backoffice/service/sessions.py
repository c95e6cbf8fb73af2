"""Log-ins at the back office's pages: password and one-time code, a session of eight hours."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import LogInRefused
from backend.backoffice.models import BoSession, BoStaff
from backend.core.access import Actor, Role
from backend.core.attempts import Limit, clear, spend
from backend.core.clocks import lives
from backend.core.crypto import token_hash
from backend.core.errors import StorageFull
from backend.core.ids import new_token
from backend.core.passwords import password_fits, totp_step
from backend.core.uow import Units, Work

TOKEN_PREFIX: Final = "bo_"  # noqa: S105 - a mark by which people and log filters know such a token
LIFE, IDLE = timedelta(hours=8), timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)  # how precisely idleness is known
TRIES = Limit("office-login", 10, timedelta(minutes=15))
ADDRESS_TRIES = Limit("office-login-address", 60, timedelta(minutes=15))
_ROLES = frozenset({Role.BACKOFFICE})


def log_in(
    units: Units,
    username: str,
    password: str,
    totp: str,
    *,
    address: str,
    replaces: str | None = None,
) -> str:
    """A fresh session's token, shown this once; the session of `replaces` ends with it.

    Raises LogInRefused, which does not say what was wrong, and TooManyAttempts.
    """
    spend(units, ADDRESS_TRIES, address)
    spend(units, TRIES, username)
    with units.read() as work:
        known = queries.staff_by_username(work, username)
        stored = known.password_hash if known else None
    right = password_fits(stored, password)
    with units.write() as work:
        staff = queries.staff_by_username(work, username)
        step = _step(work, staff, totp) if staff else None
        if right and staff is not None and step is not None:
            staff.last_totp_step = step
            clear(work, TRIES, username)
            clear(work, ADDRESS_TRIES, address)  # a whole office may share one
            log_out(work, replaces)
            return _open(work, staff)
        # the refusal is kept by this very unit: it has nothing else to lose
        nobody = Actor(frozenset({Role.ANONYMOUS}))
        audit.record(work, nobody, "session.refused", "backoffice")
    raise LogInRefused()


def log_out(work: Work, token: str | None) -> None:
    """End the session of a token, where there is one."""
    session = queries.session_by_token(work, token_hash(token)) if token else None
    if session is not None and session.ended_at is None:
        session.ended_at = work.wall.now()


def staff_at(units: Units, token: str) -> UUID | None:
    """Who sits at the session of this token; None where it ended, expired or lay idle for too
    long.
    """
    with units.read() as work:
        session = queries.session_by_token(work, token_hash(token))
        now = work.wall.now()
        if session is None or not _is_live(session, now):
            return None
        row_id, staff_id, seen = session.id, session.staff_id, session.last_seen_at
    if abs(now - seen) >= SEEN_EVERY:
        # a full disk costs nobody the look: the session only looks idle for longer
        with contextlib.suppress(StorageFull), units.write() as later:
            _seen(later, row_id)
    return staff_id


def actor_of(staff: BoStaff) -> Actor:
    """How the rest of the house knows a member of this staff."""
    return Actor(roles=_ROLES, id=staff.id, scope=staff.scope)


def _is_live(session: BoSession, now: datetime) -> bool:
    if session.ended_at is not None:
        return False
    if not lives(now, session.expires_at - LIFE, session.expires_at):
        return False
    return lives(now, session.last_seen_at, session.last_seen_at + IDLE)


def _seen(work: Work, row_id: UUID) -> None:
    # without the row's version: two requests of one browser at once must not refuse each other
    work.session.execute(
        update(BoSession).where(BoSession.id == row_id).values(last_seen_at=work.wall.now())
    )


def _open(work: Work, staff: BoStaff) -> str:
    token, now = TOKEN_PREFIX + new_token(), work.wall.now()
    session = BoSession(
        id=work.new_id(),
        created_at=now,
        token_hash=token_hash(token),
        staff_id=staff.id,
        expires_at=now + LIFE,
        last_seen_at=now,
    )
    work.session.add(session)
    audit.record(work, actor_of(staff), "session.opened", "backoffice")
    return token


def _step(work: Work, staff: BoStaff, code: str) -> int | None:
    secret = staff.unseal(work.vault, "totp_secret")
    if secret is None:
        return None
    return totp_step(str(secret), code, after=staff.last_totp_step or 0, now=work.wall.now())
