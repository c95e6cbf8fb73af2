"""subscribe/send: one notice on a person's WeChat."""

from __future__ import annotations

from datetime import datetime

from backend.adapters.wechat.api import BUSY, WechatApi, WechatRefused
from backend.adapters.wechat.client import PlatformDown
from backend.core.clocks import SHANGHAI
from backend.core.settings import MessageTemplate
from backend.notifications.ports import MessageNotSent, Outcome

PATH = "/cgi-bin/message/subscribe/send"


class HttpMessageSender:
    """The `MessageSender` port over WeChat's subscribe messages."""

    def __init__(self, api: WechatApi, template: MessageTemplate, *, demo: bool = False) -> None:
        self._api = api
        self._template = template
        self._state = "developer" if demo else "formal"

    @property
    def template_ids(self) -> tuple[str, ...]:
        return (self._template.id,)

    def send(self, openid: str, text: str, at: datetime, page: str) -> Outcome:
        """One message; see the port."""
        local = at.astimezone(SHANGHAI)
        shown = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
        body = {
            "touser": openid,
            "template_id": self._template.id,
            "page": page,
            "miniprogram_state": self._state,
            "lang": "zh_CN",
            "data": {
                self._template.text_key: {"value": text},
                self._template.time_key: {"value": shown},
            },
        }
        try:
            self._api.call(PATH, body)
        except PlatformDown as down:
            raise MessageNotSent(down.reason) from None
        except WechatRefused as refused:
            if refused.errcode == 43101:
                return Outcome.REFUSED
            if refused.errcode == 40003:
                return Outcome.UNKNOWN_PERSON
            reason = "busy" if refused.errcode in BUSY else "refused"
            raise MessageNotSent(f"{reason}_{refused.errcode}") from None
        return Outcome.SENT
