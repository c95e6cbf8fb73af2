"""The dlib engine (face-recognition): finds the one face of an image, measures poses and distances.

Runs in the child process only: importing it loads 120 MB of models and takes a second.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import face_recognition
import face_recognition_models
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from backend.consent.errors import FaceTooSmall, NoFace, TwoFaces
from backend.consent.ports import MAX_REFERENCE_BYTES, MAX_REFERENCE_SIDE
from backend.consent.rules.face import FaceSeries, Point, Pose, mouth_permille, yaw_permille
from backend.documents.rules.images import PHOTO_FORMATS, opened, upright_rgb

# face_recognition lets Pillow fill up what is missing of a cut file with grey: not here.
ImageFile.LOAD_TRUNCATED_IMAGES = False

_WORK_SIDE: Final = 480
_CARD_SIDES: Final = (_WORK_SIDE, 960, 1440)
_DECODED_LONG_SIDE: Final = 960
_CARD_DECODED_LONG_SIDE: Final = 1920
_MIN_FACE_PX: Final = 60
_PORTRAIT_MARGIN: Final = 0.5
_QUALITIES: Final = (90, 80, 65, 50)
_QUARTER_TURNS: Final = (
    None,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_270,
    Image.Transpose.ROTATE_180,
)

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]  # top, right, bottom, left, as face_recognition says it


@dataclass(frozen=True, slots=True)
class Face:
    """One measured face: dlib's 128 numbers and how the head is held. Never leaves the child."""

    vector: NDArray[np.float64]
    pose: Pose


class DlibEngine:
    """HOG detection (never the CNN: 2 to 28 s), 68 landmarks, 128-D ResNet, no jitter."""

    def __init__(self) -> None:
        self.model_sha256 = _hash_of_models()

    def portrait(self, card: bytes) -> bytes:
        """The portrait of a photographed card, however it lies, as a JPEG; see `FaceVerifier`.

        A card's face is small in its photo: where none is found, more pixels are looked at, down
        to a card that fills a quarter of the width.
        """
        with opened(card, PHOTO_FORMATS) as image:
            photo = upright_rgb(image, _CARD_DECODED_LONG_SIDE)
        for side in _CARD_SIDES:
            for turn in _QUARTER_TURNS:
                turned = photo if turn is None else photo.transpose(turn)
                work, scale = _at_work_size(turned, side)
                boxes = face_recognition.face_locations(work, 0, "hog")
                if boxes:
                    crop = _crop(turned, _only(boxes), scale)
                    _find_face(np.asarray(crop))  # what cannot be found again is no reference
                    return _as_jpeg(crop)
        raise NoFace()

    def measure(self, reference: bytes, frames: Sequence[bytes]) -> FaceSeries:
        """Poses and distances (thousandths) of a series against its reference."""
        wanted = self._face(reference).vector
        faces = [self._face(frame) for frame in frames]
        return FaceSeries(
            poses=tuple(face.pose for face in faces),
            to_reference=tuple(_permille(face.vector, wanted) for face in faces),
            to_first=tuple(_permille(face.vector, faces[0].vector) for face in faces),
        )

    def _face(self, data: bytes) -> Face:
        with opened(data, PHOTO_FORMATS) as image:
            photo = upright_rgb(image, _DECODED_LONG_SIDE)
        work, scale = _at_work_size(photo, _WORK_SIDE)
        box = _find_face(work)
        if (box[1] - box[3]) * scale < _MIN_FACE_PX:
            raise FaceTooSmall()
        (marks,) = face_recognition.face_landmarks(work, [box], "large")
        points = _sixty_eight(marks)
        (vector,) = face_recognition.face_encodings(work, [box], num_jitters=1)
        return Face(vector, Pose(yaw_permille(points), mouth_permille(points)))


def _find_face(work: Pixels) -> Box:
    boxes = face_recognition.face_locations(work, 0, "hog")
    return _only(boxes or face_recognition.face_locations(work, 1, "hog"))


def _only(boxes: Sequence[Box]) -> Box:
    if not boxes:
        raise NoFace()
    if len(boxes) > 1:
        raise TwoFaces()
    return boxes[0]


def _at_work_size(photo: Image.Image, side: int) -> tuple[Pixels, float]:
    """The pixels with a short side of at most `side`, and how much smaller they are than the photo.

    The long side is bounded too, so that a strip of a picture does not take seconds.
    """
    scale = max(1.0, min(photo.size) / side, max(photo.size) / (4 * side))
    if scale > 1:
        size = (max(1, round(photo.width / scale)), max(1, round(photo.height / scale)))
        photo = photo.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return np.asarray(photo), scale


def _crop(photo: Image.Image, box: Box, scale: float) -> Image.Image:
    top, right, bottom, left = (edge * scale for edge in box)
    if right - left < _MIN_FACE_PX:
        raise FaceTooSmall()
    margin = (right - left) * _PORTRAIT_MARGIN
    crop = photo.crop(
        (
            max(0, round(left - margin)),
            max(0, round(top - margin)),
            min(photo.width, round(right + margin)),
            min(photo.height, round(bottom + margin)),
        )
    )
    crop.thumbnail((MAX_REFERENCE_SIDE, MAX_REFERENCE_SIDE), Image.Resampling.LANCZOS)
    return crop


def _as_jpeg(crop: Image.Image) -> bytes:
    for quality in _QUALITIES:
        out = io.BytesIO()
        crop.save(out, "JPEG", quality=quality)
        if out.tell() <= MAX_REFERENCE_BYTES:
            break
    return out.getvalue()


def _sixty_eight(marks: dict[str, list[Point]]) -> list[Point]:
    """The iBUG order again, from the named groups in which face_recognition hands them out."""
    order: tuple[tuple[str, Any], ...] = (
        ("chin", slice(0, 17)),
        ("left_eyebrow", slice(0, 5)),
        ("right_eyebrow", slice(0, 5)),
        ("nose_bridge", slice(0, 4)),
        ("nose_tip", slice(0, 5)),
        ("left_eye", slice(0, 6)),
        ("right_eye", slice(0, 6)),
        ("top_lip", slice(0, 7)),  # 48-54
        ("bottom_lip", slice(1, 6)),  # 55-59; the group begins with 54
        ("top_lip", slice(11, 6, -1)),  # 60-64; the group ends with 64 … 60
        ("bottom_lip", slice(10, 7, -1)),  # 65-67; the group ends with 60, 67, 66, 65, 64
    )
    return [point for group, part in order for point in marks[group][part]]


def _permille(a: NDArray[np.float64], b: NDArray[np.float64]) -> int:
    return round(1000 * float(np.linalg.norm(a - b)))


def _hash_of_models() -> str:
    digest = hashlib.sha256()
    for path in (
        face_recognition_models.pose_predictor_model_location(),
        face_recognition_models.pose_predictor_five_point_model_location(),
        face_recognition_models.face_recognition_model_location(),
    ):
        with open(path, "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
