"""Log-in and log-out of the back office's own staff."""

from __future__ import annotations

import marshmallow as ma
from flask import request
from werkzeug.wrappers import Response

from backend.backoffice import service
from backend.backoffice.http.office import OWN_STAFF, SEAT, bare, pages
from backend.core.access import Role
from backend.web import Schema, actor, client_address, units, work
from backend.web.pages import load, to
from backend.web.pages.kit import NOBODY, local
from backend.web.schemas import Shaped


class LogInForm(Schema):
    """What is typed; nothing of it is ever sent back."""

    username = ma.fields.String(required=True, validate=ma.validate.Length(1, 40))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 200))
    totp = Shaped("[0-9]{6}", required=True)


_LOG_IN = LogInForm()


@pages.page("/", "officeHome", NOBODY)
def home() -> Response:
    """To the list, or to the log-in."""
    return to(SEAT.home if actor().has(Role.BACKOFFICE) else SEAT.log_in)


@pages.page("/login", "officeLogin", NOBODY)
def log_in_page() -> str:
    """User name, password, one-time code."""
    back = local(request.values.get("to", "")) or ""
    return bare("login", back=back, people=service.demo_seats(work()))


@pages.act("/login", "officeLogin", NOBODY, shows=log_in_page, once=False)
def log_in() -> Response:
    """Trade them for a session, whose token lies in a cookie that no script can read."""
    body = load(_LOG_IN, {name: request.form.get(name, "").strip() for name in _LOG_IN.fields})
    token = service.log_in(units(), **body, address=client_address(), replaces=SEAT.token())
    answer = to(local(request.form.get("to", "")) or SEAT.home)
    SEAT.sit_down(answer, token)
    return answer


@pages.act("/logout", "officeLogout", OWN_STAFF, once=False)
def log_out() -> Response:
    """End the session here and on the server."""
    service.log_out(work(), SEAT.token())
    answer = to(SEAT.log_in, "said_office_logged_out")
    SEAT.get_up(answer)
    return answer
