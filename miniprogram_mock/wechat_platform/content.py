"""msg_sec_check 2: what WeChat's content safety says of a text, here by words that stand in it.

A text with 违规内容 is risky (label 20006), one with 待人工看 is to be looked at (review, 21000),
every other one passes (100).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response

from miniprogram_mock.wechat_platform.calls import Gate, answer, text_of
from miniprogram_mock.wechat_platform.errcodes import (
    INVALID_ARGUMENTS,
    INVALID_OPENID,
    INVALID_SCENE_NUMBER,
    NOT_JSON,
    NOT_SEEN_LATELY,
    WechatError,
)
from miniprogram_mock.wechat_platform.people import People

CONTENT_MOST = 2500
SEEN_WITHIN = 7200.0
WORDS: Final = (("违规内容", "risky", 20006), ("待人工看", "review", 21000))
PASS: Final = ("pass", 100)
SCENES: Final = frozenset({1, 2, 3, 4})


def blueprint(gate: Gate, people: People, clock: Callable[[], float]) -> Blueprint:
    """POST /wxa/msg_sec_check; the person must have used the mini-program within two hours."""
    blp = Blueprint("content", __name__)

    @blp.post("/wxa/msg_sec_check")
    def msg_sec_check() -> Response:
        body = gate.enter("msg_sec_check")
        visitor = people.of(text_of(body, "openid", INVALID_OPENID))
        gate.about("msg_sec_check", visitor.user)
        if body.get("version") != 2:
            raise WechatError(INVALID_ARGUMENTS, ": version")
        if not isinstance(body.get("scene"), int) or body["scene"] not in SCENES:
            raise WechatError(INVALID_SCENE_NUMBER)
        content = text_of(body, "content", NOT_JSON)
        if len(content) > CONTENT_MOST:
            raise WechatError(INVALID_ARGUMENTS, ": content too long")
        if clock() - visitor.seen > SEEN_WITHIN:
            raise WechatError(NOT_SEEN_LATELY)
        suggest, label = _said_of(content)
        result = {"suggest": suggest, "label": label}
        detail = [{"strategy": "content_model", "errcode": 0, **result, "prob": 90}]
        return answer(trace_id=secrets.token_hex(8), result=result, detail=detail)

    return blp


def _said_of(content: str) -> tuple[str, int]:
    for word, suggest, label in WORDS:
        if word in content:
            return suggest, label
    return PASS
