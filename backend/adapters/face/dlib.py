"""`FaceVerifier` on face-recognition (dlib): a child process measures, the rules decide here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from backend.adapters.face.pool import FacePool
from backend.consent.errors import FramesCount, FrameTooLarge
from backend.consent.ports import (
    MAX_FRAME_BYTES,
    MAX_FRAMES,
    MAX_REFERENCE_BYTES,
    MIN_FRAMES,
    FaceDecision,
)
from backend.consent.rules.face import DLIB_THRESHOLDS, FaceSeries, FaceThresholds, judge_face
from backend.documents.errors import FileTooLarge

ENGINE: Final = "dlib-face-recognition-1.3.0"
_MAX_CARD_BYTES: Final = 10 * 1024 * 1024

Liveness = Literal["pose", "fake-demo"]
# No passive check comes with this engine: the challenge is all there is, and the evidence says so.
_LIVENESS_NAMES: Final[dict[str, str]] = {
    "pose": "challenge-pose",
    "fake-demo": "fake-liveness-demo",
}


class DlibFaceVerifier:
    """Finds and compares faces; `liveness="fake-demo"` skips the challenge and says so."""

    def __init__(
        self,
        liveness: Liveness = "pose",
        thresholds: FaceThresholds = DLIB_THRESHOLDS,
        pool: FacePool | None = None,
    ) -> None:
        self._liveness = _LIVENESS_NAMES[liveness]
        self._check_pose = liveness == "pose"
        self._thresholds = thresholds
        self._pool = pool or FacePool()

    def portrait(self, card: bytes) -> bytes:
        """See `FaceVerifier.portrait`."""
        if len(card) > _MAX_CARD_BYTES:
            raise FileTooLarge(max_mb=_MAX_CARD_BYTES // 1024**2)
        portrait: bytes = self._pool.run("portrait", card)
        return portrait

    def verify(
        self, reference: bytes, frames: Sequence[bytes], challenge: Sequence[str]
    ) -> FaceDecision:
        """See `FaceVerifier.verify`."""
        if not MIN_FRAMES <= len(frames) <= MAX_FRAMES:
            raise FramesCount(least=MIN_FRAMES, most=MAX_FRAMES)
        if max(map(len, frames)) > MAX_FRAME_BYTES or len(reference) > MAX_REFERENCE_BYTES:
            raise FrameTooLarge(max_kb=MAX_FRAME_BYTES // 1024)
        model_sha256, series = self._measure(reference, frames)
        verdict = judge_face(series, challenge, self._thresholds, check_pose=self._check_pose)
        return FaceDecision(
            outcome=verdict.outcome,
            score_permille=verdict.score_permille,
            engine=ENGINE,
            model_sha256=model_sha256,
            threshold_version=self._thresholds.version,
            liveness=self._liveness,
            reasons=verdict.reasons,
        )

    @property
    def is_full(self) -> bool:
        """See `FaceVerifier.is_full`."""
        return self._pool.is_full

    def close(self) -> None:
        """End the child process."""
        self._pool.close()

    def _measure(self, reference: bytes, frames: Sequence[bytes]) -> tuple[str, FaceSeries]:
        measured: tuple[str, FaceSeries] = self._pool.run("measure", reference, list(frames))
        return measured
