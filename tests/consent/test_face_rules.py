"""The rules of the face check, on landmarks that are drawn, not photographed."""

from __future__ import annotations

from dataclasses import replace
from math import cos, radians, sin

import pytest

from backend.consent.errors import ChallengeNotMet, FaceStandsStill, WrongTurn
from backend.consent.rules.face import (
    DLIB_THRESHOLDS,
    OPEN_MOUTH,
    TURN_LEFT,
    TURN_RIGHT,
    FaceOutcome,
    FaceSeries,
    Point,
    Pose,
    judge_face,
    match_outcome,
    mouth_permille,
    yaw_permille,
)

FRONTAL = Pose(yaw=10, mouth=20)
LEFT = Pose(yaw=420, mouth=20)
RIGHT = Pose(yaw=-420, mouth=20)
HALF_LEFT = Pose(yaw=280, mouth=20)
MOUTH_OPEN = Pose(yaw=-20, mouth=520)
MOUTH_HALF = Pose(yaw=-20, mouth=300)


def drawn_head(turned_left: float = 0.0, mouth_open: float = 0.0) -> list[Point]:
    """68 points of a head turned by degrees to the person's left (image right), seen from far away.

    Jaw and nose sit on a cylinder of radius 1; the nose stands 0.4 before it.
    """
    points: list[Point] = [(0.0, 0.0)] * 68
    turn = radians(turned_left)
    for index in range(17):
        round_jaw = radians(-75 + index * 150 / 16) + turn
        points[index] = (sin(round_jaw), 1.0)
    points[30] = (1.4 * sin(turn), 0.9)
    points[60], points[64] = (-0.3 * cos(turn), 1.5), (0.3 * cos(turn), 1.5)
    points[62], points[66] = (0.0, 1.5 - mouth_open / 2), (0.0, 1.5 + mouth_open / 2)
    return points


def series(
    *poses: Pose, reference: tuple[int, ...] = (), first: tuple[int, ...] = ()
) -> FaceSeries:
    return FaceSeries(
        poses=poses,
        to_reference=reference or (300,) * len(poses),
        to_first=first or (0,) + (200,) * (len(poses) - 1),
    )


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (0, FaceOutcome.ACCEPT),
        (400, FaceOutcome.ACCEPT),
        (401, FaceOutcome.REVIEW),
        (500, FaceOutcome.REVIEW),
        (501, FaceOutcome.REJECT),
        (1400, FaceOutcome.REJECT),
    ],
)
def test_distance_has_three_outcomes(score: int, outcome: FaceOutcome) -> None:
    assert match_outcome(score, DLIB_THRESHOLDS) is outcome


def test_thresholds_are_data_and_named() -> None:
    stricter = replace(DLIB_THRESHOLDS, version="county-7", accept=350)
    verdict = judge_face(
        series(FRONTAL, LEFT, MOUTH_OPEN, reference=(380, 380, 380)),
        (TURN_LEFT, OPEN_MOUTH),
        stricter,
    )
    assert verdict.outcome is FaceOutcome.REVIEW
    assert verdict.reasons == ("distance",)


@pytest.mark.parametrize("degrees", [25, 30])
def test_a_turn_of_25_degrees_counts_with_its_sign(degrees: int) -> None:
    assert yaw_permille(drawn_head(degrees)) >= DLIB_THRESHOLDS.turn_done
    assert yaw_permille(drawn_head(-degrees)) == -yaw_permille(drawn_head(degrees))


def test_a_frontal_head_is_not_turned() -> None:
    assert yaw_permille(drawn_head()) == 0


def test_a_flat_photo_that_is_tilted_stays_frontal() -> None:
    flat = [(x * cos(radians(40)), y) for x, y in drawn_head()]
    assert yaw_permille(flat) == 0


def test_degenerate_landmarks_do_not_divide_by_zero() -> None:
    nowhere: list[Point] = [(0.0, 0.0)] * 68
    assert yaw_permille(nowhere) == 0
    assert mouth_permille(nowhere) == 0


def test_the_mouth_is_its_height_over_its_width() -> None:
    assert mouth_permille(drawn_head()) == 0
    assert mouth_permille(drawn_head(mouth_open=0.3)) == 500


def test_one_face_that_follows_the_challenge_is_accepted() -> None:
    verdict = judge_face(
        series(FRONTAL, LEFT, MOUTH_OPEN), (TURN_LEFT, OPEN_MOUTH), DLIB_THRESHOLDS
    )
    assert verdict.outcome is FaceOutcome.ACCEPT
    assert verdict.reasons == ()


