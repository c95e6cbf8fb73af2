"""Who an account says it is, and what that is worth."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.audit import service as audit
from backend.core.access import Actor
from backend.core.attempts import Limit, spend
from backend.core.errors import NotFound, Unauthenticated
from backend.core.lookups import alone_with
from backend.core.prepared import inserting
from backend.core.uow import ChangedMeanwhile, Units, Work
from backend.identity import queries
from backend.identity.errors import (
    ClaimNotMatching,
    IdentityMissing,
    IdentityProven,
    NobodyProven,
)
from backend.identity.models import Account, Person
from backend.identity.ports import WechatPhone
from backend.identity.rules import (
    mask_id_number,
    mask_name,
    mask_phone,
    normalise_id_number,
    proof_code,
)
from backend.identity.service.inbox import mark_read, messages_of, tell, unread

CLAIMS = Limit("identity-claim", 10, timedelta(days=1))
PHONES = Limit("identity-phone", 10, timedelta(days=1))  # WeChat counts and bills each number


@dataclass(frozen=True, slots=True)
class Me:
    """An account as its holder sees it, masked."""

    account: Account
    name: str | None
    id_number: str | None
    phone: str | None
    messages: list[dict[str, Any]]

    @property
    def unread(self) -> int:
        """How many messages were not seen yet."""
        return unread(self.messages)


def me(work: Work, actor: Actor) -> Me:
    """The caller's own account, claim and messages."""
    account = _account(work, actor)
    person = work.session.get(Person, account.person_id) if account.person_id else None
    name = account.unseal(work.vault, "name")
    phone = account.unseal(work.vault, "phone")
    return Me(
        account=account,
        name=mask_name(name) if name else None,
        id_number=mask_id_number(person.unseal(work.vault, "id_number")) if person else None,
        phone=mask_phone(phone) if phone else None,
        messages=messages_of(work, account),
    )


def read_messages(work: Work, actor: Actor, up_to: UUID) -> int:
    """The caller has seen the messages up to this one; how many are unread still."""
    account = work.session.get(Account, actor.id, with_for_update=True)
    if account is None:
        raise Unauthenticated()
    return mark_read(work, account, up_to)


def bind_identity(units: Units, actor: Actor, name: str, id_number: str) -> None:
    """Note who the account says it is: a claim, which opens nothing (design §5).

    A second claim on one person is told to the first holder. Raises IdentityProven,
    TooManyAttempts.
    """
    spend(units, CLAIMS, str(actor.id))
    with units.last() as work:
        account = _account(work, actor)
        if account.assurance is not None:
            raise IdentityProven()
        person_id = ensure_person(work, id_number)
        if account.person_id != person_id:  # saying it again alarms nobody again
            for other in queries.accounts_claiming(work, person_id):
                tell(work, "told_second_claim", account=other.id)
        account.person_id = person_id
        account.seal(work.vault, name=name)
        audit.record(work, actor, "identity.claimed", f"account:{account.id}")


def bind_phone(units: Units, wechat: WechatPhone, actor: Actor, code: str) -> None:
    """Keep the number that the phone's holder chose to give; it proves nothing and opens nothing.

    Raises TooManyAttempts, WechatCodeInvalid, PhoneForeign, WechatUnavailable.
    """
    spend(units, PHONES, str(actor.id))
    number = wechat.number_of(code)
    with units.last() as work:
        account = _account(work, actor)
        account.seal(work.vault, phone=number)
        audit.record(work, actor, "identity.phone_given", f"account:{account.id}")


def openid_of(work: Work, account_id: UUID) -> str:
    """By which name WeChat knows the holder of an account; for calls to WeChat only."""
    account = work.session.get_one(Account, account_id)
    return str(account.unseal(work.vault, "openid"))


_ADD = inserting(Person, unless_taken=True)


def ensure_person(work: Work, id_number: str) -> UUID:
    """The id of the person of an ID number, met now or before."""
    number = normalise_id_number(id_number)
    found = queries.person_id_by_number(work, number)
    if found is None and alone_with(work, "id_number", number):
        found = queries.person_id_by_number(work, number)
    if found is not None:
        return found
    person_id = work.new_id()
    added = _ADD.run(
        work,
        id=person_id,
        created_at=work.wall.now(),
        id_number=work.vault.seal(Person.__tablename__, "id_number", person_id, number),
        id_number_digest=work.vault.digest("id_number", number),
    )
    if added:
        return person_id
    known = queries.person_id_by_number(work, number)  # somebody else met them at this moment
    if known is None:
        raise ChangedMeanwhile(retry_after=1)
    return known


