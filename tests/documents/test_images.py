"""What becomes of an uploaded picture."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from PIL import Image

from backend.documents.errors import (
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotTaken,
    ImageBroken,
    ImageTooLarge,
    PhotoOnly,
)
from backend.documents.ports import CaseRef
from backend.documents.rules.slots import declared_kind
from backend.documents.service.images import Limits, Prepared, prepare
from tests.factories.heic import HEIC
from tests.factories.pictures import corners, jpeg, pdf, png, png_bomb

LIMITS = Limits()
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def shown(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "JPEG"
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()
        return image.convert("RGB")


def corner_colours(image: Image.Image) -> list[tuple[int, ...]]:
    """From the top left, clockwise."""
    right, bottom = image.width - 8, image.height - 8
    places = ((8, 8), (right, 8), (right, bottom), (8, bottom))
    return [image.getpixel(place) for place in places]  # type: ignore[misc]


def assert_upright(prepared: Prepared) -> None:
    assert prepared.thumb is not None
    for content in (prepared.full, prepared.thumb):
        for found, wanted in zip(
            corner_colours(shown(content)), (RED, GREEN, BLUE, WHITE), strict=True
        ):
            assert all(abs(a - b) < 40 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_ends_upright(orientation: int) -> None:
    prepared = prepare(jpeg(corners(800, 600), orientation=orientation), LIMITS)
    assert (prepared.width, prepared.height) == (800, 600)
    assert_upright(prepared)


def test_metadata_goes() -> None:
    noted = jpeg(corners(), note="SECRET PLACE")
    assert b"SECRET PLACE" in noted
    prepared = prepare(noted, LIMITS)
    assert b"SECRET" not in prepared.full
    assert shown(prepared.full).size == (320, 240)


def test_a_twelve_megapixel_photo_is_made_smaller() -> None:
    prepared = prepare(jpeg(corners(4032, 3024), orientation=6), LIMITS)
    assert prepared.media_type == "image/jpeg"
    assert (prepared.width, prepared.height) == (2016, 1512)
    assert prepared.thumb is not None
    assert shown(prepared.full).size == (2016, 1512)
    assert shown(prepared.thumb).size == (320, 240)
    assert_upright(prepared)


@pytest.mark.parametrize("size", [(4000, 3000), (3999, 2249), (5000, 700), (900, 6000)])
def test_no_side_is_longer_than_the_bound_nor_the_shape_lost(size: tuple[int, int]) -> None:
    prepared = prepare(jpeg(corners(*size)), LIMITS)
    assert prepared.width is not None
    assert prepared.height is not None
    assert 1600 <= max(prepared.width, prepared.height) <= 2016
    assert prepared.width / prepared.height == pytest.approx(size[0] / size[1], rel=0.02)


def test_a_small_picture_is_not_enlarged() -> None:
    prepared = prepare(png(corners(40, 30)), LIMITS)
    assert (prepared.width, prepared.height) == (40, 30)


def test_transparency_becomes_white() -> None:
    half = corners(200, 200).convert("RGBA")
    half.paste((0, 0, 0, 0), (0, 0, 100, 200))
    image = shown(prepare(png(half), LIMITS).full)
    assert image.getpixel((20, 100)) == WHITE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_mode_of_pixels_becomes_a_picture(mode: str) -> None:
    grey = Image.new("L", (300, 200), 128)
    if mode == "I;16":
        source = png(Image.new("I;16", (300, 200), 128 * 256))
    elif mode == "CMYK":
        source = jpeg(grey.convert("RGB").convert("CMYK"))
    else:
        source = png(grey.convert(mode))
    seen = shown(prepare(source, LIMITS).full).getpixel((150, 100))
    assert isinstance(seen, tuple)
    # Black and white can only dither the grey; one of the two stands at the place.
    assert mode == "1" or all(abs(value - 128) < 6 for value in seen)


def test_a_palette_with_transparency_is_laid_on_white() -> None:
    image = Image.new("P", (100, 100), 0)
    image.putpalette([10, 20, 30] + [0] * 765)
    out = io.BytesIO()
    image.save(out, "PNG", transparency=0)
    assert shown(prepare(out.getvalue(), LIMITS).full).getpixel((50, 50)) == WHITE


def test_of_an_animation_the_first_frame_is_kept() -> None:
    out = io.BytesIO()
    first, second = Image.new("RGB", (60, 60), "red"), Image.new("RGB", (60, 60), "blue")
    first.save(out, "PNG", save_all=True, append_images=[second])
    found = shown(prepare(out.getvalue(), LIMITS).full).getpixel((30, 30))
    assert isinstance(found, tuple)
    assert found[0] > 240
    assert found[2] < 20


def test_heic_from_a_phone_becomes_jpeg() -> None:
    assert b"SECRET NOTE" in HEIC
    prepared = prepare(HEIC, LIMITS, "image")
    assert prepared.media_type == "image/jpeg"
    assert (prepared.width, prepared.height) == (64, 48)
    assert b"SECRET" not in prepared.full
    assert_upright(prepared)


def test_a_cut_heic_is_broken() -> None:
    with pytest.raises(ImageBroken):
        prepare(HEIC[:-40], LIMITS)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9, 0.99])
def test_a_truncated_jpeg_is_broken(kept: float) -> None:
    whole = jpeg(corners(1200, 900))
    with pytest.raises(ImageBroken):
        prepare(whole[: int(len(whole) * kept)], LIMITS)


def test_a_truncated_png_is_broken() -> None:
    whole = png(corners(400, 300))
    with pytest.raises(ImageBroken):
        prepare(whole[: len(whole) // 2], LIMITS)


def test_a_bomb_is_refused_by_its_header() -> None:
    bomb = png_bomb()
    assert len(bomb) < 100_000
    with pytest.raises(ImageTooLarge) as large:
        prepare(bomb, LIMITS)
    assert large.value.params == {"max_megapixels": 50}
    # A cut bomb is refused for its size, not for being cut: nothing of it was decoded.
    with pytest.raises(ImageTooLarge):
        prepare(bomb[:60], LIMITS)


def test_bytes_are_bounded() -> None:
    with pytest.raises(FileTooLarge) as large:
        prepare(bytes(10 * 1024**2 + 1), LIMITS)
    assert large.value.params == {"max_mb": 10}
    with pytest.raises(FileEmpty):
        prepare(b"", LIMITS)


@pytest.mark.parametrize(
    "junk",
    [
        b"hello",
        b"MZ" + bytes(500),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(99),
    ],
    ids=["text", "program", "svg", "gif"],
)
def test_other_kinds_are_not_taken(junk: bytes) -> None:
    with pytest.raises(FileTypeNotTaken):
        prepare(junk, LIMITS)


def test_a_pdf_that_claims_to_be_a_photo_is_refused_and_the_other_way_round() -> None:
    with pytest.raises(FileTypeMismatch) as mismatch:
        prepare(pdf(), LIMITS, "image")
    assert mismatch.value.params == {"declared": "image", "found": "pdf"}
    with pytest.raises(FileTypeMismatch):
        prepare(jpeg(corners()), LIMITS, "pdf")


def test_where_only_photos_fit_a_pdf_is_refused() -> None:
    case = CaseRef(uuid4(), "610303", frozenset({"a", "b"}), frozenset(), frozenset({"a"}))
    assert (case.takes_pdf("a"), case.takes_pdf("b")) == (False, True)
    with pytest.raises(PhotoOnly):
        prepare(pdf(), Limits(pdf=False))


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("IMG_1.JPG", None, "image"),
        ("a.b.heic", "application/octet-stream", "image"),
        ("scan.pdf", "image/jpeg", "pdf"),
        ("blob", "image/png", "image"),
        (None, "application/pdf", "pdf"),
        ("noname", "application/octet-stream", None),
        (None, None, None),
    ],
)
def test_the_claimed_kind(name: str | None, media_type: str | None, kind: str | None) -> None:
    assert declared_kind(name, media_type) == kind
