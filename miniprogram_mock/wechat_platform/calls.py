"""What every interface behind an access token does first: token, body, ordered refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from miniprogram_mock.wechat_platform.errcodes import (
    BODY_EMPTY,
    INVALID_ARGUMENTS,
    NOT_JSON,
    WechatError,
)
from miniprogram_mock.wechat_platform.faults import Faults
from miniprogram_mock.wechat_platform.tokens import Tokens


class Gate:
    """Lets a call in, or answers as WeChat refuses it."""

    def __init__(self, tokens: Tokens, faults: Faults) -> None:
        self._tokens = tokens
        self._faults = faults

    def enter(self, interface: str) -> dict[str, Any]:
        """The body of a call with a good token."""
        self._tokens.require(request.args.get("access_token", ""))
        body = json_body()
        self._faults.spend(interface)
        return body

    def about(self, interface: str, user: str) -> None:
        """Spend a refusal that was ordered for this person."""
        self._faults.spend(interface, user)


def json_body() -> dict[str, Any]:
    """The JSON object that was posted, whatever its content type says, as WeChat reads it."""
    sent = request.get_data()
    if not sent:
        raise WechatError(BODY_EMPTY)
    try:
        body = json.loads(sent)
    except ValueError:
        raise WechatError(NOT_JSON) from None
    if not isinstance(body, dict):
        raise WechatError(NOT_JSON)
    return body


def text_of(body: Mapping[str, Any], name: str, errcode: int = INVALID_ARGUMENTS) -> str:
    """A text that is there and not empty, or that refusal."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise WechatError(errcode)
    return value


def answer(**values: object) -> Response:
    """A success in JSON under `text/plain`, and always 200, as WeChat answers."""
    return Response(json.dumps({"errcode": 0, "errmsg": "ok", **values}), mimetype="text/plain")