def hold_person(work: Work, person_id: UUID) -> None:
    """Hold a person's row until the commit: what is counted per person is counted by one at a
    time, while rows that refer to the person can still be written.
    """
    work.session.get_one(Person, person_id, with_for_update={"key_share": True})


def prove(work: Work, actor: Actor, account_id: UUID, person_id: UUID, assurance: str) -> None:
    """`actor`'s desk or source confirmed that the account is this person.

    Nothing happens where the account claims somebody else by now, or was proven before.
    """
    account = work.session.get(Account, account_id, with_for_update=True)
    if account is None or account.person_id != person_id or account.assurance is not None:
        return
    account.assurance = assurance
    audit.record(work, actor, "identity.proven", f"account:{account_id}", assurance=assurance)


def account_at_desk(work: Work, id_number: str, code: str) -> UUID:
    """The account whose phone shows this code and names this person; raises ClaimNotMatching.

    Several phones may claim to be one person: the code says which of them lies on the counter.
    """
    person_id = queries.person_id_by_number(work, normalise_id_number(id_number))
    wanted = code.replace(" ", "").upper().encode()
    for account_id in queries.ids_claiming(work, person_id) if person_id else ():
        if hmac.compare_digest(proof_code(account_id).encode(), wanted):
            return account_id
    raise ClaimNotMatching(path="/code")


def prove_at_desk(
    work: Work, actor: Actor, account_id: UUID, id_number: str, papers_seen: str
) -> None:
    """The holder stood at the counter with papers: assurance C (design §5).

    Raises NotFound, ClaimNotMatching, IdentityProven.
    """
    account = work.session.get(Account, account_id, with_for_update=True)
    if account is None:
        raise NotFound()
    person_id = queries.person_id_by_number(work, normalise_id_number(id_number))
    if person_id is None or account.person_id != person_id:
        raise ClaimNotMatching(path="/idNumber")
    if account.assurance is not None:
        raise IdentityProven()
    account.assurance = "C"
    account.seal(work.vault, proof=papers_seen)
    audit.record(work, actor, "identity.proven", f"account:{account_id}", assurance="C")
    tell(work, "told_identity_proven", account=account_id)


def unprove(work: Work, actor: Actor, account_id: UUID) -> None:
    """A proof was wrong, or the phone changed hands; raises NotFound."""
    account = work.session.get(Account, account_id, with_for_update=True)
    if account is None or account.assurance is None:
        raise NotFound()
    account.assurance = account.proof = None
    audit.record(work, actor, "identity.unproven", f"account:{account_id}")
    tell(work, "told_identity_unproven", account=account_id)


def unprove_person(work: Work, actor: Actor, id_number: str) -> None:
    """Whoever stands at the counter lost the phone, or somebody else holds it: no account is this
    person any more. Raises NobodyProven.
    """
    person_id = queries.person_id_by_number(work, normalise_id_number(id_number))
    proven = queries.accounts_proven(work, person_id) if person_id else ()
    if not proven:
        raise NobodyProven(path="/idNumber")
    for account_id in proven:
        unprove(work, actor, account_id)


def id_number_of(work: Work, person_id: UUID) -> str:
    """A person's ID number, for the room that files in their name."""
    person = work.session.get_one(Person, person_id)
    return str(person.unseal(work.vault, "id_number"))


def name_of_account(work: Work, actor: Actor) -> tuple[str, UUID]:
    """The name that the caller's account typed, and its person; raises IdentityMissing."""
    account = _account(work, actor)
    if account.person_id is None:
        raise IdentityMissing()
    return str(account.unseal(work.vault, "name")), account.person_id


def claimed_person(work: Work, actor: Actor) -> UUID:
    """The person that the caller's account says it is; raises IdentityMissing."""
    if actor.person_id is None:
        raise IdentityMissing()
    return actor.person_id


def _account(work: Work, actor: Actor) -> Account:
    account = work.session.get(Account, actor.id)
    if account is None:
        raise Unauthenticated()
    return account
