"""What the mini-program takes for unheard, so that it sends the same once more."""

from __future__ import annotations

import pytest

from backend.web.idempotency import KeyReused, StillRunning
from tests.miniprogram.parts import answer


@pytest.mark.parametrize(
    ("status", "code", "unheard"),
    [
        (0, "offline", True),
        (502, "no_answer", True),
        (409, StillRunning.code, True),
        (409, "consent_already_given", False),
        (422, KeyReused.code, False),
    ],
)
def test_what_nobody_answered_is_sent_again_and_what_was_refused_is_not(
    status: int, code: str, unheard: bool
) -> None:
    script = (
        'const { Problem } = part("api"); return new Problem(given[0], { code: given[1] }).unheard'
    )
    assert answer(script, [status, code]) is unheard
