"""A name written with the finger: its bounds and the hash that the evidence keeps of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import rfc8785

Point = tuple[int, int, int]
Strokes = Sequence[Sequence[Sequence[int]]]

MOST_STROKES: Final = 200
MOST_POINTS: Final = 5000
MOST_COORDINATE: Final = 10_000
MOST_MILLISECONDS: Final = 3_600_000
_LEAST_POINTS_OF_A_LINE: Final = 2


def strokes_fault(strokes: Strokes) -> str | None:
    """Why these are no signature, as a code of the catalogue, or None.

    Each point is [x, y, t]: x and y in the pad's own units from 0, t in milliseconds from the
    first touch.
    """
    if len(strokes) > MOST_STROKES or sum(len(stroke) for stroke in strokes) > MOST_POINTS:
        return "signature_too_long"
    if any(not _is_point(point) for stroke in strokes for point in stroke):
        return "signature_broken"
    if not any(_is_line(stroke) for stroke in strokes):
        return "signature_empty"
    return None


def strokes_hash(strokes: Strokes) -> str:
    """SHA-256 in hex over the canonical JSON (RFC 8785) of the strokes."""
    return hashlib.sha256(rfc8785.dumps([[list(p) for p in s] for s in strokes])).hexdigest()


def _is_point(point: Sequence[int]) -> bool:
    if len(point) != 3:
        return False
    x, y, t = point
    in_pad = 0 <= x <= MOST_COORDINATE and 0 <= y <= MOST_COORDINATE
    return in_pad and 0 <= t <= MOST_MILLISECONDS


def _is_line(stroke: Sequence[Sequence[int]]) -> bool:
    """A tap is no line: two points of a stroke must differ in place."""
    places = {tuple(point[:2]) for point in stroke}
    return len(stroke) >= _LEAST_POINTS_OF_A_LINE and len(places) > 1
