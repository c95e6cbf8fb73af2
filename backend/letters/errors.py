"""What can stand in the way of a letter."""

from __future__ import annotations

from backend.core.errors import NotFound, TooManyAttempts


class LetterNotFound(NotFound):
    """No such letter: with the code of `NotFound`, so that another's looks the same."""


class LetterUnknown(NotFound):
    """No letter was ever issued with this code."""

    code = "letter_unknown"


class PrintedTooOften(TooManyAttempts):
    """One caller let more be printed within an hour than anybody reads."""

    code = "printed_too_often"
