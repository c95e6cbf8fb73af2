"""The real engine on real portraits, taken the way the live path takes them: card, crop, frames."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PIL import Image

from backend.adapters.face.dlib import DlibFaceVerifier
from backend.adapters.face.pool import FacePool
from backend.consent.errors import (
    ChallengeNotMet,
    FaceStandsStill,
    FaceTooSmall,
    FramesCount,
    FrameTooLarge,
    NoFace,
    TwoFaces,
    WrongTurn,
)
from backend.consent.ports import MAX_REFERENCE_BYTES, MAX_REFERENCE_SIDE
from backend.consent.rules.face import OPEN_MOUTH, TURN_LEFT, TURN_RIGHT, FaceOutcome
from backend.documents.errors import FileTypeNotTaken, ImageBroken, ImageTooLarge
from tests.factories.pictures import card_photo, corners, jpeg, png, png_bomb, portrait

# obama looks ahead; obama2 has turned right and opened the mouth; obama3 half left.
AHEAD, RIGHT_AND_OPEN, HALF_LEFT, STRANGER = "obama", "obama2", "obama3", "biden"


@pytest.fixture(scope="module")
def pool() -> Iterator[FacePool]:
    shared = FacePool()
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def demo(pool: FacePool) -> DlibFaceVerifier:
    return DlibFaceVerifier("fake-demo", pool=pool)


@pytest.fixture(scope="module")
def strict(pool: FacePool) -> DlibFaceVerifier:
    return DlibFaceVerifier("pose", pool=pool)


@pytest.fixture(scope="module")
def references(demo: DlibFaceVerifier) -> dict[str, bytes]:
    return {name: demo.portrait(card_photo(name)) for name in (AHEAD, RIGHT_AND_OPEN)}


def frame(name: str, *, orientation: int = 1) -> bytes:
    image = portrait(name)
    image.thumbnail((640, 640))
    return jpeg(image, orientation=orientation)


def size_of(image: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.size


def test_the_same_person_is_accepted(demo: DlibFaceVerifier, references: dict[str, bytes]) -> None:
    decision = demo.verify(references[AHEAD], [frame(RIGHT_AND_OPEN)] * 3, ())
    assert decision.outcome is FaceOutcome.ACCEPT
    assert decision.score_permille <= 390
    assert decision.reasons == ()
    assert decision.engine == "dlib-face-recognition-1.3.0"
    assert decision.threshold_version == "dlib-2026-11"
    assert decision.liveness == "fake-liveness-demo"
    assert len(decision.model_sha256) == 64


def test_the_middle_goes_to_a_person(demo: DlibFaceVerifier, references: dict[str, bytes]) -> None:
    decision = demo.verify(references[RIGHT_AND_OPEN], [frame(HALF_LEFT)] * 3, ())
    assert decision.outcome is FaceOutcome.REVIEW
    assert 410 <= decision.score_permille <= 490
    assert decision.reasons == ("distance",)


def test_a_stranger_is_refused(demo: DlibFaceVerifier, references: dict[str, bytes]) -> None:
    decision = demo.verify(references[AHEAD], [frame(STRANGER)] * 3, ())
    assert decision.outcome is FaceOutcome.REJECT
    assert decision.score_permille > 700


def test_a_challenge_that_was_followed_is_accepted(
    strict: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    series = [frame(AHEAD), frame(RIGHT_AND_OPEN), frame(HALF_LEFT)]
    decision = strict.verify(references[AHEAD], series, (TURN_RIGHT, OPEN_MOUTH))
    assert decision.outcome is FaceOutcome.ACCEPT
    assert decision.liveness == "challenge-pose"


def test_a_half_turn_of_a_real_head_goes_to_a_person(
    strict: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    series = [frame(AHEAD), frame(RIGHT_AND_OPEN), frame(HALF_LEFT)]
    decision = strict.verify(references[AHEAD], series, (TURN_LEFT, OPEN_MOUTH))
    assert decision.outcome is FaceOutcome.REVIEW
    assert decision.reasons == ("turn_left_unsure",)


def test_the_wrong_turn_and_the_missing_mouth_are_told_apart(
    strict: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    with pytest.raises(WrongTurn):
        strict.verify(
            references[AHEAD], [frame(AHEAD), frame(RIGHT_AND_OPEN), frame(AHEAD)], (TURN_LEFT,)
        )
    with pytest.raises(ChallengeNotMet):
        strict.verify(
            references[AHEAD], [frame(AHEAD), frame(HALF_LEFT), frame(AHEAD)], (OPEN_MOUTH,)
        )


def test_a_photo_held_before_the_camera_is_refused(
    strict: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    still = portrait(AHEAD)
    frames = [jpeg(still.rotate(angle).resize((512, 640))) for angle in (0, 2, -3)]
    with pytest.raises(FaceStandsStill):
        strict.verify(references[AHEAD], frames, (TURN_LEFT, OPEN_MOUTH))


def test_two_people_taking_turns_are_refused(
    demo: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    found = demo.verify(references[AHEAD], [frame(AHEAD), frame(STRANGER), frame(AHEAD)], ())
    assert (found.outcome, found.reasons) == (FaceOutcome.REJECT, ("frames_differ",))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_every_exif_orientation_is_honoured(pool: FacePool, orientation: int) -> None:
    upright = frame(RIGHT_AND_OPEN)
    turned = frame(RIGHT_AND_OPEN, orientation=orientation)
    _, series = pool.run("measure", upright, [upright, turned])
    assert series.to_reference[1] < 150
    # A mirrored frame would turn the head to the other side.
    assert abs(series.poses[1].yaw - series.poses[0].yaw) < 60


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_the_card_may_lie_anyhow(demo: DlibFaceVerifier, turned: int) -> None:
    crop = demo.portrait(card_photo(AHEAD, turned=turned))
    decision = demo.verify(crop, [frame(AHEAD)] * 3, ())
    assert decision.score_permille < 200


def test_a_card_that_fills_a_third_of_the_photo_is_found(demo: DlibFaceVerifier) -> None:
    crop = demo.portrait(card_photo(AHEAD, width=1300))
    decision = demo.verify(crop, [frame(RIGHT_AND_OPEN)] * 3, ())
    assert decision.outcome is FaceOutcome.ACCEPT


def test_the_reference_is_a_small_jpeg_without_metadata(references: dict[str, bytes]) -> None:
    crop = references[AHEAD]
    assert crop.startswith(b"\xff\xd8\xff")
    assert len(crop) <= MAX_REFERENCE_BYTES
    assert max(size_of(crop)) <= MAX_REFERENCE_SIDE
    with Image.open(io.BytesIO(crop)) as image:
        assert not image.getexif()


def test_a_noisy_reference_still_fits_its_bound(demo: DlibFaceVerifier) -> None:
    grain = Image.effect_noise((2184, 2729), 90).convert("RGB")
    noisy = Image.blend(portrait(AHEAD).resize(grain.size), grain, 0.35)
    crop = demo.portrait(jpeg(noisy))
    assert len(crop) <= MAX_REFERENCE_BYTES


def test_no_face_and_two_faces_have_their_own_problems(demo: DlibFaceVerifier) -> None:
    with pytest.raises(NoFace):
        demo.portrait(jpeg(corners(1200, 900)))
    both = Image.new("RGB", (1800, 1137), "grey")
    both.paste(portrait(AHEAD), (0, 0))
    both.paste(portrait(STRANGER).crop((100, 100, 900, 1137)), (950, 0))
    with pytest.raises(TwoFaces):
        demo.portrait(jpeg(both))


def test_two_faces_in_one_frame_are_refused(
    demo: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    both = Image.new("RGB", (1800, 1137), "grey")
    both.paste(portrait(AHEAD), (0, 0))
    both.paste(portrait(AHEAD), (900, 0))
    both.thumbnail((640, 640))
    with pytest.raises(TwoFaces):
        demo.verify(references[AHEAD], [jpeg(both)] * 3, ())


def test_a_tiny_face_is_told_to_come_closer(
    demo: DlibFaceVerifier, references: dict[str, bytes]
) -> None:
    far = portrait(AHEAD)
    far.thumbnail((200, 200))
    with pytest.raises(FaceTooSmall):
        demo.verify(references[AHEAD], [jpeg(far)] * 3, ())


def test_bad_images_are_named(demo: DlibFaceVerifier) -> None:
    whole = jpeg(portrait(AHEAD))
    with pytest.raises(ImageBroken):
        demo.portrait(whole[: len(whole) // 2])
    with pytest.raises(ImageBroken):
        demo.portrait(whole[:200])
    with pytest.raises(ImageTooLarge) as large:
        demo.portrait(png_bomb())
    assert large.value.params == {"max_megapixels": 50}
    with pytest.raises(FileTypeNotTaken):
        demo.portrait(b"%PDF-1.7 not a photo")
    with pytest.raises(FileTypeNotTaken):
        demo.portrait(b"")


def test_a_png_with_transparency_is_read(demo: DlibFaceVerifier) -> None:
    assert demo.portrait(png(portrait(AHEAD).convert("RGBA"))).startswith(b"\xff\xd8\xff")


def test_frames_are_counted_and_weighed(demo: DlibFaceVerifier) -> None:
    with pytest.raises(FramesCount):
        demo.verify(b"x", [b"x"] * 2, ())
    with pytest.raises(FramesCount):
        demo.verify(b"x", [b"x"] * 6, ())
    with pytest.raises(FrameTooLarge):
        demo.verify(b"x", [b"x", b"x", bytes(200 * 1024 + 1)], ())


def test_a_twelve_megapixel_photo_stays_within_the_memory_bound(
    demo: DlibFaceVerifier, pool: FacePool
) -> None:
    big = portrait(AHEAD).resize((3024, 4032))
    assert demo.portrait(jpeg(big)).startswith(b"\xff\xd8\xff")
    with open(f"/proc/{pool.pid}/status") as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    assert int(peak.split()[1]) <= 350 * 1024


def test_the_web_process_loads_no_engine() -> None:
    look = "import sys, backend.adapters.face.dlib; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", look],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "."},
    ).stdout.split()
    assert "backend.adapters.face.dlib" in loaded
    assert not {"dlib", "numpy", "face_recognition", "PIL", "sqlalchemy"} & set(loaded)
