"""From a sheet to pages: where every line, rule and stroke lies, in points from the upper left.

The measures follow GB/T 9704 (党政机关公文格式) as far as a letter to one person needs it: A4, text
of 16 points on lines of 28, the office and the day below at the right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from backend.core.paper.fonts import GETA, missing, width
from backend.core.paper.setting import clean, set_lines
from backend.core.paper.sheet import Block, Foot, Handwriting, Paragraph, Sheet, Table

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 79.0, 521.0, 88.0, 700.0
_BODY, _LEADING = 16.0, 28.0
_CELL, _CELL_LEADING, _PAD = 14.0, 22.0, 7.0
_FOOT, _FOOT_LEADING, _QR = 10.5, 17.0, 80.0
_SIGNATURE: Final = (150.0, 64.0)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on its baseline."""

    x: float
    y: float
    size: float
    text: str
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn by hand."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code in a square of `size`."""

    x: float
    y: float
    size: float
    address: str


Mark = Words | Rule | Stroke | Code


@dataclass
class _Flow:
    """Pages that fill from above."""

    pages: list[list[Mark]] = field(default_factory=lambda: [[]])
    y: float = TOP

    def room_for(self, height: float) -> None:
        """Begin a new page where this one has no room, but for what is higher than a page."""
        if self.y + height > BOTTOM and self.y > TOP:
            self.pages.append([])
            self.y = TOP

    def put(self, *marks: Mark) -> None:
        self.pages[-1].extend(marks)

    def line(self, text: str, x: float, size: float, leading: float, **more: bool) -> None:
        self.room_for(leading)
        self.put(Words(x, self.y + leading * 0.72, size, text, **more))
        self.y += leading


def lay_out(sheet: Sheet, foot: Foot) -> list[list[Mark]]:
    """The pages of one letter."""
    flow = _Flow()
    _head(flow, sheet)
    for block in sheet.blocks:
        _block(flow, block)
    _closing(flow, sheet)
    _feet(flow, sheet, foot)
    return flow.pages


def _measure(size: float) -> Callable[[str], float]:
    return lambda text: width(text) * size


def _head(flow: _Flow, sheet: Sheet) -> None:
    title = clean(sheet.title)
    for line in set_lines(title, RIGHT - LEFT, _measure(22)):
        _centred(flow, line, 22, 36, heavy=True)
    flow.y += 4
    _centred(flow, clean(sheet.number), 12, 22)
    flow.y += 18
    for line in set_lines(f"{clean(sheet.to)}：", RIGHT - LEFT, _measure(_BODY)):
        flow.line(line, LEFT, _BODY, _LEADING)


def _centred(flow: _Flow, text: str, size: float, leading: float, *, heavy: bool = False) -> None:
    x = (LEFT + RIGHT - width(text) * size) / 2
    flow.line(text, x, size, leading, heavy=heavy)


def _block(flow: _Flow, block: Block) -> None:
    if isinstance(block, Paragraph):
        _paragraph(flow, block)
    elif isinstance(block, Table):
        _table(flow, block)
    else:
        _handwriting(flow, block)


def _paragraph(flow: _Flow, block: Paragraph) -> None:
    indent = 2 * _BODY if block.indent else 0.0
    for text in clean(block.text).split("\n"):
        lines = set_lines(text, RIGHT - LEFT, _measure(_BODY), indent=indent)
        for number, line in enumerate(lines):
            flow.line(line, LEFT + (0 if number else indent), _BODY, _LEADING)


def _table(flow: _Flow, table: Table) -> None:
    flow.y += 4
    edges = _edges(table.shares)
    for number, row in enumerate(table.rows):
        _row(flow, row, edges, heavy=table.headed and number == 0)
    flow.y += 8


def _edges(shares: Sequence[int]) -> list[float]:
    whole, edges = sum(shares), [LEFT]
    for share in shares:
        edges.append(edges[-1] + (RIGHT - LEFT) * share / whole)
    return edges


def _row(flow: _Flow, row: Sequence[str], edges: Sequence[float], *, heavy: bool) -> None:
    """One row within its lines; one that is higher than a page goes on over the next."""
    cells = [
        set_lines(clean(cell), right - left - 2 * _PAD, _measure(_CELL))
        for cell, left, right in zip(row, edges, edges[1:], strict=False)
    ]
    most = int((BOTTOM - TOP - 2 * _PAD) / _CELL_LEADING)
    for first in range(0, max(len(lines) for lines in cells), most):
        parts = [lines[first : first + most] for lines in cells]
        _box(flow, parts, edges, heavy=heavy)


