"""The catalogue: every refusal has its words, every word its use, in plain Chinese and English."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

import backend
from backend.core import messages
from backend.core.errors import AppError
from backend.web.problems import status_of

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "backend" / "core" / "catalogue"
HAN = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff”》）][,;:!?]|[,;:!?][\u4e00-\u9fff“《（]")
LATIN = re.compile(r"[A-Za-z][A-Za-z-]*")
# What programmers read, and what stands on the phone's own buttons and on files.
KNOWN_LATIN = {
    "JSON", "If-Match", "Idempotency-Key", "KB", "MB", "JPEG", "PNG", "HEIC", "PDF", "X", "PIN",
}  # fmt: skip
# Codes that are put together from a state, a stage, an action or a role; tests/tracking looks
# through all of them.
COMPOSED = ("state_", "next_", "timeline_", "who_", "told_mandate_")


def refusals() -> set[type[AppError]]:
    """Every named refusal of the backend."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = set(), [AppError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind is not AppError and kind.__module__.startswith("backend."):
            found.add(kind)
    return found


def literals() -> set[str]:
    """Every string that stands in the backend's code."""
    return {
        node.value
        for file in (ROOT / "backend").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def entries() -> list[tuple[str, dict[str, Any]]]:
    return [
        (code, words)
        for file in sorted(FOLDER.glob("*.toml"))
        for code, words in tomllib.loads(file.read_text()).items()
    ]


ENTRIES = entries()
IDS = [code for code, _ in ENTRIES]


def test_every_refusal_has_words_and_a_status_of_its_kind() -> None:
    kinds = refusals()
    assert len(kinds) > 80
    missing = {kind.code for kind in kinds} - set(messages.catalogue())
    assert missing == set()
    assert {kind for kind in kinds if status_of(kind) == 500} == set()


def test_refusals_say_what_happened_and_what_to_do_in_both_languages() -> None:
    for kind in refusals():
        words = messages.catalogue()[kind.code]
        assert all((words.zh, words.zh_next, words.en, words.en_next)), kind.code


def test_every_entry_is_used() -> None:
    said = literals() | {kind.code for kind in refusals()}
    unused = {code for code in messages.catalogue() if code not in said}
    unused = {code for code in unused if not code.startswith(COMPOSED)}
    assert unused == set()


def test_codes_that_are_named_by_string_exist() -> None:
    named = {
        text for text in literals() if re.fullmatch(r"(gap|told|face|photo)_[a-z_]+[a-z]", text)
    }
    missing = {code for code in named if code.startswith(("gap_", "told_"))} - set(IDS)
    assert missing == set()


@pytest.mark.parametrize(("code", "words"), ENTRIES, ids=IDS)
def test_words_are_whole_and_in_their_language(code: str, words: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert words.keys() <= {"zh", "zh_next", "en", "en_next"}
    assert words["zh"]
    assert words["en"]
    assert bool(words.get("zh_next")) == bool(words.get("en_next"))
    for name, text in words.items():
        places = [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]
        assert all(re.fullmatch(r"[a-z_]+", place) for place in places), text
        bare = re.sub(r"\{[a-z_]+\}", "", text)
        if name.startswith("zh"):
            assert set(LATIN.findall(bare)) <= KNOWN_LATIN, text
            assert not re.search(
                r"[\u4e00-\u9fff”》）][,;:!?]|[,;:!?][\u4e00-\u9fff“《（]", bare
            ), text
        else:
            assert not HAN.search(bare), text
    filled = messages.say(code, {})
    assert "{" not in filled.zh + filled.zh_next + filled.en + filled.en_next
