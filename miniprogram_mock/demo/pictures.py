"""Real photos for the play: the portraits that set-up fetches, as cards, as frames, as 12 MP."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import zxingcpp
from PIL import Image

PORTRAITS = Path(sys.prefix) / "portraits"
PHONE_PHOTO = (4032, 3024)  # 12 megapixels
_FACES = {
    "obama": (290, 60, 690, 560),
    "obama2": (110, 170, 560, 732),
    "biden": (380, 180, 800, 705),
}
_EXIF_ORIENTATION = 0x0112
_TURN_RIGHT_TO_SEE_UPRIGHT = 6
_FRAME_SIDE = 640
_CARD_WIDTH = 856  # ten times the millimetres of a card
_CARD_HEIGHT = 540


def card_base64(portrait: str) -> str:
    """A photo of an ID card with this portrait on it, for the identification."""
    table = Image.new("RGB", (1600, 1200), (120, 90, 60))
    table.paste(_card(portrait).resize((1200, 757)), (200, 220))
    return _base64(_jpeg(table, 88))


def frames_base64(portrait: str) -> list[str]:
    """Three camera frames of at most 640 px and 200 KB, as the mini-program makes them."""
    frame = _portrait(portrait)
    frame.thumbnail((_FRAME_SIDE, _FRAME_SIDE), Image.Resampling.LANCZOS)
    return [_base64(_jpeg(frame, quality)) for quality in (85, 82, 88)]


def phone_photo(portrait: str) -> bytes:
    """An ID card photographed by a phone held upright: 12 MP lying in the file, grain and all."""
    upright = (PHONE_PHOTO[1], PHONE_PHOTO[0])
    photo = Image.effect_noise(upright, 24).convert("RGB")
    photo.paste(_card(portrait).resize((2600, 1640)), (212, 1196))
    lying = photo.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[_EXIF_ORIENTATION] = _TURN_RIGHT_TO_SEE_UPRIGHT
    out = io.BytesIO()
    lying.save(out, "JPEG", quality=80, exif=exif.tobytes())
    return out.getvalue()


def register_page() -> bytes:
    """A photo of a page: the household register."""
    page = Image.new("RGB", (1200, 900), (238, 230, 210))
    for line in range(100, 800, 70):
        page.paste((90, 80, 70), (100, line, 1100, line + 4))
    return _jpeg(page, 85)


def read_qr(png: bytes) -> str:
    """What a phone's scanner reads from the picture; empty where it reads nothing."""
    with Image.open(io.BytesIO(png)) as image:
        found = zxingcpp.read_barcodes(image.convert("L"))
    return str(found[0].text) if found else ""


def jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """Width and height as they lie in the file."""
    with Image.open(io.BytesIO(jpeg)) as image:
        return image.size


def _card(portrait: str) -> Image.Image:
    card = Image.new("RGB", (_CARD_WIDTH, _CARD_HEIGHT), (225, 232, 240))
    card.paste(_portrait(portrait).crop(_FACES[portrait]).resize((260, 325)), (560, 80))
    return card


def _portrait(name: str) -> Image.Image:
    with Image.open(PORTRAITS / f"{name}.jpg") as image:
        return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
