"""Kinds of wishes and the bounds of a place: a data file, nearest region first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from backend.regions.rules import prefixes_of

_FILE: Final = Path(__file__).parents[1] / "data" / "terms.toml"
FEN_PER_YUAN: Final = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing or service in both languages."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Terms:
    """The bounds of one place: days as calendar days of the legal clock, caps in whole yuan."""

    claim_days: int
    confirm_days: int
    open_per_person: int
    open_per_account: int
    live_claims: int
    default_cap_yuan: int
    cap_yuan: Mapping[str, int]

    def cap_fen(self, kind: str) -> int:
        """What a wish of this kind may be worth at most, in fen."""
        return self.cap_yuan.get(kind, self.default_cap_yuan) * FEN_PER_YUAN


@lru_cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text())


@lru_cache
def kinds() -> tuple[Kind, ...]:
    """The fixed list, in the order in which it is offered."""
    return tuple(Kind(**kind) for kind in _data()["kinds"])


def terms_of(division: str) -> Terms:
    """The bounds of a 12-digit division."""
    return merged(_data(), division)


def merged(data: Mapping[str, Any], division: str) -> Terms:
    """The default with what the regions around the division say otherwise, the nearest last."""
    regions = data.get("regions", {})
    found = dict(data["default"])
    for prefix in prefixes_of(division):
        own = regions.get(prefix, {})
        caps = {**found["cap_yuan"], **own.get("cap_yuan", {})}
        found = {**found, **own, "cap_yuan": caps}
    return Terms(**found)
