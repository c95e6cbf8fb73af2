"""Log-in and log-out, and where `/desk/` leads."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from backend.core.errors import NotFound
from backend.identity import service as identity
from backend.identity.schemas import StaffLoginBody
from backend.staff import queries as staff
from backend.web import actor, client_address, units, work
from backend.web.pages import load, to
from backend.web.pages.kit import NOBODY, local
from backend.workbench.http.desk import SEAT, STAFF, pages, show

_LOGIN = StaffLoginBody()


@pages.page("/", "deskHome", NOBODY)
def home() -> Response:
    """To the list, or to the log-in."""
    return to(SEAT.home if actor().is_staff else SEAT.log_in)


@pages.page("/login", "deskLogin", NOBODY)
def login_page() -> str:
    """Staff number, password, one-time code."""
    wanted = request.values.get("to", "")
    return show("login", back=local(wanted) or "", people=staff.demo_people(work()))


@pages.act("/login", "deskLogin", NOBODY, shows=login_page, once=False)
def log_in() -> Response:
    """Trade them for a session, whose token lies in a cookie that no script can read."""
    body = load(_LOGIN, _typed())
    opened = identity.log_in_staff(units(), **body, address=client_address(), replaces=SEAT.token())
    answer = to(local(request.form.get("to", "")) or SEAT.home)
    SEAT.sit_down(answer, opened.token)
    return answer


def _typed() -> dict[str, Any]:
    form = request.form
    return {
        "username": form.get("username", "").strip(),
        "password": form.get("password", ""),
        "totp": "".join(form.get("totp", "").split()),
    }


@pages.act("/logout", "deskLogout", STAFF, once=False)
def log_out() -> Response:
    """End the session here and on the server."""
    identity.log_out(work(), actor())
    answer = to(SEAT.log_in, "said_logged_out")
    SEAT.get_up(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@pages.page("/<path:anything>", "deskNowhere", NOBODY)
def nowhere(anything: str) -> Response:
    """A page for an address that leads nowhere."""
    raise NotFound()
