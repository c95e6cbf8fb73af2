"""Making what was not found, while keys are being rotated."""

from __future__ import annotations

from backend.core.db import hold
from backend.core.uow import Work


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
