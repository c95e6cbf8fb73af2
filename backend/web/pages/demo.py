"""The made-up staff of a demonstration, who sit down with one click: what they log in with stays on
the server.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flask import current_app

from backend.core.clocks import WallClock
from backend.core.errors import AppError, Conflict, NotFound
from backend.core.passwords import totp_code

_EXTENSION = "demo_people"
Session = TypeVar("Session")


class DemoCodeSpent(Conflict):
    """A one-time code is good once, and this person's next ones are spent, too."""

    code = "demo_code_spent"


@dataclass(frozen=True)
class DemoPeople:
    """Who a demo's start gave passwords to, as they stand in its file (0600)."""

    file: Path

    def log_in(
        self,
        group: str,
        username: str,
        now: WallClock,
        attempt: Callable[[str, str], Session],
        refused: type[AppError],
    ) -> Session:
        """What `attempt(password, code)` answers: the desk's own log-in, with all its limits.

        A code that was used within this half minute is followed by the next one, which a clock
        that is a little off may bring. Raises NotFound, DemoCodeSpent, and what `attempt` raises.
        """
        known = json.loads(self.file.read_text()).get(group, {}).get(username)
        if known is None:
            raise NotFound()
        for ahead in (0, 1):
            try:
                code = totp_code(known["totpSecret"], now=now.now(), ahead=ahead)
                return attempt(known["password"], code)
            except refused:
                continue
        raise DemoCodeSpent(retry_after=30)


def serve_demo_people(file: Path) -> dict[str, DemoPeople]:
    """What an app's extensions hold in demo mode, and never else."""
    return {_EXTENSION: DemoPeople(file)}


def demo_people() -> DemoPeople:
    """The demo's people; raises NotFound outside demo mode."""
    found: DemoPeople | None = current_app.extensions.get(_EXTENSION)
    if found is None:
        raise NotFound()
    return found
