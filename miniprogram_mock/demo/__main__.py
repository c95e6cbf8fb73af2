"""`python -m miniprogram_mock.demo`: 0 when every step went as told, 1 where one differed."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import httpx

from miniprogram_mock.client import Problem
from miniprogram_mock.demo import citizen, office, proof, signing, wishes
from miniprogram_mock.demo.play import Play
from miniprogram_mock.demo.server import NoServer, Server, found_or_started
from miniprogram_mock.demo.story import Differs, Story


def main() -> int:
    """Play; the first difference is told and ends it."""
    signal.signal(signal.SIGTERM, _end)
    story = Story()
    try:
        with found_or_started() as server:
            _play(story, server)
    except NoServer as none:
        return _failed(str(none))
    except (Differs, Problem, httpx.HTTPError, KeyError) as different:
        return _failed(f"第 {story.number} 步不对 Step {story.number} differs: {different!r}")
    except KeyboardInterrupt:
        return _failed("停了 Stopped.")
    print(f"\n演示完成 All {story.number} steps as expected, {story.seconds:.1f} s.", flush=True)
    return 0


def _play(story: Story, server: Server) -> None:
    play = Play(story, server)
    with play.phone:
        citizen.log_in(play)
        division = citizen.choose_place(play)
        citizen.check_eligibility(play, division)
        citizen.fill_in(play, division)
        citizen.photograph(play)
        citizen.submit(play)
        signing.guess_a_link(play)
        signing.husband_signs(play)
        signing.son_signs(play)
        signing.applicant_signs(play)
        with office.log_in_township(play) as desk:
            office.look_at_faces(play, desk)
            office.accept(play, desk)
            office.wait_for_delivery(play, desk)
            office.review_and_decide(play)
            citizen.timeline(play)
            wishes.play_wish(play, desk, division)
        proof.verify_evidence(play)
        proof.verify_audit(play)
        proof.search_for_secrets(play)


def _end(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends the server too, if it is ours."""
    raise KeyboardInterrupt


def _failed(why: str) -> int:
    print(f"\n✗ {why}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
