"""The texts that a signer agrees to: versioned data files, each with a hash over exactly what is
shown.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import rfc8785

from backend.consent.errors import StatementMissing
from backend.consent.rules.scope import About

_DATA: Final = Path(__file__).parents[1] / "data"
_COUNTRY: Final = "cn"
_CHECK: Final = "check"
_FACE: Final = "face"
_WHY: Final = {
    About.SELF: "why",
    About.WARDS: "why_wards",
    About.SELF_AND_WARDS: "why_self_and_wards",
}


@dataclass(frozen=True, slots=True)
class Words:
    """One matter in Chinese and English; `code` where programs need a name for it."""

    zh: str
    en: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A text as shown: `hash` is SHA-256 in hex over the canonical JSON of version, zh and en."""

    version: str
    title: Words
    zh: str
    en: str
    hash: str


@dataclass(frozen=True, slots=True)
class CheckStatement:
    """The authorisation to check (核对授权) and its parts (domain: told items of the law)."""

    text: Statement
    purposes: tuple[Words, ...]
    data_classes: tuple[Words, ...]
    sources: tuple[Words, ...]
    period: Words
    refusal: Words
    withdrawal: Words


@dataclass(frozen=True, slots=True)
class Way:
    """One way to consent, and what happens next when somebody wishes it."""

    code: str
    name: Words
    next: Words


def statement_for(
    purposes: Iterable[str],
    division: str,
    version: str | None = None,
    *,
    whose: About = About.SELF,
) -> CheckStatement:
    """The authorisation for these purposes at a 12-digit division: its own text, else the
    country's.

    `version` asks for the one that an invitation was made with; a guardian (监护人) reads that the
    data of the person in their care are meant. Raises StatementMissing.
    """
    data = _choose(_CHECK, division, version)
    wanted = tuple(purposes)
    if not wanted or not set(wanted) <= set(data["purposes"]):
        raise StatementMissing()
    named = tuple(_words(data["purposes"][code], code) for code in wanted)
    return CheckStatement(
        text=_check_text({**data, "why": data[_WHY[whose]]}, named),
        purposes=named,
        data_classes=_list(data["data_classes"]),
        sources=_list(data["sources"]),
        period=_words(data["period"]),
        refusal=_words(data["refusal"]),
        withdrawal=_words(data["withdrawal"]),
    )


def face_statement(division: str, version: str | None = None) -> Statement:
    """The separate, optional consent to a face check (R2)."""
    data = _choose(_FACE, division, version)
    return _statement(
        data,
        "\n".join(p["zh"] for p in data["paragraphs"]),
        "\n".join(p["en"] for p in data["paragraphs"]),
    )


def statement_hash(version: str, zh: str, en: str) -> str:
    """What a statement's text hash covers."""
    return hashlib.sha256(rfc8785.dumps({"version": version, "zh": zh, "en": en})).hexdigest()


@lru_cache
def ways() -> tuple[Way, ...]:
    """All ways in the order of the screen; the first is the face."""
    entries = tomllib.loads((_DATA / "ways.toml").read_text())["ways"]
    return tuple(
        Way(e["code"], _words(e, e["code"]), Words(e["next_zh"], e["next_en"])) for e in entries
    )


def way(code: str) -> Way:
    """One way; KeyError where there is none of this code."""
    return {w.code: w for w in ways()}[code]


# The headings of the authorisation, in the order of the told items.
_HEADINGS: Final = (
    ("who", Words("谁在问您", "Who asks")),
    ("why", Words("为什么问", "Why")),
    ("data_classes", Words("查什么", "What is checked")),
    ("sources", Words("到哪里查", "Where it is asked")),
    ("readers", Words("谁能看到", "Who sees it")),
    ("period", Words("管多久", "For how long")),
    ("refusal", Words("不同意会怎样", "If you refuse")),
    ("withdrawal", Words("怎么收回", "How to take it back")),
)


def _check_text(data: Mapping[str, Any], purposes: tuple[Words, ...]) -> Statement:
    zh = [
        f"{number}. {heading.zh}：{_told(data[key], 'zh', purposes)}"
        for number, (key, heading) in enumerate(_HEADINGS, start=1)
    ]
    en = [
        f"{number}. {heading.en}: {_told(data[key], 'en', purposes)}"
        for number, (key, heading) in enumerate(_HEADINGS, start=1)
    ]
    return _statement(data, "\n".join(zh), "\n".join(en))


def _told(told: Any, language: str, purposes: tuple[Words, ...]) -> str:
    """One told item: a sentence, or a list in words."""
    if isinstance(told, list):
        joined = ("；" if language == "zh" else "; ").join(item[language] for item in told)
        return joined + ("。" if language == "zh" else ".")
    between = "、" if language == "zh" else ", "
    words = between.join(getattr(p, language) for p in purposes)
    return str(told[language]).format(purposes=words)


def _statement(data: Mapping[str, Any], zh: str, en: str) -> Statement:
    version = str(data["version"])
    return Statement(version, _words(data["title"]), zh, en, statement_hash(version, zh, en))


def _choose(family: str, division: str, version: str | None) -> Mapping[str, Any]:
    """The newest text of the nearest region, or the one of this version wherever it stands."""
    fitting = [
        (len(region) if region != _COUNTRY else 0, data["number"], data)
        for region, data in _files()
        if data["family"] == family
        and (data["version"] == version if version else _holds(region, division))
    ]
    if not fitting:
        raise StatementMissing()
    return max(fitting, key=lambda entry: entry[:2])[2]


def _holds(region: str, division: str) -> bool:
    return region == _COUNTRY or division.startswith(region)


@lru_cache
def _files() -> tuple[tuple[str, Mapping[str, Any]], ...]:
    return tuple(
        (path.parent.name, tomllib.loads(path.read_text()))
        for path in sorted((_DATA / "statements").glob("*/*.toml"))
    )


def _list(entries: list[dict[str, str]]) -> tuple[Words, ...]:
    return tuple(_words(entry, entry["code"]) for entry in entries)


def _words(entry: Mapping[str, str], code: str = "") -> Words:
    return Words(entry["zh"], entry["en"], code)