def test_the_most_frontal_frame_decides() -> None:
    verdict = judge_face(
        series(LEFT, FRONTAL, RIGHT, reference=(480, 350, 470)),
        (TURN_LEFT, TURN_RIGHT),
        DLIB_THRESHOLDS,
    )
    assert verdict.score_permille == 350
    assert verdict.outcome is FaceOutcome.ACCEPT


def test_a_stranger_is_refused_with_the_reason() -> None:
    verdict = judge_face(
        series(FRONTAL, LEFT, MOUTH_OPEN, reference=(800, 820, 810)),
        (TURN_LEFT, OPEN_MOUTH),
        DLIB_THRESHOLDS,
    )
    assert verdict.outcome is FaceOutcome.REJECT
    assert verdict.reasons[0] == "distance"


def test_a_half_turn_goes_to_a_person() -> None:
    verdict = judge_face(
        series(FRONTAL, HALF_LEFT, MOUTH_OPEN), (TURN_LEFT, OPEN_MOUTH), DLIB_THRESHOLDS
    )
    assert verdict.outcome is FaceOutcome.REVIEW
    assert verdict.reasons == ("turn_left_unsure",)


def test_a_half_open_mouth_goes_to_a_person() -> None:
    verdict = judge_face(
        series(FRONTAL, RIGHT, MOUTH_HALF), (TURN_RIGHT, OPEN_MOUTH), DLIB_THRESHOLDS
    )
    assert verdict.reasons == ("open_mouth_unsure",)


def test_the_wrong_turn_has_its_own_problem() -> None:
    with pytest.raises(WrongTurn) as wrong:
        judge_face(series(FRONTAL, RIGHT, MOUTH_OPEN), (TURN_LEFT, OPEN_MOUTH), DLIB_THRESHOLDS)
    assert wrong.value.params == {"action": TURN_LEFT}


def test_a_missing_action_is_named() -> None:
    with pytest.raises(ChallengeNotMet) as missing:
        judge_face(series(FRONTAL, LEFT, FRONTAL), (TURN_LEFT, OPEN_MOUTH), DLIB_THRESHOLDS)
    assert missing.value.params == {"action": OPEN_MOUTH}


def test_a_printed_photo_does_not_move() -> None:
    held_photo = (Pose(10, 20), Pose(25, 22), Pose(-15, 30))
    with pytest.raises(FaceStandsStill):
        judge_face(series(*held_photo), (TURN_LEFT, OPEN_MOUTH), DLIB_THRESHOLDS)


def test_two_people_in_one_series_are_refused() -> None:
    verdict = judge_face(
        series(FRONTAL, LEFT, MOUTH_OPEN, first=(0, 610, 200)),
        (TURN_LEFT, OPEN_MOUTH),
        DLIB_THRESHOLDS,
    )
    assert (verdict.outcome, verdict.reasons) == (FaceOutcome.REJECT, ("frames_differ",))


def test_perhaps_two_people_go_to_a_person() -> None:
    verdict = judge_face(
        series(FRONTAL, LEFT, MOUTH_OPEN, first=(0, 550, 200)),
        (TURN_LEFT, OPEN_MOUTH),
        DLIB_THRESHOLDS,
    )
    assert verdict.reasons == ("frames_unsure",)


def test_a_photo_held_up_for_the_frontal_frame_only_goes_to_a_person() -> None:
    verdict = judge_face(
        series(FRONTAL, LEFT, MOUTH_OPEN, reference=(200, 700, 210)),
        (TURN_LEFT, OPEN_MOUTH),
        DLIB_THRESHOLDS,
    )
    assert verdict.outcome is FaceOutcome.REVIEW
    assert verdict.reasons == ("frame_far_from_reference",)


def test_without_a_frontal_frame_a_person_looks() -> None:
    verdict = judge_face(series(LEFT, HALF_LEFT, RIGHT), (TURN_LEFT, TURN_RIGHT), DLIB_THRESHOLDS)
    assert verdict.reasons == ("no_frontal_frame",)


def test_a_declared_demonstration_skips_the_pose_but_not_the_face() -> None:
    still = series(FRONTAL, FRONTAL, FRONTAL)
    assert (
        judge_face(still, (TURN_LEFT,), DLIB_THRESHOLDS, check_pose=False).outcome
        is FaceOutcome.ACCEPT
    )
    differing = series(FRONTAL, FRONTAL, FRONTAL, first=(0, 0, 900))
    verdict = judge_face(differing, (TURN_LEFT,), DLIB_THRESHOLDS, check_pose=False)
    assert (verdict.outcome, verdict.reasons) == (FaceOutcome.REJECT, ("frames_differ",))
