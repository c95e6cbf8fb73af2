"""What wishes need from outside: a first look at a text that may stand on a public board."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What content safety says of a text; the township decides."""

    PASS = "pass"  # noqa: S105 - WeChat's word
    REVIEW = "review"
    RISKY = "risky"


class TextCheck(Protocol):
    """Reads a text by an outside system's rules. Slow: never in a unit."""

    def verdict(self, openid: str, text: str) -> Verdict | None:
        """What is said of `text` (at most 2,500 characters) by the person of `openid`; None where
        nobody answered.
        """
        ...
