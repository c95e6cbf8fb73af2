"""What can stand in the way of a request for help."""

from __future__ import annotations

from backend.core.errors import Conflict, Invalid, NotFound, TooManyAttempts


class HelpNotFound(NotFound):
    """No such request: with the code of `NotFound`, so that another's looks the same."""


class HelpAlreadyAsked(Conflict):
    """One request an account is enough until it is done or taken back."""

    code = "help_already_asked"


class HelpTooOften(TooManyAttempts):
    """The account asked as often within a day as it may; `most`."""

    code = "help_too_often"


class HelpNobodyToFind(Invalid):
    """Neither a phone number nor a word, and the account has not said who it is."""

    code = "help_nobody_to_find"
