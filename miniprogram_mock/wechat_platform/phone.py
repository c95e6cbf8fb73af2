"""The phone's side, which WeChat does not have: stands for wx.login(), and orders refusals."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from miniprogram_mock.wechat_platform.errcodes import MESSAGES
from miniprogram_mock.wechat_platform.faults import Faults
from miniprogram_mock.wechat_platform.logins import Logins

LABEL_MOST = 64


def blueprint(logins: Logins, faults: Faults) -> Blueprint:
    """POST /mock/login {user} -> {code}; POST /mock/provoke {user, errcode} -> {user, errcode}."""
    blp = Blueprint("phone", __name__, url_prefix="/mock")

    @blp.post("/login")
    def login() -> ResponseReturnValue:
        return jsonify(code=logins.issue(_user(_body())))

    @blp.post("/provoke")
    def provoke() -> ResponseReturnValue:
        body = _body()
        user, errcode = _user(body), body.get("errcode")
        if not isinstance(errcode, int) or errcode not in MESSAGES:
            abort(422, f"errcode must be one of {sorted(MESSAGES)}")
        faults.provoke(user, errcode)
        return jsonify(user=user, errcode=errcode)

    blp.after_request(_open_to_this_machine)
    return blp


def _open_to_this_machine(response: Response) -> Response:
    """The host of the mini-program is a page of another port of this machine; no other may ask."""
    origin = request.headers.get("Origin", "")
    if urlsplit(origin).hostname in {"127.0.0.1", "localhost", "::1"}:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "content-type"
        response.headers["Access-Control-Max-Age"] = "600"
        response.vary.add("Origin")
    return response


def _body() -> dict[str, Any]:
    # force is off: a page of another site can post a form to loopback, but not this content type.
    body = request.get_json()
    if not isinstance(body, dict):
        abort(422, "the body must be an object")
    return body


def _user(body: dict[str, Any]) -> str:
    user = body.get("user")
    if not isinstance(user, str) or not 0 < len(user) <= LABEL_MOST:
        abort(422, f"user must be a text of 1 to {LABEL_MOST} characters")
    return user
