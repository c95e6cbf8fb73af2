"""WeChat's numbered refusals and their words, answered with HTTP 200 as WeChat does."""

from __future__ import annotations

OK = 0
BUSY = -1
INVALID_CREDENTIAL = 40001
INVALID_GRANT_TYPE = 40002
INVALID_OPENID = 40003
INVALID_APPID = 40013
INVALID_CODE = 40029
INVALID_TEMPLATE = 40037
INVALID_ARGUMENTS = 40097
INVALID_SECRET = 40125
INVALID_SCENE_NUMBER = 40129
CODE_USED = 40163
INVALID_SCENE = 40169
CODE_BLOCKED = 40226
TOKEN_MISSING = 41001
APPID_MISSING = 41002
SECRET_MISSING = 41004
CODE_MISSING = 41008
INVALID_PAGE = 41030
TOKEN_EXPIRED = 42001
REFUSED_BY_USER = 43101
BODY_EMPTY = 44002
DAILY_LIMIT = 45009
TOO_OFTEN = 45011
NOT_JSON = 47001
INVALID_TEMPLATE_DATA = 47003
NOT_AUTHORISED = 48001
NOT_SEEN_LATELY = 61010

MESSAGES: dict[int, str] = {
    BUSY: "system error",
    INVALID_CREDENTIAL: "invalid credential, access_token is invalid or not latest",
    INVALID_GRANT_TYPE: "invalid grant_type",
    INVALID_OPENID: "invalid openid",
    INVALID_APPID: "invalid appid",
    INVALID_CODE: "invalid code",
    INVALID_TEMPLATE: "invalid template_id",
    INVALID_ARGUMENTS: "invalid args",
    INVALID_SECRET: "invalid appsecret",
    INVALID_SCENE_NUMBER: "invalid scene",
    CODE_USED: "code been used",
    INVALID_SCENE: "invalid length for scene, or the data is not json string",
    CODE_BLOCKED: "code blocked",
    TOKEN_MISSING: "access_token missing",
    APPID_MISSING: "appid missing",
    SECRET_MISSING: "appsecret missing",
    CODE_MISSING: "missing code",
    INVALID_PAGE: "invalid page",
    TOKEN_EXPIRED: "access_token expired",
    REFUSED_BY_USER: "user refuse to accept the msg",
    BODY_EMPTY: "empty post data",
    DAILY_LIMIT: "reach max api daily quota limit",
    TOO_OFTEN: "api minute-quota reach limit, mustslower, retry next minute",
    NOT_JSON: "data format error",
    INVALID_TEMPLATE_DATA: "argument invalid",
    NOT_AUTHORISED: "api unauthorized",
    NOT_SEEN_LATELY: "code is expired",
}


class WechatError(Exception):
    """One refusal; `errcode` is a key of `MESSAGES`, `detail` what WeChat appends to its words."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        super().__init__(MESSAGES[errcode] + detail)
        self.errcode = errcode
