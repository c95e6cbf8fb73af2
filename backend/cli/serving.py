"""Commands that run: the web process and the worker."""

from __future__ import annotations

import argparse
import os

from backend.cli.common import Add
from backend.core.safety import require_log_in, require_safe
from backend.core.settings import Settings


def register(add: Add) -> None:
    add("serve", _serve, "serve the API (gunicorn); never in demo mode")
    add("worker", _worker, "deliver, remind, sweep: runs beside serve")
    add("worker-health", _worker_health, "whether the worker on this machine lives; 0 or 1")


def _serve(_: argparse.Namespace) -> int:
    from backend.supervisor.web import web_command

    settings = Settings.from_env()
    require_safe(settings)
    require_log_in(settings)
    command = web_command(f"{settings.host}:{settings.port}", log_level=settings.log_level)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter


def _worker(_: argparse.Namespace) -> int:
    from backend import worker

    require_safe(Settings.from_env())
    return worker.main()


def _worker_health(_: argparse.Namespace) -> int:
    from backend.core import pulse
    from backend.core.clocks import WallClock
    from backend.core.crypto import KeyRing, Vault
    from backend.core.db import Database
    from backend.core.uow import Kit, Listeners, Units
    from backend.operations.heartbeat import host

    settings = Settings.from_env()
    # Not the whole house: a container asks this every half minute.
    vault = Vault(KeyRing.load(settings.key_file))
    units = Units(Kit(Database(settings.database_url), vault, Listeners(), WallClock()))
    with units.read() as work:
        state = pulse.state_of(pulse.newest(work, host()), work.wall.now())
    print(f"worker: {state}")
    return 0 if state == "fresh" else 1
