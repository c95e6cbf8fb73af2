"""msg_sec_check 2: whether a text may stand on a public board."""

from __future__ import annotations

from typing import Final

import structlog

from backend.adapters.wechat.api import WechatApi, WechatRefused
from backend.adapters.wechat.client import PlatformDown
from backend.wishes.ports import Verdict

PATH: Final = "/wxa/msg_sec_check"
FORUM: Final = 3
log = structlog.get_logger(__name__)


class HttpTextCheck:
    """The `TextCheck` port over HTTP."""

    def __init__(self, api: WechatApi) -> None:
        self._api = api

    def verdict(self, openid: str, text: str) -> Verdict | None:
        """What WeChat says of the text; see the port."""
        body = {"version": 2, "scene": FORUM, "openid": openid, "content": text}
        try:
            answer = self._api.call(PATH, body)
        except (PlatformDown, WechatRefused):
            return None
        result = answer.get("result")
        said = result.get("suggest") if isinstance(result, dict) else None
        if said not in set(Verdict):
            log.error("wechat_answer_unusable", interface="msg_sec_check")
            return None
        return Verdict(said)
