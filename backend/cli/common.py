"""What several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from backend.core.settings import Settings

if TYPE_CHECKING:
    from backend.core.uow import Units

Run = Callable[[argparse.Namespace], int]


class Add(Protocol):
    """Registers one command and hands back its parser, to be given its options."""

    def __call__(self, name: str, run: Run, what: str) -> argparse.ArgumentParser: ...


def units_of(settings: Settings) -> Units:
    from backend import house as houses
    from backend.core.clocks import WallClock
    from backend.core.crypto import KeyRing, Vault
    from backend.core.db import Database
    from backend.core.uow import Kit, Units

    vault = Vault(KeyRing.load(settings.key_file))
    kit = Kit(
        Database(settings.database_url), vault, houses.wire(), WallClock(), demo=settings.demo
    )
    return Units(kit)
