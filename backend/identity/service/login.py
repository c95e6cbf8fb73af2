"""Log-in and sessions: opaque tokens, of which only the hash is kept, rotated at every log-in."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from backend.audit import service as audit
from backend.core.access import Actor, Role
from backend.core.attempts import Limit, clear, spend, wait_in_window
from backend.core.clocks import lives
from backend.core.crypto import token_hash
from backend.core.errors import StorageFull, TooManyAttempts
from backend.core.ids import new_token
from backend.core.lookups import alone_with
from backend.core.passwords import password_fits, totp_step
from backend.core.uow import Units, Work
from backend.identity import queries
from backend.identity.errors import CredentialsInvalid
from backend.identity.models import Account, LoginSession, StaffMember
from backend.identity.ports import WechatLogin

CITIZEN_LIFE = timedelta(days=30)
SHARED_PHONE_LIFE = timedelta(hours=12)
_DAY = timedelta(days=1)
STAFF_LIFE, STAFF_IDLE = timedelta(hours=8), timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)  # how precisely idleness is known
MOST_LOG_INS = 200  # of one account within a day
STAFF_TRIES = Limit("staff-login", 10, timedelta(minutes=15))
# One address may stand for a whole carrier: a WeChat code cannot be guessed, so the bound is wide.
WECHAT_TRIES = Limit("wechat-login-address", 1200, timedelta(minutes=15))
ADDRESS_TRIES = Limit("staff-login-address", 60, timedelta(minutes=15))

_CITIZEN = frozenset({Role.CITIZEN})


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A fresh session; the token is shown this once."""

    token: str
    expires_at: datetime
    roles: list[str]


def log_in_wechat(
    units: Units,
    wechat: WechatLogin,
    code: str,
    *,
    shared_phone: bool,
    address: str,
    replaces: str | None = None,
) -> LoggedIn:
    """Trade a wx.login code for a session; the account is made at its first log-in.

    The phone's session before, whose token is `replaces`, ends with it. A phone marked as shared
    ends after 12 hours instead of 30 days. Raises the wechat_* problems.
    """
    spend(units, WECHAT_TRIES, address)
    openid = wechat.session_of(code).openid
    life = SHARED_PHONE_LIFE if shared_phone else CITIZEN_LIFE
    with units.last() as work:
        account = queries.account_by_openid(work, openid)
        if account is None and alone_with(work, "openid", openid):
            account = queries.account_by_openid(work, openid)
        account = account or _new_account(work, openid)
        _require_few(work, account)
        _end(work, replaces)
        token, session = _open_session(work, life, life if shared_phone else None)
        session.account_id = account.id
        actor = Actor(frozenset({Role.CITIZEN}), account.id, session.id)
        audit.record(work, actor, "session.opened", f"account:{account.id}", shared=shared_phone)
    return LoggedIn(token, session.expires_at, [Role.CITIZEN])


def _require_few(work: Work, account: Account) -> None:
    """A phone asks for a code each time it opens the mini-program, not all day long."""
    now = work.wall.now()
    today = queries.log_ins_since(work, account.id, now - _DAY, MOST_LOG_INS)
    wait = wait_in_window(today, MOST_LOG_INS, now, _DAY)
    if wait is not None:
        raise TooManyAttempts(retry_after=wait)


def log_in_staff(
    units: Units,
    username: str,
    password: str,
    totp: str,
    *,
    address: str,
    replaces: str | None = None,
) -> LoggedIn:
    """Password (argon2id) and one-time code together; the session of `replaces` ends with it.

    Raises CredentialsInvalid, TooManyAttempts.
    """
    spend(units, ADDRESS_TRIES, address)
    spend(units, STAFF_TRIES, username)
    with units.read() as work:
        known = queries.staff_by_username(work, username)
        stored = known.password_hash if known and known.active else None
    right = password_fits(stored, password)
    with units.write() as work:
        member = queries.staff_by_username(work, username)
        step = _totp_step(work, member, totp) if member else None
        if not right or member is None or step is None:
            # the refusal is kept by this very unit: it has nothing else to lose
            nobody = Actor(frozenset({Role.ANONYMOUS}))
            audit.record(work, nobody, "session.refused", "staff")
        else:
            member.last_totp_step = step
            clear(work, STAFF_TRIES, username)
            clear(work, ADDRESS_TRIES, address)  # a whole office may share one
            _end(work, replaces)
            token, session = _open_session(work, STAFF_LIFE, STAFF_IDLE)
            session.staff_id = member.id
            audit.record(work, _staff_actor(member, session.id), "session.opened", "staff")
            return LoggedIn(token, session.expires_at, list(member.roles))
    raise CredentialsInvalid()


