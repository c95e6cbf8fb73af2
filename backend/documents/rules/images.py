"""Open an untrusted image within limits, judged by its content and upright."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError

from backend.documents.errors import FileTypeNotTaken, ImageBroken, ImageTooLarge

MAX_IMAGE_PIXELS: Final = 50_000_000
PHOTO_FORMATS: Final = ("JPEG", "PNG", "HEIF")

_SET_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What damaged files make Pillow and its decoders raise.
_BROKEN: Final = (
    OSError, SyntaxError, ValueError, EOFError, RuntimeError, LookupError, TypeError,
    OverflowError, struct.error, zlib.error,
)  # fmt: skip


@contextmanager
def opened(
    data: bytes, formats: tuple[str, ...] = PHOTO_FORMATS, max_pixels: int = MAX_IMAGE_PIXELS
) -> Iterator[Image.Image]:
    """The image, its header read and its pixels not yet; what goes wrong inside the block is named.

    Raises FileTypeNotTaken (another format), ImageTooLarge (by the header, before anything is
    decoded) and ImageBroken (ends early, damaged).
    """
    if "HEIF" in formats:
        _know_heif()
    try:
        with warnings.catch_warnings():
            # The header's size is checked below, and harder, than Pillow's own warning does.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=formats) as image:
                if image.width * image.height > max_pixels:
                    raise _too_large(max_pixels)
                yield image
    except Image.DecompressionBombError as bomb:
        raise _too_large(max_pixels) from bomb
    except UnidentifiedImageError as unknown:
        raise (ImageBroken() if _begins_as_photo(data) else FileTypeNotTaken()) from unknown
    except _BROKEN as broken:
        raise ImageBroken() from broken


def upright_rgb(image: Image.Image, at_least: int, at_most: int | None = None) -> Image.Image:
    """Decode to RGB with the EXIF rotation applied and transparency laid on white.

    A JPEG is decoded at 1/2, 1/4 or 1/8 of its size while its long side keeps `at_least` pixels:
    12 megapixels cost a third of the time so. The result's long side is at most `at_most`.
    """
    if image.format == "JPEG":
        # draft() stops at the first side that would fall below its box: only the long one counts.
        lying = image.width >= image.height
        image.draft(None, (at_least, 1) if lying else (1, at_least))
    image.load()
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    plain = _eight_bit(image)
    if at_most is not None:
        plain = fitted(plain, at_most)
    plain = _on_white(plain)
    turn = _SET_UPRIGHT.get(orientation)
    return plain if turn is None else plain.transpose(turn)


def fitted(image: Image.Image, long_side: int) -> Image.Image:
    """The image no longer than `long_side` pixels, never enlarged."""
    scale = long_side / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        # 16-bit grey: convert() alone would clip instead of scaling.
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _begins_as_photo(data: bytes) -> bool:
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or data[4:8] == b"ftyp"


def _too_large(max_pixels: int) -> ImageTooLarge:
    return ImageTooLarge(max_megapixels=max_pixels // 1_000_000)


@cache
def _know_heif() -> None:
    # Imported here: the library is only needed once a photo is opened.
    from pi_heif import register_heif_opener  # type: ignore[import-untyped,unused-ignore]

    register_heif_opener(thumbnails=False)
