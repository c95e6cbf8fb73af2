"""The one catalogue of sentences: what happened and what to do next, in Chinese and English, by
code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("catalogue")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One code's words."""

    zh: str
    zh_next: str
    en: str
    en_next: str

    def filled(self, params: Mapping[str, Any]) -> Sentence:
        """The same with the parameters put in; a missing one leaves its name standing."""
        safe = _Lenient(params)
        return Sentence(
            self.zh.format_map(safe),
            self.zh_next.format_map(safe),
            self.en.format_map(safe),
            self.en_next.format_map(safe),
        )


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return key


@lru_cache
def catalogue() -> Mapping[str, Sentence]:
    """All sentences; raises ValueError where two files claim one code."""
    found: dict[str, Sentence] = {}
    for file in sorted(_FOLDER.glob("*.toml")):
        for code, words in tomllib.loads(file.read_text()).items():
            if code in found:
                raise ValueError(f"{file.name}: {code} stands in the catalogue twice")
            found[code] = Sentence(
                words["zh"], words.get("zh_next", ""), words["en"], words.get("en_next", "")
            )
    return found


def waiting(seconds: int) -> dict[str, str]:
    """A time to wait as somebody would say it, `wait_zh` and `wait_en`, rounded up."""
    for size, zh, en in ((3600, "小时", "hours"), (60, "分钟", "minutes")):
        if seconds > 2 * size:
            count = -(-seconds // size)
            return {"wait_zh": f"{count} {zh}", "wait_en": f"{count} {en}"}
    return {"wait_zh": f"{seconds} 秒", "wait_en": f"{seconds} seconds"}


def say(code: str, params: Mapping[str, Any] | None = None) -> Sentence:
    """The sentence of a code, filled in."""
    return catalogue()[code].filled(params or {})
