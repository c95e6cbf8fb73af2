"""Who reads and prints letters; a case's own letters are read by whoever may read the case."""

from __future__ import annotations

from typing import Protocol

from backend.core.access import Actor, Permission, Role


class Placed(Protocol):
    """Something with a 12-digit division."""

    @property
    def division(self) -> str: ...


def is_desk_of_place(actor: Actor, target: Placed) -> bool:
    return actor.has(Role.TOWNSHIP, Role.COUNTY) and actor.covers(target.division)


def is_auditor_of_place(actor: Actor, target: Placed) -> bool:
    return actor.has(Role.AUDITOR) and actor.covers(target.division)


# What signers signed, as their evidence is read (consent's permissions).
SIGNERS_LETTERS = Permission("letters.signers", [[is_desk_of_place], [is_auditor_of_place]])
LETTERS_PRINT = Permission("letters.print", [[is_desk_of_place]])
