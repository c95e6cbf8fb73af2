"""What codes are called on the pages of the back office."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent.parent / "process" / "words.toml"


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def words(group: str) -> Mapping[str, str]:
    """All of one group, in the order of the file."""
    return _all()[group]


def word(group: str, code: object) -> str:
    """One word; a code that has none is shown as it is."""
    return words(group).get(str(code), str(code))
