"""The phone's side, which WeChat does not have: what WeChat's own screens do for the host's pages.

All of it is POST with JSON, and open to pages of this machine only (loopback origins, any port: the
host is served by the app at `/mini/`). The host calls it from JavaScript with `fetch`:

- `/mock/login` {user} -> {code}: wx.login()
- `/mock/phone-code` {user, phone?} -> {code}: a getPhoneNumber button
- `/mock/subscriptions` {user, template_ids: [1 to 3]} -> {<template id>: "accept" | "filter"}:
  what wx.requestSubscribeMessage reports when the person said yes; "filter" for an unknown template
- `/mock/facial-verify` {user, verify_id, passed, verify_ret?} -> {errcode}: the face page of
  wx.requestFacialVerify; not passed is 90002 (the user cancelled) unless `verify_ret` says more;
  0: it ran to its end, ask queryverifyinfo; 10001: another phone's session; 90107: too late
- `/mock/messages` {user} -> {messages: [{id, title, rows: [[label, value]], page, at}]}
- `/mock/provoke` {user?, interface?, errcode} -> the same: the next such call is refused
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from miniprogram_mock.wechat_platform.errcodes import MESSAGES
from miniprogram_mock.wechat_platform.faces import CANCELLED, PASSED, RESULTS, Faces
from miniprogram_mock.wechat_platform.faults import INTERFACES, Faults
from miniprogram_mock.wechat_platform.logins import Logins
from miniprogram_mock.wechat_platform.numbers import Numbers
from miniprogram_mock.wechat_platform.subscriptions import Subscriptions

LABEL_MOST = 64
ID_MOST = 256
TEMPLATES_AT_ONCE = 3
_THIS_MACHINE = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?")


@dataclass(frozen=True)
class Screens:
    """Everything of WeChat's that a phone can touch."""

    logins: Logins
    numbers: Numbers
    subscriptions: Subscriptions
    faces: Faces
    faults: Faults


Answer = Callable[[Screens, dict[str, Any]], dict[str, Any]]


def blueprint(screens: Screens) -> Blueprint:
    """The endpoints that this module's docstring lists."""
    blp = Blueprint("phone", __name__, url_prefix="/mock")
    for path, answer in _ENDPOINTS.items():
        view = partial(_answered, answer, screens)
        blp.add_url_rule(path, path.strip("/").replace("-", "_"), view, methods=["POST"])
    blp.after_request(_open_to_this_machine)
    return blp


def _answered(answer: Answer, screens: Screens) -> Response:
    return jsonify(answer(screens, _body()))


def _login(screens: Screens, body: dict[str, Any]) -> dict[str, Any]:
    return {"code": screens.logins.issue(_user(body))}


def _phone_code(screens: Screens, body: dict[str, Any]) -> dict[str, Any]:
    number = _text(body, "phone", 20) if "phone" in body else None
    return {"code": screens.numbers.issue(_user(body), number)}


def _subscriptions(screens: Screens, body: dict[str, Any]) -> dict[str, Any]:
    user, ids = _user(body), body.get("template_ids")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        abort(422, "template_ids must be a list of texts")
    if not 0 < len(ids) <= TEMPLATES_AT_ONCE:
        abort(422, f"one to {TEMPLATES_AT_ONCE} templates at once")
    accept = screens.subscriptions.accept
    return {one: "accept" if accept(user, one) else "filter" for one in ids}


def _facial_verify(screens: Screens, body: dict[str, Any]) -> dict[str, Any]:
    passed, verify_id = body.get("passed"), _text(body, "verify_id", ID_MOST)
    if not isinstance(passed, bool):
        abort(422, "passed must be true or false")
    result = PASSED if passed else body.get("verify_ret", CANCELLED)
    if not isinstance(result, int) or result not in RESULTS or (result == PASSED) is not passed:
        abort(422, f"verify_ret must be one of {sorted(RESULTS)}")
    return {"errcode": screens.faces.decide(_user(body), verify_id, result)}


def _messages(screens: Screens, body: dict[str, Any]) -> dict[str, Any]:
    shown = [
        {
            "id": one.number,
            "title": one.title,
            "rows": one.rows,
            "page": one.page,
            "at": one.at.isoformat(timespec="seconds"),
        }
        for one in screens.subscriptions.newest(_user(body))
    ]
    return {"messages": shown}


def _provoke(screens: Screens, body: dict[str, Any]) -> dict[str, Any]:
    errcode, interface = body.get("errcode"), body.get("interface", "")
    if not isinstance(errcode, int) or errcode not in MESSAGES:
        abort(422, f"errcode must be one of {sorted(MESSAGES)}")
    if interface and interface not in INTERFACES:
        abort(422, f"interface must be one of {sorted(INTERFACES)}")
    user = _user(body) if "user" in body or not interface else ""
    screens.faults.provoke(errcode, user=user, interface=interface)
    return body


_ENDPOINTS: dict[str, Answer] = {
    "/login": _login,
    "/phone-code": _phone_code,
    "/subscriptions": _subscriptions,
    "/facial-verify": _facial_verify,
    "/messages": _messages,
    "/provoke": _provoke,
}


def _open_to_this_machine(response: Response) -> Response:
    """The host of the mini-program is a page of another port of this machine; no other may ask."""
    origin = request.headers.get("Origin", "")
    if _THIS_MACHINE.fullmatch(origin):
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
    return _text(body, "user", LABEL_MOST)


def _text(body: dict[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        abort(422, f"{name} must be a text of 1 to {most} characters")
    return value
