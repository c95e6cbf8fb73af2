"""POST /cgi-bin/stable_token: the mini-program's access token."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from miniprogram_mock.wechat_platform.calls import json_body
from miniprogram_mock.wechat_platform.errcodes import NOT_JSON, WechatError
from miniprogram_mock.wechat_platform.faults import Faults
from miniprogram_mock.wechat_platform.tokens import Tokens, require_owner


def blueprint(appid: str, secret: str, tokens: Tokens, faults: Faults) -> Blueprint:
    """stable_token for the one registered mini-program."""
    blp = Blueprint("credentials", __name__)

    @blp.post("/cgi-bin/stable_token")
    def stable_token() -> Response:
        body = json_body()
        require_owner(appid, secret, body)
        faults.spend("stable_token")
        force = body.get("force_refresh", False)
        if not isinstance(force, bool):
            raise WechatError(NOT_JSON)
        token, seconds = tokens.stable(force=force)
        told = {"access_token": token, "expires_in": seconds}
        return Response(json.dumps(told), mimetype="text/plain")

    return blp
