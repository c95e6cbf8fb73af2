"""Pictures and PDFs for tests: drawn here, or the portraits that set-up fetches."""

from __future__ import annotations

import io
import struct
import sys
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

PORTRAITS = Path(sys.prefix) / "portraits"

# How an upright picture has to lie in the file for each EXIF orientation to set it right again.
_LAID_DOWN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def portrait(name: str) -> Image.Image:
    """One of the fetched portraits: obama, obama2, obama3, biden."""
    with Image.open(PORTRAITS / f"{name}.jpg") as image:
        return image.convert("RGB")


def corners(width: int = 320, height: int = 240) -> Image.Image:
    """Corners that tell how it lies: red, green, blue, white, clockwise from the top left."""
    image = Image.new("RGB", (width, height))
    half = (width // 2, height // 2)
    for colour, at in (
        ("red", (0, 0)),
        ("lime", (half[0], 0)),
        ("blue", half),
        ("white", (0, half[1])),
    ):
        image.paste(Image.new("RGB", half, colour), at)
    return image


def jpeg(image: Image.Image, *, orientation: int = 1, quality: int = 88, note: str = "") -> bytes:
    """A JPEG that shows `image` upright once its EXIF is honoured; `note` goes into EXIF."""
    exif = Image.Exif()
    if orientation != 1:
        exif[0x0112] = orientation
    if note:
        exif[0x010E] = note
        exif.get_ifd(0x8825)[1] = "N"  # where it was taken
    laid = image.transpose(_LAID_DOWN[orientation]) if orientation != 1 else image
    out = io.BytesIO()
    laid.save(out, "JPEG", quality=quality, exif=exif.tobytes())
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """The image as a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def png_bomb(width: int = 20_000, height: int = 10_000) -> bytes:
    """A whole and valid PNG of 200 megapixels in some 25 kB: black and white, all of it black."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width // 8 + 1) * height))
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def pdf(pages: int = 1, *, password: str = "", script: bool = False) -> bytes:
    """A PDF of blank pages; with `script` it would run JavaScript when opened."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        if script:
            document.Root.OpenAction = pikepdf.Dictionary(
                S=pikepdf.Name.JavaScript, JS="app.alert(1)"
            )
            document.attachments["evil.exe"] = b"MZ"
        document.docinfo["/Author"] = "A Name"
        encryption = pikepdf.Encryption(owner=password, user=password) if password else None
        document.save(out, encryption=encryption or False)
    return out.getvalue()


def card_photo(name: str, *, width: int = 2400, turned: int = 0) -> bytes:
    """A 12-megapixel photo of an ID card of `width` pixels with one of the portraits on it."""
    box = {
        "obama": (290, 60, 690, 560),
        "obama2": (110, 170, 560, 732),
        "obama3": (560, 210, 980, 735),
        "biden": (380, 180, 800, 705),
    }[name]
    card = Image.new("RGB", (856, 540), (225, 232, 240))
    card.paste(portrait(name).crop(box).resize((260, 325)), (560, 80))
    card = card.resize((width, round(width * 540 / 856)))
    table = Image.new("RGB", (4032, 3024), (120, 90, 60))
    table.paste(card, ((table.width - card.width) // 2, (table.height - card.height) // 2))
    return jpeg(table.rotate(turned, expand=True))