def _box(
    flow: _Flow, cells: Sequence[Sequence[str]], edges: Sequence[float], *, heavy: bool
) -> None:
    height = max(len(lines) for lines in cells) * _CELL_LEADING + _PAD
    flow.room_for(height)
    top, bottom = flow.y, flow.y + height
    for lines, left in zip(cells, edges, strict=False):
        for number, line in enumerate(lines):
            y = top + _PAD / 2 + number * _CELL_LEADING + _CELL_LEADING * 0.74
            flow.put(Words(left + _PAD, y, _CELL, line, heavy))
    flow.put(*(Rule(LEFT, y, RIGHT, y) for y in (top, bottom)))
    flow.put(*(Rule(x, top, x, bottom) for x in edges))
    flow.y = bottom


def _handwriting(flow: _Flow, block: Handwriting) -> None:
    across, down = _SIGNATURE
    flow.room_for(down + _LEADING)
    x = LEFT + 2 * _BODY
    flow.put(Words(x, flow.y + down * 0.6, _BODY, clean(block.caption)))
    x += width(clean(block.caption)) * _BODY + 8
    flow.put(*_drawn(block.strokes, x, flow.y + 4, across, down - 8))
    flow.put(Rule(x, flow.y + down, x + across, flow.y + down))
    flow.y += down + 10


def _drawn(
    strokes: Sequence[Sequence[tuple[int, int]]], x: float, y: float, across: float, down: float
) -> list[Stroke]:
    """The strokes as large as the box takes them, in its middle, and none of them distorted."""
    points = [point for stroke in strokes for point in stroke]
    if not points:
        return []
    lows = [min(p[axis] for p in points) for axis in (0, 1)]
    spans = [max(p[axis] for p in points) - lows[axis] for axis in (0, 1)]
    scale = min(across / max(spans[0], 1), down / max(spans[1], 1))
    offset = (x + (across - spans[0] * scale) / 2, y + (down - spans[1] * scale) / 2)
    return [
        Stroke(
            tuple(
                ((p[0] - lows[0]) * scale + offset[0], (p[1] - lows[1]) * scale + offset[1])
                for p in stroke
            )
        )
        for stroke in strokes
    ]


def _closing(flow: _Flow, sheet: Sheet) -> None:
    """The office, and centred below it the day, two signs from the right."""
    office = set_lines(clean(sheet.office), (RIGHT - LEFT) * 0.8, _measure(_BODY))
    lines = [*office, clean(sheet.day)]
    flow.room_for((len(lines) + 1) * _LEADING)
    flow.y += _LEADING
    widest = max(width(line) for line in lines) * _BODY
    middle = RIGHT - 2 * _BODY - widest / 2
    for line in lines:
        flow.line(line, middle - width(line) * _BODY / 2, _BODY, _LEADING)


def _feet(flow: _Flow, sheet: Sheet, foot: Foot) -> None:
    count = len(flow.pages)
    for number, page in enumerate(flow.pages, start=1):
        if count > 1:
            told = f"第 {number} 页，共 {count} 页"
            page.append(Words((WIDTH - width(told) * 9) / 2, HEIGHT - 24, 9, told))
    y = BOTTOM + 14
    last = flow.pages[-1]
    last.append(Rule(LEFT, y, RIGHT, y))
    last.append(Code(LEFT, y + 8, _QR, foot.address))
    lines = [*foot.lines, *_told_missing(sheet)]
    at = y + 24
    for told in lines:
        room = RIGHT - LEFT - _QR - 14
        for line in set_lines(clean(told), room, _measure(_FOOT)):
            last.append(Words(LEFT + _QR + 14, at, _FOOT, line))
            at += _FOOT_LEADING


def _told_missing(sheet: Sheet) -> list[str]:
    """What a reader has to know of signs that could not be printed."""
    signs = missing("".join([sheet.title, sheet.to, sheet.office, *map(_text, sheet.blocks)]))
    if not signs:
        return []
    codes = "、".join(f"U+{ord(sign):04X}" for sign in signs[:8])
    return [f"“{GETA}”是字库里没有的字（{codes}），请经办人手写补上。"]


def _text(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Table):
        return "".join(cell for row in block.rows for cell in row)
    return block.caption
