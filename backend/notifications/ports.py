"""What notifications needs from outside: somebody who puts a short message on a phone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What became of a message for good; trying the same again would change nothing."""

    SENT = "sent"
    REFUSED = "refused"  # the person said no, or every yes of theirs is used up
    UNKNOWN_PERSON = "unknown_person"


class MessageNotSent(Exception):
    """It did not go, and may go later; `reason` is one word for the record and names nobody."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MessageSender(Protocol):
    """Puts a message on the phone that belongs to an openid. Slow: never in a unit."""

    @property
    def template_ids(self) -> tuple[str, ...]:
        """What the phone asks its holder to accept, so that a message may go."""
        ...

    def send(self, openid: str, text: str, at: datetime, page: str) -> Outcome:
        """Send `text` (at most 20 characters) with its time; a tap opens `page` of the
        mini-program. Raises MessageNotSent.
        """
        ...
