"""A worker that reckons cases again and is killed at its second one, before that is committed:
`reckoning_child.py DATABASE_URL KEY_FILE BATCH`.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from backend import house
from backend.applications import tasks
from backend.applications.events import DueMoved
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.uow import Kit, Units, Work

_moved: list[DueMoved] = []


def _die_at_the_second(work: Work, happened: DueMoved) -> None:
    _moved.append(happened)
    if len(_moved) == 2:
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    url, keys, batch = sys.argv[1:]
    listeners = house.wire()
    listeners.on(DueMoved, _die_at_the_second)
    vault = Vault(KeyRing.load(Path(keys)))
    kit = Kit(Database(url), vault, listeners, FixedClock())
    tasks.reckon_again(Units(kit), int(batch))


if __name__ == "__main__":
    main()
