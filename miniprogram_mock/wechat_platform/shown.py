"""The page that shows what people's WeChat shows: the messages that were sent, who is logged in."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from miniprogram_mock.wechat_platform.people import People
from miniprogram_mock.wechat_platform.phone import LABEL_MOST
from miniprogram_mock.wechat_platform.subscriptions import Subscriptions

MOST_SHOWN = 50  # messages of one person, and people
_POLICY: Final = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"


def blueprint(app_url: str, people: People, kept: Subscriptions) -> Blueprint:
    """GET / and GET /mock/messages (the same page), `?user=` for one person only."""
    blp = Blueprint("shown", __name__)

    @blp.get("/")
    @blp.get("/mock/messages")
    def messages() -> Response:
        wanted = request.args.get("user", "")[:LABEL_MOST]
        seen = {visitor.user: visitor for visitor in people.newest()}
        users = list(dict.fromkeys([one.user for one in kept.newest()] + list(seen)))
        phones = [
            {
                "user": user,
                "seen": seen.get(user),
                "link": f"{app_url}/mini/?user={quote(user, safe='')}",
                "messages": kept.newest(user)[:MOST_SHOWN],
            }
            for user in users[:MOST_SHOWN]
            if wanted in ("", user)
        ]
        page = render_template("messages.html", phones=phones, wanted=wanted, app_url=app_url)
        return Response(
            page, headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        )

    @blp.get("/messages.css")
    def style() -> Response:
        return Response(render_template("messages.css"), mimetype="text/css")

    return blp
