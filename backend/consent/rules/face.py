"""When a face is accepted, looked at by a person, or refused; and when a challenge was followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot
from typing import Final

from backend.consent.errors import ChallengeNotMet, FaceStandsStill, WrongTurn

Point = tuple[float, float]

TURN_LEFT: Final = "turn_left"
TURN_RIGHT: Final = "turn_right"
OPEN_MOUTH: Final = "open_mouth"
CHALLENGE_ACTIONS: Final = (TURN_LEFT, TURN_RIGHT, OPEN_MOUTH)
FRAMES_DIFFER: Final = "frames_differ"  # the reason of a series that shows two people


class FaceOutcome(StrEnum):
    """Three outcomes, never two: between yes and no a person looks."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class FaceThresholds:
    """Bounds in thousandths, kept by `version` with every decision that was made by them.

    Distances are Euclidean ones of dlib's 128 numbers: up to `accept` the same person, up to
    `review` a person looks, above it refused; up to `same_sure` two frames surely show one face,
    above `same_most` surely two. Turns and mouths: from `done` on the action was seen, from
    `unsure` on perhaps; a series that moves less than `stillness` is a photo.
    """

    version: str
    accept: int
    review: int
    same_sure: int
    same_most: int
    frontal: int
    turn_unsure: int
    turn_done: int
    mouth_unsure: int
    mouth_done: int
    stillness: int


# 0.60, the usual bound of this model, takes 39 % of East-Asian impostor pairs for one person;
# 0.40 takes 0.2 %.
DLIB_THRESHOLDS: Final = FaceThresholds(
    version="dlib-2026-11",
    accept=400,
    review=500,
    same_sure=500,
    same_most=600,
    frontal=200,
    turn_unsure=200,
    turn_done=350,
    mouth_unsure=250,
    mouth_done=350,
    stillness=60,
)


@dataclass(frozen=True, slots=True)
class Pose:
    """How one frame holds its head: `yaw_permille` and `mouth_permille` of its landmarks."""

    yaw: int
    mouth: int


@dataclass(frozen=True, slots=True)
class FaceSeries:
    """What an engine measured on one series of frames, all distances in thousandths.

    `to_reference[i]` is the distance of frame i to the reference; `to_first[i]` to frame 0.
    """

    poses: tuple[Pose, ...]
    to_reference: tuple[int, ...]
    to_first: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FaceVerdict:
    """The outcome, the deciding distance in thousandths, and why it is not an acceptance."""

    outcome: FaceOutcome
    score_permille: int
    reasons: tuple[str, ...]


def yaw_permille(points: Sequence[Point]) -> int:
    """How far the head is turned, from 68 landmarks (iBUG order): 0 frontal, + to its own left.

    p = (|p30 - p0| - |p16 - p30|) / sum: the nose tip's way to either edge of the jaw. The frame
    must not be mirrored. A flat photo that is tilted shortens both ways alike and stays near 0.
    """
    to_right_edge = _distance(points[30], points[0])
    to_left_edge = _distance(points[16], points[30])
    whole = to_right_edge + to_left_edge
    return round(1000 * (to_right_edge - to_left_edge) / whole) if whole else 0


def mouth_permille(points: Sequence[Point]) -> int:
    """How far the mouth is open: height over width of the inner lips (p62-p66 over p60-p64)."""
    width = _distance(points[60], points[64])
    return round(1000 * _distance(points[62], points[66]) / width) if width else 0


def match_outcome(score_permille: int, thresholds: FaceThresholds) -> FaceOutcome:
    """The outcome of one distance alone."""
    if score_permille <= thresholds.accept:
        return FaceOutcome.ACCEPT
    if score_permille <= thresholds.review:
        return FaceOutcome.REVIEW
    return FaceOutcome.REJECT


def judge_face(
    series: FaceSeries,
    challenge: Sequence[str],
    thresholds: FaceThresholds,
    *,
    check_pose: bool = True,
) -> FaceVerdict:
    """Judge a series: one face, the challenge followed, the most frontal frame like the reference.

    Two people in one series are a rejection with the reason FRAMES_DIFFER: it is a try, and
    counts. Raises FaceStandsStill, WrongTurn, ChallengeNotMet where trying again helps; what
    is merely uncertain goes to a person. `check_pose=False` is for declared demonstrations only.
    """
    best = min(range(len(series.poses)), key=lambda i: abs(series.poses[i].yaw))
    farthest = max(series.to_first)
    if farthest > thresholds.same_most:
        return FaceVerdict(FaceOutcome.REJECT, series.to_reference[best], (FRAMES_DIFFER,))
    reasons = ["frames_unsure"] if farthest > thresholds.same_sure else []
    if check_pose:
        reasons += _challenge_followed(series.poses, challenge, thresholds)
        if abs(series.poses[best].yaw) > thresholds.frontal:
            reasons.append("no_frontal_frame")
    score = series.to_reference[best]
    outcome = match_outcome(score, thresholds)
    if outcome is FaceOutcome.REJECT:
        return FaceVerdict(outcome, score, ("distance", *reasons))
    if outcome is FaceOutcome.REVIEW:
        reasons.insert(0, "distance")
    if max(series.to_reference) > thresholds.same_most:
        # The frontal frame fits, a turned one does not: was a photo held up for the first?
        reasons.append("frame_far_from_reference")
    return FaceVerdict(FaceOutcome.REVIEW if reasons else outcome, score, tuple(reasons))


def _challenge_followed(
    poses: Sequence[Pose], challenge: Sequence[str], thresholds: FaceThresholds
) -> list[str]:
    """The actions that were only half seen; raises where one was not seen at all."""
    if _stands_still(poses, thresholds):
        raise FaceStandsStill()
    unsure = []
    for action in challenge:
        seen = max(_SIGN[action](pose) for pose in poses)
        least, enough = _bounds(action, thresholds)
        if seen >= enough:
            continue
        if seen < least:
            raise _not_followed(action, poses, thresholds)
        unsure.append(f"{action}_unsure")
    return unsure


def _stands_still(poses: Sequence[Pose], thresholds: FaceThresholds) -> bool:
    """Whether nothing moved between the frames, as on a photo held before the camera."""
    yaws = [pose.yaw for pose in poses]
    mouths = [pose.mouth for pose in poses]
    return max(max(yaws) - min(yaws), max(mouths) - min(mouths)) < thresholds.stillness


def _not_followed(action: str, poses: Sequence[Pose], thresholds: FaceThresholds) -> Exception:
    mirror = {TURN_LEFT: TURN_RIGHT, TURN_RIGHT: TURN_LEFT}.get(action)
    if mirror and max(_SIGN[mirror](pose) for pose in poses) >= thresholds.turn_done:
        return WrongTurn(action=action)
    return ChallengeNotMet(action=action)


def _bounds(action: str, thresholds: FaceThresholds) -> tuple[int, int]:
    if action == OPEN_MOUTH:
        return thresholds.mouth_unsure, thresholds.mouth_done
    return thresholds.turn_unsure, thresholds.turn_done


_SIGN: Final[Mapping[str, Callable[[Pose], int]]] = {
    TURN_LEFT: lambda pose: pose.yaw,
    TURN_RIGHT: lambda pose: -pose.yaw,
    OPEN_MOUTH: lambda pose: pose.mouth,
}


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])
