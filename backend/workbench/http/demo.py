"""Demo mode only: one of the made-up staff sits down at the desk with one click."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from backend.identity import service as identity
from backend.identity.errors import CredentialsInvalid
from backend.web import client_address, units
from backend.web.pages import Pages, to
from backend.web.pages.demo import demo_people
from backend.web.pages.kit import NOBODY, local
from backend.workbench.http.desk import SEAT
from backend.workbench.http.sitting import login_page

pages = Pages("desk_demo", __name__, prefix="/desk/demo", seat=SEAT)


@pages.act("/login", "deskDemoLogin", NOBODY, shows=login_page, once=False)
def log_in() -> Response:
    """The desk's own log-in, with the password and the code that the demo's start wrote down."""
    username = request.form.get("username", "")

    def attempt(password: str, totp: str) -> str:
        sat, where = SEAT.token(), client_address()
        opened = identity.log_in_staff(
            units(), username, password, totp, address=where, replaces=sat
        )
        return opened.token

    token = demo_people().log_in("staff", username, units().wall, attempt, CredentialsInvalid)
    answer = to(local(request.form.get("to", "")) or SEAT.home)
    SEAT.sit_down(answer, token)
    return answer