def log_out(work: Work, actor: Actor) -> None:
    """End the caller's session."""
    session = work.session.get(LoginSession, actor.session_id)
    if session is not None:
        session.revoked_at = work.wall.now()


def _end(work: Work, token: str | None) -> None:
    """End the session of a token that the next log-in on the same device replaces."""
    before = queries.session_by_token(work, token) if token else None
    if before is not None and before.revoked_at is None:
        before.revoked_at = work.wall.now()


def resolve(units: Units, token: str) -> Actor | None:
    """Who a token belongs to; None where it is unknown, ended, expired or idle for too long."""
    with units.glance() as work:
        session = queries.session_row(work, token)
        now = work.wall.now()
        if session is None or not _is_live(session, now):
            return None
    if abs(now - session.last_seen_at) >= SEEN_EVERY:
        # a full disk costs nobody the look at their case: the session only looks idle for longer
        with contextlib.suppress(StorageFull), units.write() as later:
            _seen(later, session.id)
    return _actor(session)


def _actor(session: queries.SessionRow) -> Actor | None:
    if session.account:
        return Actor(
            roles=_CITIZEN,
            id=session.account,
            session_id=session.id,
            person_id=session.person_id,
            proven=session.assurance is not None,
        )
    if session.staff and session.active:
        roles = frozenset(Role(role) for role in session.roles or ())
        return Actor(roles=roles, id=session.staff, session_id=session.id, scope=session.scope)
    return None


def _is_live(session: queries.SessionRow, now: datetime) -> bool:
    if session.revoked_at is not None:
        return False
    if not lives(now, session.expires_at - _life(session), session.expires_at):
        return False
    if session.idle_seconds is None:
        return True
    idle_at = session.last_seen_at + timedelta(seconds=session.idle_seconds)
    return lives(now, session.last_seen_at, idle_at)


def _life(session: queries.SessionRow) -> timedelta:
    if session.staff is not None:
        return STAFF_LIFE
    return CITIZEN_LIFE if session.idle_seconds is None else SHARED_PHONE_LIFE


def _seen(work: Work, session_id: UUID) -> None:
    # without the row's version: two requests of one phone at once must not refuse each other
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(last_seen_at=work.wall.now())
    )


def _staff_actor(member: StaffMember, session_id: UUID) -> Actor:
    roles = frozenset(Role(role) for role in member.roles)
    return Actor(roles=roles, id=member.id, session_id=session_id, scope=member.scope)


def _new_account(work: Work, openid: str) -> Account:
    account = Account(id=work.new_id(), created_at=work.wall.now())
    account.seal(work.vault, openid=openid)
    account.openid_digest = work.vault.digest("openid", openid)
    try:
        with work.session.begin_nested():
            work.session.add(account)
    except IntegrityError:  # two first log-ins at once: the other one's account is ours
        found = queries.account_by_openid(work, openid)
        if found is None:
            raise
        return found
    return account


def _open_session(work: Work, life: timedelta, idle: timedelta | None) -> tuple[str, LoginSession]:
    token, now = new_token(), work.wall.now()
    session = LoginSession(
        id=work.new_id(),
        created_at=now,
        token_hash=token_hash(token),
        expires_at=now + life,
        idle_seconds=int(idle.total_seconds()) if idle else None,
        last_seen_at=now,
    )
    work.session.add(session)
    return token, session


def _totp_step(work: Work, member: StaffMember, code: str) -> int | None:
    secret = str(member.unseal(work.vault, "totp_secret"))
    return totp_step(secret, code, after=member.last_totp_step, now=work.wall.now())
