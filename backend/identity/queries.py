"""Look-ups of accounts, persons, sessions, staff and mandates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, bindparam, func, or_, select

from backend.core.crypto import token_hash
from backend.core.paging import Page, PageRequest, keyset
from backend.core.prepared import Prepared
from backend.core.uow import Work
from backend.identity.models import (
    Account,
    InboxMessage,
    LoginSession,
    Mandate,
    Person,
    StaffMember,
)
from backend.identity.states import MandateState
from backend.regions import queries as regions

_PERSON = Prepared(select(Person.id).where(Person.id_number_digest == bindparam("digest")))


def person_id_by_number(work: Work, id_number: str) -> UUID | None:
    """The person of a normalised ID number."""
    for digest in work.vault.digests("id_number", id_number):
        found = _PERSON.row(work, digest=digest)
        if found is not None:
            return cast(UUID, found[0])
    return None


def account_by_openid(work: Work, openid: str) -> Account | None:
    digests = work.vault.digests("openid", openid)
    return work.session.scalar(select(Account).where(Account.openid_digest.in_(digests)))


def accounts_claiming(work: Work, person_id: UUID) -> Sequence[Account]:
    """The accounts that claim or were proven to be a person, the first one first."""
    statement = select(Account).where(Account.person_id == person_id)
    return list(work.session.scalars(statement.order_by(Account.created_at).limit(20)))


def ids_claiming(work: Work, person_id: UUID) -> Sequence[UUID]:
    """Every account that claims or was proven to be a person, however many there are."""
    return list(work.session.scalars(select(Account.id).where(Account.person_id == person_id)))


_PROVEN = Prepared(
    select(Account.id)
    .where(Account.person_id == bindparam("person", type_=Uuid), Account.assurance.is_not(None))
    .order_by(Account.created_at)
    .limit(20)
)


def accounts_proven(work: Work, person_id: UUID) -> Sequence[UUID]:
    """The accounts that were proven to be a person."""
    return [row[0] for row in _PROVEN.rows(work, person=person_id)]


class SessionRow(NamedTuple):
    """A session and what its holder's rights hang on; `account` or `staff` is None where the
    session is of the other kind, or its holder gone.
    """

    id: UUID
    expires_at: datetime
    idle_seconds: int | None
    last_seen_at: datetime
    revoked_at: datetime | None
    account: UUID | None
    person_id: UUID | None
    assurance: str | None
    staff: UUID | None
    roles: list[str] | None
    scope: str | None
    active: bool | None


_SESSION = Prepared(
    select(
        LoginSession.id,
        LoginSession.expires_at,
        LoginSession.idle_seconds,
        LoginSession.last_seen_at,
        LoginSession.revoked_at,
        Account.id,
        Account.person_id,
        Account.assurance,
        StaffMember.id,
        StaffMember.roles,
        StaffMember.scope,
        StaffMember.active,
    )
    .outerjoin(Account, Account.id == LoginSession.account_id)
    .outerjoin(StaffMember, StaffMember.id == LoginSession.staff_id)
    .where(LoginSession.token_hash == bindparam("hash"))
)


def session_row(work: Work, token: str) -> SessionRow | None:
    """The session of a token with its holder, in one look: every request begins with it."""
    found = _SESSION.row(work, hash=token_hash(token))
    return None if found is None else SessionRow(*found)


def session_by_token(work: Work, token: str) -> LoginSession | None:
    statement = select(LoginSession).where(LoginSession.token_hash == token_hash(token))
    return work.session.scalar(statement)


def log_ins_since(work: Work, account_id: UUID, since: datetime, most: int) -> Sequence[datetime]:
    """When an account logged in after `since`, the newest first, at most `most`."""
    statement = select(LoginSession.created_at).where(
        LoginSession.account_id == account_id, LoginSession.created_at > since
    )
    return list(
        work.session.scalars(statement.order_by(LoginSession.created_at.desc()).limit(most))
    )


def staff_by_username(work: Work, username: str) -> StaffMember | None:
    return work.session.scalar(select(StaffMember).where(StaffMember.username == username))


def staff_name(work: Work, staff_id: UUID) -> str | None:
    """A staff member's name, for the people of the same desk."""
    found = work.session.get(StaffMember, staff_id)
    return None if found is None else str(found.unseal(work.vault, "name"))


