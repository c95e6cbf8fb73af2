"""What consent needs from outside: somebody who compares faces, and who draws WeChat's codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from backend.consent.rules.face import FaceOutcome

MAX_FRAME_BYTES: Final = 200 * 1024
MIN_FRAMES: Final = 3
MAX_FRAMES: Final = 5
MAX_REFERENCE_SIDE: Final = 640
MAX_REFERENCE_BYTES: Final = 120 * 1024


@dataclass(frozen=True, slots=True)
class FaceDecision:
    """What one check decided and by which means; goes into the evidence, so it holds no float.

    `score_permille` is the engine's distance in thousandths (smaller is more alike); `model_sha256`
    the hex hash of the model files; `liveness` names how life was checked; `reasons` say in code
    words why a person has to look or why it was refused.
    """

    outcome: FaceOutcome
    score_permille: int
    engine: str
    model_sha256: str
    threshold_version: str
    liveness: str
    reasons: tuple[str, ...] = ()


class MiniCodeUnavailable(Exception):
    """No code was drawn; `reason` is one word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MiniCode(Protocol):
    """Draws the code that opens the signing page inside WeChat; call it outside any unit."""

    def picture(self, token: str) -> bytes:
        """A PNG; the token (at most 32 characters of WeChat's alphabet) travels in it. Raises
        MiniCodeUnavailable.
        """
        ...


class FaceVerifier(Protocol):
    """Compares whoever is before the camera with a card's portrait; call it outside any unit."""

    def portrait(self, card: bytes) -> bytes:
        """The one face on a photographed ID card as a JPEG of at most 640 px and 120 KB.

        Raises NoFace, TwoFaces, FaceTooSmall, ImageBroken, ImageTooLarge, FileTypeNotTaken,
        FaceQueueFull, FaceEngineDown.
        """
        ...

    def verify(
        self, reference: bytes, frames: Sequence[bytes], challenge: Sequence[str]
    ) -> FaceDecision:
        """Decide whether `frames` (3 to 5 unmirrored JPEGs, at most 200 KB each) show `reference`.

        `challenge` are actions of `CHALLENGE_ACTIONS` that each must be seen in some frame. Raises
        as `portrait` does, and FramesCount, FrameTooLarge, FaceStandsStill, WrongTurn,
        ChallengeNotMet.
        """
        ...

    @property
    def is_full(self) -> bool:
        """Whether the next caller would be told to wait (FaceQueueFull)."""
        ...

    def close(self) -> None:
        """End whatever runs beside this process."""
        ...
