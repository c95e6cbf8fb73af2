"""Setting Chinese text in lines: no line begins with a closing sign or ends with an opening one
(避头尾), numbers and codes stay whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

Measure = Callable[[str], float]

_UNIT = re.compile(r"[!-~]+|.", re.DOTALL)
_NEVER_FIRST = frozenset("，。、；：？！）》〉”’】〕』」…—·•%")
_NEVER_LAST = frozenset("（《〈“‘【〔『「")
# Formats and variants that draw nothing of their own; a font without them would show a box.
_UNSEEN = ("Cc", "Cf", "Cs")
_VARIANTS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))


def clean(text: str) -> str:
    """The text without signs that are not seen; tabs are blanks, line ends stay."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(sign for sign in kept if sign == "\n" or _is_seen(sign))


def _is_seen(sign: str) -> bool:
    code = ord(sign)
    if any(low <= code <= high for low, high in _VARIANTS):
        return False
    return unicodedata.category(sign) not in _UNSEEN


def set_lines(text: str, width: float, measure: Measure, *, indent: float = 0) -> list[str]:
    """`text` in lines of at most `width`, the first shorter by `indent`; one at least."""
    found: list[str] = []
    for paragraph in text.split("\n"):
        found += _set(paragraph, width, measure, indent)
    return found


def _set(text: str, width: float, measure: Measure, indent: float) -> list[str]:
    lines: list[list[str]] = [[]]
    used, room = 0.0, width - indent
    for unit in _units(text, width, measure):
        taken = measure(unit)
        if lines[-1] and used + taken > room:
            if unit == " ":
                continue
            carried = _carried(lines[-1], unit)
            lines.append(carried)
            used, room = sum(map(measure, carried)), width
        lines[-1].append(unit)
        used += taken
    return ["".join(line).rstrip(" ") for line in lines]


def _carried(line: list[str], unit: str) -> list[str]:
    """What goes down to the new line with `unit`, taken from the end of the full one."""
    carried: list[str] = []
    first = unit
    while len(line) > 1 and (first in _NEVER_FIRST or line[-1] in _NEVER_LAST):
        first = line.pop()
        carried.insert(0, first)
        if len(carried) > 3:
            break
    return carried


def _units(text: str, width: float, measure: Measure) -> list[str]:
    """What is never broken, but for a run that is wider than a line."""
    units: list[str] = []
    for unit in _UNIT.findall(text):
        units += [unit] if measure(unit) <= width else list(unit)
    return units
