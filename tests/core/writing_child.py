"""A second process that writes to the same database: `writing_child.py URL NAME TIMES`."""

import sys
from datetime import UTC, datetime

from backend.core.attempts import AttemptCount
from backend.core.clocks import WallClock
from backend.core.crypto import KeyRing, Vault
from backend.core.db import Database
from backend.core.uow import Kit, Listeners, Units


def main(url: str, name: str, times: str) -> None:
    database = Database(url)
    units = Units(Kit(database, Vault(KeyRing.generate()), Listeners(), WallClock()))
    for step in range(int(times)):
        with units.write() as work:
            work.session.add(
                AttemptCount(
                    kind="k", subject=f"{name}-{step}".encode(), began_at=datetime.now(UTC), count=1
                )
            )
    database.close()


if __name__ == "__main__":
    sys.path.insert(0, ".")
    main(*sys.argv[1:])
