"""A `FaceVerifier` that looks at nothing, for unit tests; its decisions say that it is a fake."""

from __future__ import annotations

from collections.abc import Sequence

from backend.consent.ports import FaceDecision
from backend.consent.rules.face import DLIB_THRESHOLDS, FRAMES_DIFFER, FaceOutcome, match_outcome
from backend.core.errors import AppError


class FakeFaceVerifier:
    """Answers with `score` (a distance, 0.0 to about 1.0) or raises `raises`; keeps its calls."""

    def __init__(self, score: float = 0.3, raises: AppError | None = None) -> None:
        self.score = score
        self.raises = raises
        self.engine = "fake"
        self.differ = False  # whether the frames are to show two people
        self.challenges: list[tuple[str, ...]] = []
        self.closed = False
        self.is_full = False

    def portrait(self, card: bytes) -> bytes:
        """The card itself, as if it were the portrait on it."""
        if self.raises:
            raise self.raises
        return card

    def verify(
        self, reference: bytes, frames: Sequence[bytes], challenge: Sequence[str]
    ) -> FaceDecision:
        """The outcome that the real thresholds give to `score`."""
        if self.raises:
            raise self.raises
        self.challenges.append(tuple(challenge))
        score = round(self.score * 1000)
        outcome = FaceOutcome.REJECT if self.differ else match_outcome(score, DLIB_THRESHOLDS)
        reason = FRAMES_DIFFER if self.differ else "distance"
        return FaceDecision(
            outcome=outcome,
            score_permille=score,
            engine=self.engine,
            model_sha256="0" * 64,
            threshold_version=DLIB_THRESHOLDS.version,
            liveness="fake-liveness-demo",
            reasons=() if outcome is FaceOutcome.ACCEPT else (reason,),
        )

    def close(self) -> None:
        """Nothing runs beside."""
        self.closed = True