def mandates_of(work: Work, account: Account) -> Sequence[Mandate]:
    """Mandates that an account holds, and those that its proven person gave."""
    mine = Mandate.helper_account_id == account.id
    if account.assurance and account.person_id:
        mine = or_(mine, Mandate.principal_person_id == account.person_id)
    return list(
        work.session.scalars(select(Mandate).where(mine).order_by(Mandate.id.desc()).limit(100))
    )


def principal_names(work: Work, mandate_ids: Collection[UUID]) -> dict[UUID, str]:
    """Whom each of these mandates is for."""
    found = work.session.scalars(select(Mandate).where(Mandate.id.in_(mandate_ids)))
    return {one.id: str(one.unseal(work.vault, "principal_name")) for one in found}


def principals_numbers(work: Work, mandates: Sequence[Mandate]) -> dict[UUID, str]:
    """ID numbers of the principals, by person."""
    ids = {one.principal_person_id for one in mandates}
    found = work.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {one.id: str(one.unseal(work.vault, "id_number")) for one in found}


def mandates_held(
    work: Work, account_id: UUID | None, since: datetime, most: int
) -> tuple[int, list[datetime]]:
    """How many mandates a helper holds that did not end, and when those of them and of the others
    that were begun after `since` were begun (the newest `most`), the oldest first.
    """
    holds = Mandate.state != MandateState.REVOKED
    statement = (
        select(Mandate.created_at, holds)
        .where(Mandate.helper_account_id == account_id, or_(holds, Mandate.created_at > since))
        .order_by(Mandate.created_at.desc())
        .limit(most)
    )
    found = list(work.session.execute(statement))
    return sum(1 for _, held in found if held), [at for at, _ in reversed(found) if at > since]


def live_mandates(on: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That a mandate lets its helper act on this day."""
    return Mandate.state == MandateState.ACTIVE, Mandate.valid_until >= on


def acts_for(
    work: Work, helper_account_id: UUID, county: str, *, beside: UUID | None = None
) -> int:
    """For how many people of a county a helper may act today; `beside`: not counting this one."""
    statement = select(func.count(Mandate.principal_person_id.distinct())).where(
        Mandate.helper_account_id == helper_account_id,
        Mandate.county == county,
        *live_mandates(work.legal.today()),
    )
    if beside is not None:
        statement = statement.where(Mandate.principal_person_id != beside)
    return work.session.scalar(statement) or 0


def ended_mandates() -> Select[UUID]:
    """The mandates, taken back or run out, under which an account may not even look any more; to
    be given `account` and `today`.
    """
    over = Mandate.valid_until < bindparam("today", type_=Date)
    return select(Mandate.id).where(
        Mandate.helper_account_id == bindparam("account", type_=Uuid),
        or_(Mandate.state == MandateState.REVOKED, over),
    )


_ENDED = Prepared(ended_mandates())


def ended_mandates_of(work: Work, account_id: UUID | None) -> Sequence[UUID]:
    """The ended mandates of one account."""
    return [row[0] for row in _ENDED.rows(work, account=account_id, today=work.legal.today())]


def mandates_to_check(
    work: Work, scope: str, states: Sequence[str], wanted: PageRequest
) -> Page[Mandate]:
    """Mandates of a desk's scope, the oldest first."""
    statement = select(Mandate).where(
        regions.lies_within(Mandate.division, scope), Mandate.state.in_(states)
    )
    return keyset(work.session, statement, [Mandate.id], [UUID], wanted, descending=False)


def inbox(work: Work, account_id: UUID, person_id: UUID | None) -> Sequence[InboxMessage]:
    statement = select(InboxMessage).where(
        or_(InboxMessage.account_id == account_id, InboxMessage.person_id == person_id)
        if person_id
        else InboxMessage.account_id == account_id
    )
    return list(work.session.scalars(statement.order_by(InboxMessage.id.desc()).limit(50)))
