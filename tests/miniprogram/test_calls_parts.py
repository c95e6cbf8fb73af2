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


ASKED = """
const asked = [];
wx.requestSubscribeMessage = async ({ tmplIds }) => { asked.push(tmplIds); return given(tmplIds); };
wx.request = ({ success }) =>
  success({ statusCode: 200, data: { templateIds: ["a", "b", "c", "d"] }, header: {} });
const { prepare, ask } = part("subscribe");
"""


def test_messages_are_asked_for_in_the_tap_itself_and_never_more_than_wechat_takes() -> None:
    script = ASKED.replace("given(tmplIds)", '({ a: "reject", b: "accept", c: "filter" })')
    found = answer(
        script
        + """
        return prepare().then(async (ready) => {
          const running = ask();
          const atOnce = asked.length;  // nothing was waited for
          return { ready, atOnce, said: await running, asked };
        });
        """
    )
    assert found == {"ready": True, "atOnce": 1, "said": "yes", "asked": [["a", "b", "c"]]}


@pytest.mark.parametrize(
    ("wechat", "said"),
    [
        ('({ a: "reject", b: "filter", c: "ban" })', "no"),
        ('Promise.reject({ errMsg: "requestSubscribeMessage:fail", errCode: 20004 })', "off"),
    ],
)
def test_a_no_to_messages_is_an_answer_and_no_fault(wechat: str, said: str) -> None:
    script = ASKED.replace("given(tmplIds)", wechat)
    assert answer(script + "return prepare().then(ask);") == said
