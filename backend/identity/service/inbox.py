"""Messages that wait for a person: kept here, shown by getMe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from backend.core import messages
from backend.core.prepared import inserting
from backend.core.uow import Work
from backend.identity import queries
from backend.identity.events import Told
from backend.identity.models import Account, InboxMessage

_LEAVE = inserting(InboxMessage)


def tell(
    work: Work,
    code: str,
    *,
    account: UUID | None = None,
    person: UUID | None = None,
    about: UUID | None = None,
    **params: Any,
) -> None:
    """Leave the catalogue's sentence `code` for an account, or for whoever proves to be this
    person; whoever hears `Told` may call them to it.
    """
    messages.say(code, params)  # an unknown code fails here, not when it is read
    _LEAVE.run(
        work,
        id=work.new_id(),
        account_id=account,
        person_id=person,
        code=code,
        params=params,
        about=about,
        created_at=work.wall.now(),
    )
    work.emit(Told(code, account, person, about))


def messages_of(work: Work, account: Account) -> list[dict[str, Any]]:
    """The newest 50 messages of an account, and of its person once that is proven."""
    person = account.person_id if account.assurance else None
    return [
        {
            "id": found.id,
            "at": found.created_at,
            "code": found.code,
            "text": messages.say(found.code, found.params).zh,
            "text_en": messages.say(found.code, found.params).en,
            "about": found.about,
            "read": account.read_up_to is not None and found.id <= account.read_up_to,
        }
        for found in queries.inbox(work, account.id, person)
    ]


def mark_read(work: Work, account: Account, up_to: UUID) -> int:
    """The account has seen its messages up to this one; how many are unread still.

    The mark only goes on, and never beyond the newest message: what comes later is new.
    """
    shown = messages_of(work, account)
    seen = [message["id"] for message in shown if message["id"] <= up_to]
    if seen:
        account.read_up_to = max(seen[0], account.read_up_to or seen[0])
    return unread(messages_of(work, account))


def unread(messages: Sequence[Mapping[str, Any]]) -> int:
    """How many of them were not seen yet."""
    return sum(not message["read"] for message in messages)
