"""WeChat's numbered refusals and their words, answered with HTTP 200 as WeChat does."""

from __future__ import annotations

OK = 0
BUSY = -1
INVALID_GRANT_TYPE = 40002
INVALID_APPID = 40013
INVALID_CODE = 40029
INVALID_SECRET = 40125
CODE_USED = 40163
CODE_BLOCKED = 40226
APPID_MISSING = 41002
SECRET_MISSING = 41004
CODE_MISSING = 41008
TOO_OFTEN = 45011

MESSAGES: dict[int, str] = {
    BUSY: "system error",
    INVALID_GRANT_TYPE: "invalid grant_type",
    INVALID_APPID: "invalid appid",
    INVALID_CODE: "invalid code",
    INVALID_SECRET: "invalid appsecret",
    CODE_USED: "code been used",
    CODE_BLOCKED: "code blocked",
    APPID_MISSING: "appid missing",
    SECRET_MISSING: "appsecret missing",
    CODE_MISSING: "missing code",
    TOO_OFTEN: "api minute-quota reach limit, mustslower, retry next minute",
}


class WechatError(Exception):
    """One refusal; `errcode` is a key of `MESSAGES`."""

    def __init__(self, errcode: int) -> None:
        super().__init__(MESSAGES[errcode])
        self.errcode = errcode
