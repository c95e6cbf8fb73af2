"""The desk's names for codes, and its ready sentences, from the data files beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Ready:
    """A sentence to pick: `reason` is a correction's code, empty elsewhere."""

    label: str
    text: str
    reason: str = ""


@lru_cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((_DATA / "words.toml").read_text())


@lru_cache
def reasons(group: str) -> Sequence[Ready]:
    """The ready sentences of one form; none where it has none."""
    found: dict[str, list[dict[str, Any]]] = tomllib.loads((_DATA / "reasons.toml").read_text())
    return tuple(Ready(**one) for one in found.get(group, ()))


def word(table: str, code: str | None) -> str:
    """The name of a code; the code itself where it has none."""
    return _words()[table].get(code or "", code or "—")


def words(table: str) -> Mapping[str, str]:
    """All codes of a table with their names, in the order of the file."""
    return _words()[table]
