"""The photo pipeline against the least that makes the same two pictures with Pillow's draft."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageOps

from backend.documents.service import Limits, prepare
from miniprogram_mock.demo.pictures import phone_photo

_ROUNDS = 15
_FULL, _THUMB = 2016, 320


def run(say: Callable[[str], None]) -> dict[str, Any]:
    """Medians over interleaved rounds, wall clock and CPU, and their ratio."""
    photo = phone_photo("obama")
    say(f"a 12-megapixel photo of {len(photo):,} bytes, {_ROUNDS} rounds")
    sizes = [_size(made) for made in (prepare(photo, Limits(), "image").full, bare(photo)[0])]
    if sizes[0] != sizes[1]:
        raise RuntimeError(f"not the same pictures: {sizes}")
    times: dict[str, list[tuple[float, float]]] = {"pipeline": [], "bare": []}
    for _ in range(_ROUNDS):
        times["pipeline"].append(_timed(lambda: prepare(photo, Limits(), "image")))
        times["bare"].append(_timed(lambda: bare(photo)))
    found: dict[str, Any] = {"photo_bytes": len(photo)}
    for name, each in times.items():
        walls, cpus = zip(*each, strict=True)
        found[name] = {
            "ms": round(statistics.median(walls) * 1000, 1),
            "cpu_ms": round(statistics.median(cpus) * 1000, 1),
        }
    found["ratio"] = round(found["pipeline"]["ms"] / found["bare"]["ms"], 2)
    found["cpu_ratio"] = round(found["pipeline"]["cpu_ms"] / found["bare"]["cpu_ms"], 2)
    return found


def bare(photo: bytes) -> tuple[bytes, bytes]:
    """At most 2016 px, upright, stripped, and a thumbnail; nothing is looked at or refused."""
    with Image.open(io.BytesIO(photo)) as image:
        longest = max(image.size)
        # As small a decoding as the pipeline asks for: half of a usual phone's photo.
        image.draft("RGB", (image.width * 1600 // longest, image.height * 1600 // longest))
        full = image.convert("RGB")
        orientation = image.getexif().get(0x0112, 1)
    full.thumbnail((_FULL, _FULL), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if orientation != 1:
        full.getexif()[0x0112] = orientation
        full = ImageOps.exif_transpose(full)
    thumb = full.copy()
    thumb.thumbnail((_THUMB, _THUMB), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _jpeg(full, 85), _jpeg(thumb, 75)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, exif=b"")
    return out.getvalue()


def _size(picture: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(picture)) as image:
        return image.size


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu
