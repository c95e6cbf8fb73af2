"""Finding by the beginning of a code; making what was not found, while keys are being rotated."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import InstrumentedAttribute

from backend.core.db import hold
from backend.core.uow import Work


def begins_with(
    column: InstrumentedAttribute[str], prefix: str, digits: int
) -> ColumnElement[bool]:
    """That a column of codes of `digits` digits begins with these: as a range, which an index
    serves. SQLite cannot use one for a LIKE. What is no beginning of such a code finds nothing.
    """
    if prefix and not (prefix.isascii() and prefix.isdigit() and len(prefix) <= digits):
        return false()
    return column.between(prefix.ljust(digits, "0"), prefix.ljust(digits, "9"))


def alone_with(work: Work, kind: str, text: str) -> bool:
    """Be the only one who may make what `text` finds; True where it must be looked for once more.

    With one digest key the unique digest sees to it. While two are in use (ADR 0008), one unit may
    write the old digest and another the new one: so they wait for each other.
    """
    digests = work.vault.digests(kind, text)
    if len(digests) == 1:
        return False
    hold(work.session, digests[0])
    return True
