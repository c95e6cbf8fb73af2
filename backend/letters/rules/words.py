"""The letters' words, from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).parents[1] / "data" / "words.toml"


@lru_cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text())


def said(family: str, which: str, /, **values: Any) -> str:
    """One sentence, filled in; raises KeyError where there is none, or a value is missing."""
    return str(_words()[family][which]).format(**values)


def headings(family: str) -> Mapping[str, str]:
    """The words for the lines of a letter's table, by their names."""
    found: Mapping[str, str] = _words()[family]["facts"]
    return found
