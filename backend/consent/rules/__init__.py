"""Pure rules of consent."""

from backend.consent.rules.face import (
    DLIB_THRESHOLDS,
    FaceOutcome,
    FaceSeries,
    FaceThresholds,
    FaceVerdict,
    Point,
    Pose,
    judge_face,
    match_outcome,
    mouth_permille,
    yaw_permille,
)

__all__ = [
    "DLIB_THRESHOLDS",
    "FaceOutcome",
    "FaceSeries",
    "FaceThresholds",
    "FaceVerdict",
    "Point",
    "Pose",
    "judge_face",
    "match_outcome",
    "mouth_permille",
    "yaw_permille",
]
