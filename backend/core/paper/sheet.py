"""What a letter says, as data: kept as JSON, compared in tests, printed by the press."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; `indent`: the first line is moved in by two signs, as a letter's is."""

    text: str
    indent: bool = True
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; `shares` are the columns' parts of the width; a first row of headings where
    `headed`.
    """

    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    headed: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Handwriting:
    """A name that was written on a glass: strokes of points (x, y), drawn beside its caption."""

    caption: str
    strokes: tuple[tuple[tuple[int, int], ...], ...] = field(repr=False)
    kind: Literal["handwriting"] = "handwriting"


Block = Paragraph | Table | Handwriting


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter: title, number (文号), to whom, what it says, who sends it on which day."""

    title: str
    number: str
    to: str = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    office: str
    day: str  # as it is printed: 2026年3月2日


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands below a letter: a QR code's address, and lines beside it."""

    address: str
    lines: tuple[str, ...]


def sheet_of(kept: Mapping[str, Any]) -> Sheet:
    """A sheet from the JSON value that its fields make."""
    blocks = tuple(_block(one) for one in kept["blocks"])
    return Sheet(**{**kept, "blocks": blocks})


def _block(kept: Mapping[str, Any]) -> Block:
    if kept["kind"] == "paragraph":
        return Paragraph(kept["text"], kept["indent"])
    if kept["kind"] == "table":
        rows = tuple(tuple(row) for row in kept["rows"])
        return Table(rows, tuple(kept["shares"]), kept["headed"])
    strokes = tuple(tuple((p[0], p[1]) for p in stroke) for stroke in kept["strokes"])
    return Handwriting(kept["caption"], strokes)
