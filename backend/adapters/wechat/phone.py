"""getuserphonenumber: the number behind the code of a getPhoneNumber button."""

from __future__ import annotations

import structlog

from backend.adapters.wechat.api import BUSY, WechatApi, WechatRefused
from backend.adapters.wechat.client import PlatformDown
from backend.adapters.wechat.login import CODE, RETRY_NEXT_MINUTE, RETRY_SOON
from backend.identity.errors import PhoneForeign, WechatCodeInvalid, WechatUnavailable
from backend.identity.rules import is_valid_phone

PATH = "/wxa/business/getuserphonenumber"
CHINA = "86"
log = structlog.get_logger(__name__)


class HttpWechatPhone:
    """The `WechatPhone` port over HTTP. Logs neither code nor number."""

    def __init__(self, api: WechatApi) -> None:
        self._api = api

    def number_of(self, code: str) -> str:
        """Trade a code of the button in; see the port."""
        if not CODE.fullmatch(code):
            raise WechatCodeInvalid
        try:
            answer = self._api.call(PATH, {"code": code})
        except PlatformDown:
            raise WechatUnavailable(retry_after=RETRY_SOON) from None
        except WechatRefused as refused:
            if refused.errcode in {40029, 40163}:
                raise WechatCodeInvalid from None
            soon = refused.errcode in BUSY
            raise WechatUnavailable(retry_after=RETRY_SOON if soon else RETRY_NEXT_MINUTE) from None
        return self._number(answer.get("phone_info"))

    def _number(self, info: object) -> str:
        """The number, if the answer is for our own mini-program; raises PhoneForeign."""
        found = info if isinstance(info, dict) else {}
        mark, number = found.get("watermark"), found.get("purePhoneNumber")
        ours = isinstance(mark, dict) and mark.get("appid") == self._api.appid
        if not ours or not isinstance(number, str):
            log.error("wechat_answer_unusable", interface="getuserphonenumber")
            raise WechatUnavailable(retry_after=RETRY_NEXT_MINUTE)
        if found.get("countryCode") != CHINA or not is_valid_phone(number):
            raise PhoneForeign(path="/code")
        return number
