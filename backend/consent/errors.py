"""What can go wrong with a consent."""

from __future__ import annotations

from backend.core.errors import Invalid, TooManyAttempts, Unavailable


class NoFace(Invalid):
    """No face was found."""

    code = "no_face"


class TwoFaces(Invalid):
    """More than one face was found."""

    code = "two_faces"


class FaceTooSmall(Invalid):
    """The face has too few pixels to be compared."""

    code = "face_too_small"


class FrameTooLarge(Invalid):
    """A frame has more bytes than the contract allows; `max_kb`."""

    code = "frame_too_large"


class FramesCount(Invalid):
    """Too few or too many frames; `least`, `most`."""

    code = "frames_count"


class FramesDiffer(Invalid):
    """The frames do not show the same person."""

    code = "frames_differ"


class FaceStandsStill(Invalid):
    """Nothing moves between the frames, as on a printed photo."""

    code = "face_stands_still"


class WrongTurn(Invalid):
    """The head was turned to the other side; `action` is what was asked."""

    code = "wrong_turn"


class ChallengeNotMet(Invalid):
    """An action that was asked for is not to be seen; `action` is what was asked."""

    code = "challenge_not_met"


class FaceQueueFull(TooManyAttempts):
    """More checks are waiting than may wait."""

    code = "face_queue_full"


class FaceEngineDown(Unavailable):
    """The face engine did not answer."""

    code = "face_engine_down"
