"""WeChat's log-in interface: a phone's code against its openid."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping

from flask import Blueprint, Response, request

from miniprogram_mock.wechat_platform.errcodes import (
    APPID_MISSING,
    CODE_MISSING,
    INVALID_APPID,
    INVALID_GRANT_TYPE,
    INVALID_SECRET,
    SECRET_MISSING,
    WechatError,
)
from miniprogram_mock.wechat_platform.logins import Logins
from miniprogram_mock.wechat_platform.people import openid_of, unionid_of


def blueprint(appid: str, secret: str, open_platform: bool, logins: Logins) -> Blueprint:
    """code2session for the one registered mini-program."""
    blp = Blueprint("sns", __name__, url_prefix="/sns")

    @blp.get("/jscode2session")
    def code2session() -> Response:
        if not hmac.compare_digest(_given("appid", APPID_MISSING).encode(), appid.encode()):
            raise WechatError(INVALID_APPID)
        if not hmac.compare_digest(_given("secret", SECRET_MISSING).encode(), secret.encode()):
            raise WechatError(INVALID_SECRET)
        if request.args.get("grant_type") != "authorization_code":
            raise WechatError(INVALID_GRANT_TYPE)
        who = logins.trade(_given("js_code", CODE_MISSING))
        answer = {"session_key": who.session_key, "openid": openid_of(appid, who.user)}
        if open_platform:
            answer["unionid"] = unionid_of(who.user)
        return wechat_json(answer)

    return blp


def wechat_json(answer: Mapping[str, object]) -> Response:
    """JSON under `text/plain` and always 200, as this interface of WeChat's really answers."""
    return Response(json.dumps(answer), mimetype="text/plain")


def _given(name: str, missing: int) -> str:
    value = request.args.get(name, "")
    if not value:
        raise WechatError(missing)
    return value
