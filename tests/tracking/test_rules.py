"""The words of the timeline: every step, every state and every next step has them."""

from __future__ import annotations

from typing import Any

import pytest

from backend.applications.states import ApplicationState, Stage
from backend.core import messages
from backend.core.access import Role
from backend.tracking.rules import SHOWN, approval_of, next_code, now_code, who, words_code


@pytest.mark.parametrize("action", sorted(SHOWN))
def test_every_shown_step_has_words(action: str) -> None:
    found = messages.say(words_code(action), {})
    assert found.zh
    assert found.en


@pytest.mark.parametrize("state", list(ApplicationState))
@pytest.mark.parametrize("stage", [None, *Stage])
@pytest.mark.parametrize("flag", [True, False])
@pytest.mark.parametrize("approval", ["", "plain", "unpaid", "recognised"])
def test_every_state_and_stage_has_words(
    state: ApplicationState, stage: Stage | None, flag: bool, approval: str
) -> None:
    now, coming = now_code(state, stage, approval), next_code(state, stage, approval, is_paid=flag)
    for code in (now, coming, words_code("case.approved", approval)):
        assert messages.say(code).zh
        assert messages.say(code).en


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ({"amount_fen": 18_600, "pays": True}, ""),
        ({"amount_fen": 18_600, "pays": True, "recognised_as": "dibao"}, ""),
        ({"pays": True, "recognised_as": "dibao"}, "plain"),  # never "nothing is paid"
        ({"pays": False}, "unpaid"),
        ({"pays": False, "recognised_as": "dibao-edge"}, "recognised"),
        ({}, "plain"),
    ],
)
def test_how_an_approval_is_told(outcome: dict[str, Any], told: str) -> None:
    assert approval_of(outcome) == told


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("is_helper", [True, False])
def test_everybody_who_does_something_has_a_name(role: Role, is_helper: bool) -> None:
    assert messages.say("who_" + who(role, is_helper=is_helper)).zh


def test_what_a_stranger_may_read_names_no_amount() -> None:
    assert "{" not in messages.catalogue()[now_code("approved", None)].zh
