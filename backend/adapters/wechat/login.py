"""code2session: WeChat's answer to the question who is holding the phone."""

from __future__ import annotations

import re
from typing import Any

import structlog

from backend.adapters.wechat.client import PlatformDown, WechatHttp
from backend.core import figures
from backend.core.errors import AppError
from backend.identity.errors import (
    WechatBlocked,
    WechatCodeInvalid,
    WechatTooOften,
    WechatUnavailable,
)
from backend.identity.ports import WechatIdentity

CODE = re.compile(r"[A-Za-z0-9_-]{1,128}")
NAME = re.compile(r"[A-Za-z0-9_-]{6,64}")
RETRY_SOON = 5
RETRY_NEXT_MINUTE = 60

log = structlog.get_logger(__name__)


class HttpWechatLogin:
    """The `WechatLogin` port over HTTP. Keeps no session_key and logs neither code nor secret."""

    def __init__(self, http: WechatHttp, appid: str, secret: str) -> None:
        self._http = http
        self._appid = appid
        self._secret = secret

    def session_of(self, code: str) -> WechatIdentity:
        """Trade a code of wx.login() in; see the port."""
        if not CODE.fullmatch(code):
            raise WechatCodeInvalid
        try:
            answer = self._http.get(
                "/sns/jscode2session",
                {
                    "appid": self._appid,
                    "secret": self._secret,
                    "js_code": code,
                    "grant_type": "authorization_code",
                },
            )
        except PlatformDown as down:
            figures.WECHAT.failed()
            log.warning("wechat_down", interface="code2session", reason=down.reason)
            raise WechatUnavailable(retry_after=RETRY_SOON) from None
        # A success often has no errcode at all.
        errcode = answer.get("errcode", 0)
        if errcode != 0:
            raise _noted(_refusal(errcode))
        identity = _identity(answer)
        figures.WECHAT.answered()
        return identity


def _noted(refusal: AppError) -> AppError:
    """A refused code is WeChat's answer too; what it refuses to us is none."""
    if isinstance(refusal, WechatUnavailable):
        figures.WECHAT.failed()
    else:
        figures.WECHAT.answered()
    return refusal


def _refusal(errcode: object) -> AppError:
    """Documented codes of code2session; every other one is ours to repair, not the citizen's."""
    match errcode:
        case 40029 | 40163:
            return WechatCodeInvalid()
        case 40226:
            return WechatBlocked()
        case 45011:
            return WechatTooOften(retry_after=RETRY_NEXT_MINUTE)
        case -1:
            return WechatUnavailable(retry_after=RETRY_SOON)
    number = errcode if isinstance(errcode, int) else None
    log.error("wechat_refused_us", interface="code2session", errcode=number)
    return WechatUnavailable(retry_after=RETRY_NEXT_MINUTE)


def _identity(answer: dict[str, Any]) -> WechatIdentity:
    openid, unionid = _name(answer.get("openid")), _name(answer.get("unionid") or "")
    if not openid or unionid is None:
        figures.WECHAT.failed()
        log.error("wechat_answer_unusable", interface="code2session")
        raise WechatUnavailable(retry_after=RETRY_SOON)
    return WechatIdentity(openid=openid, unionid=unionid or None)


def _name(value: object) -> str | None:
    """The name itself, "" for none given, None for something that is no name."""
    if isinstance(value, str) and (value == "" or NAME.fullmatch(value)):
        return value
    return None
