"""From what people say is hard to what they may apply for (一门受理): keywords and plain order."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from backend.policy.rules.reading import Table
from backend.policy.rules.values import Need, Needs, Pointer, Words

MOST_NEEDS = 20
MOST_KEYWORD = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """A need that was picked, or that these words of the text told of."""

    need: Need
    picked: bool
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A programme by its code, and a reason for each need that it answers."""

    programme: str
    why: tuple[Words, ...]


def read_needs(table: Table, programmes: Collection[str]) -> Needs:
    """The file needs.toml; problems are noted in the table."""
    found = [_read_need(entry, programmes) for entry in table.tables("needs")]
    codes = [need.code for need in found]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        table.wrong("needs", f"{code} is there twice")
    if not 0 < len(found) <= MOST_NEEDS:
        table.wrong("needs", f"there must be 1 to {MOST_NEEDS}")
    needs = Needs(
        tuple(found), _keywords(table, "negations"), _words(table, "advice"), table.text("source")
    )
    table.finish()
    return needs


def heard(needs: Needs, picked: Collection[str], text: str) -> list[Heard]:
    """Which needs were picked or told of, the most urgent first."""
    said = spoken(text)
    found = (
        Heard(need, need.code in picked, _because(need.keywords, needs.negations, said))
        for need in needs.needs
    )
    return [one for one in found if one.picked or one.because]


def proposals(told: Iterable[Heard], running: Collection[str]) -> list[Proposal]:
    """The running programmes that answer most of the needs first; among equals the most urgent."""
    why: dict[str, list[Words]] = {}
    for one in told:
        for pointer in one.need.programmes:
            if pointer.programme in running:
                why.setdefault(pointer.programme, []).append(pointer.why)
    ordered = sorted(why.items(), key=lambda entry: -len(entry[1]))  # stable: urgency stays
    return [Proposal(code, tuple(reasons)) for code, reasons in ordered]


def spoken(text: str) -> str:
    """A text as it is compared: one width and case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def to_json(needs: Needs) -> dict[str, Any]:
    return asdict(needs)


def from_json(kept: Mapping[str, Any]) -> Needs:
    """The reverse of `to_json`, also after JSON made lists of its tuples."""
    return Needs(
        tuple(_need_from(need) for need in kept["needs"]),
        tuple(kept["negations"]),
        Words(**kept["advice"]),
        kept["source"],
    )


def _because(keywords: Sequence[str], negations: Sequence[str], said: str) -> tuple[str, ...]:
    return tuple(word for word in keywords if _is_told(word, negations, said))


def _is_told(word: str, negations: Sequence[str], said: str) -> bool:
    """Whether the word stands somewhere without one directly before it that denies it."""
    at = said.find(word)
    while at >= 0:
        if not said[:at].endswith(tuple(negations)):
            return True
        at = said.find(word, at + 1)
    return False


def _read_need(table: Table, programmes: Collection[str]) -> Need:
    need = Need(
        code=table.code("code"),
        words=Words(table.text("zh"), table.text("en")),
        keywords=_keywords(table, "keywords"),
        advice=_words(table, "advice"),
        programmes=tuple(
            _read_pointer(entry, programmes)
            for entry in (table.tables("programmes") if "programmes" in table else ())
        ),
    )
    table.finish()
    return need


def _read_pointer(table: Table, programmes: Collection[str]) -> Pointer:
    pointer = Pointer(
        table.choice("programme", programmes or {"dibao"}),
        Words(table.text("zh"), table.text("en")),
    )
    table.finish()
    return pointer


def _keywords(table: Table, key: str) -> tuple[str, ...]:
    words = table.texts(key, MOST_KEYWORD)
    for word in words:
        if word != spoken(word):
            table.wrong(key, f"{word!r} must be written {spoken(word)!r} to be found")
    return words


def _words(table: Table, key: str) -> Words:
    inner = table.table(key)
    words = Words(inner.text("zh"), inner.text("en"))
    inner.finish()
    return words


def _need_from(kept: Mapping[str, Any]) -> Need:
    return Need(
        code=kept["code"],
        words=Words(**kept["words"]),
        keywords=tuple(kept["keywords"]),
        advice=Words(**kept["advice"]),
        programmes=tuple(Pointer(p["programme"], Words(**p["why"])) for p in kept["programmes"]),
    )
