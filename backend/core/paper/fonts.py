"""Which font draws which sign. Noto Serif SC and Noto Sans SC (SIL Open Font License) come in a
package of the lock: all of CJK Unified Ideographs and Extension A, and what GB 18030-2022 asks of
names beyond (通用规范汉字表).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from backend.core.paper.setting import clean

# Where a sign stands that no font has: the printers' own word for it (GB/T 14706 calls it 缺字符).
GETA: Final = "〓"


@dataclass(frozen=True)
class Face:
    """A font: `advances` are parts of its size, by code point."""

    name: str
    path: Path
    advances: Mapping[int, float]

    def has(self, sign: str) -> bool:
        return ord(sign) in self.advances


@dataclass(frozen=True, slots=True)
class Run:
    """Signs that one face draws."""

    face: Face
    text: str


@lru_cache
def faces() -> tuple[Face, ...]:
    """The fonts in the order in which they are asked. Takes a fifth of a second, once."""
    import pylopdf_fonts_zh_cn as fonts

    return (_face("serif", fonts.serif_path()), _face("sans", fonts.sans_path()))


def _face(name: str, path: Path) -> Face:
    from fontTools.ttLib import TTFont  # not above: its import takes a tenth of a second

    with TTFont(path, lazy=True) as font:
        size = font["head"].unitsPerEm
        widths = font["hmtx"].metrics
        advances = {code: widths[glyph][0] / size for code, glyph in font.getBestCmap().items()}
    return Face(name, path, advances)


def runs(text: str) -> Iterator[Run]:
    """The text as the faces draw it; a sign that none has is drawn as `GETA`."""
    face, gathered = faces()[0], ""
    for sign in text:
        found = _face_of(sign)
        wanted, drawn = (found, sign) if found else (faces()[0], GETA)
        if wanted is not face and gathered:
            yield Run(face, gathered)
            gathered = ""
        face, gathered = wanted, gathered + drawn
    if gathered:
        yield Run(face, gathered)


def missing(text: str) -> list[str]:
    """The signs that no face has, each once, in order."""
    return [sign for sign in dict.fromkeys(clean(text)) if sign != "\n" and not _face_of(sign)]


def width(text: str) -> float:
    """How wide the text is at size 1."""
    return sum(_advance(sign) for sign in text)


def _advance(sign: str) -> float:
    face = _face_of(sign)
    return face.advances[ord(sign)] if face else faces()[0].advances[ord(GETA)]


def _face_of(sign: str) -> Face | None:
    return next((face for face in faces() if face.has(sign)), None)
