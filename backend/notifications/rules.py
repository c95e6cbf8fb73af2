"""How often a person is called, when a failed call is tried again, and which page it opens."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Final
from uuid import UUID

EVERY: Final = timedelta(minutes=1)  # never two to one person within it
MOST_ATTEMPTS: Final = 8
LONGEST_WAIT: Final = timedelta(hours=1)
TEXT: Final = "notice_news"  # names no programme, illness or amount
MESSAGES_PAGE: Final = "pages/messages/index"
_PAGES: Final = {
    "told_case_": "pages/case/index",
    "told_wish_": "pages/wish/index",
    "told_claim_": "pages/wish/index",
}
# What the holder of the very account just did costs none of the few messages that they allowed.
_OWN_ACTS: Final = frozenset({"told_case_submitted", "told_mandate_submitted_helper"})


def is_own_act(code: str, account: UUID | None) -> bool:
    """Whether the message only confirms what its reader has just done."""
    return account is not None and code in _OWN_ACTS


def page_of(code: str, about: UUID | None) -> str:
    """The page that shows what a message of the inbox is about."""
    for begins, page in _PAGES.items():
        if code.startswith(begins) and about is not None:
            return f"{page}?id={about}"
    return MESSAGES_PAGE


def wait_before(attempt: int, jitter: random.Random) -> timedelta:
    """The wait before the next try: doubling from a minute to an hour, spread over its upper
    half.
    """
    longest = min(LONGEST_WAIT, EVERY * 2.0 ** (attempt - 1))
    return longest * (0.5 + jitter.random() / 2)
