"""What a scene returns: one request about something that really lies there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.audience.world import World


@dataclass(frozen=True)
class Ask:
    """One request. `mark` is what an answer shows if, and only if, it shows this very matter;
    `seat` is where the audience `signer` sits.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    query: str = ""
    version: int | None = None
    mark: str | None = None
    seat: str = "son"
    more: Mapping[str, Any] = field(default_factory=dict)


Scene = Callable[[World, str], Ask]
