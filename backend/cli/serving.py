"""Commands that run: the web process and the worker."""

from __future__ import annotations

import argparse
import os

from backend.cli.common import Add
from backend.core.crypto import KeyRing
from backend.core.settings import Settings, SettingsError, require_real


def register(add: Add) -> None:
    add("serve", _serve, "serve the API (gunicorn); never in demo mode")
    add("worker", _worker, "deliver, remind, sweep: runs beside serve")
    add("worker-health", _worker_health, "whether the worker on this machine lives; 0 or 1")


def _serve(_: argparse.Namespace) -> int:
    from backend.supervisor.web import web_command

    settings = Settings.from_env()
    require_real(settings)
    _refuse_a_demos_home(settings)
    KeyRing.load(settings.key_file)  # say it here, not in a worker's log
    command = web_command(f"{settings.host}:{settings.port}", log_level=settings.log_level)
    os.execv(command[0], command)  # noqa: S606 - our own interpreter


def _refuse_a_demos_home(settings: Settings) -> None:
    """A demo's keys, staff and cases are invented: nothing real may begin with them."""
    if not settings.demo and (settings.home / "demo.json").exists():
        raise SettingsError(
            f"{settings.home} was made by a demonstration: set ZHANGBAN_HOME to another folder."
        )


def _worker(_: argparse.Namespace) -> int:
    from backend import worker

    _refuse_a_demos_home(Settings.from_env())
    return worker.main()


def _worker_health(_: argparse.Namespace) -> int:
    from backend.core import pulse
    from backend.core.clocks import WallClock
    from backend.core.crypto import Vault
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
