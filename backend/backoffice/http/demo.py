"""Demo mode only: made-up staff sit down with one click, and a publication ends at once."""

from __future__ import annotations

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.backoffice import service
from backend.backoffice.errors import LogInRefused
from backend.backoffice.http.cases import case
from backend.backoffice.http.office import OWN_STAFF, SEAT
from backend.backoffice.http.sitting import log_in_page
from backend.web import actor, client_address, units
from backend.web.pages import Pages, to
from backend.web.pages.demo import demo_people
from backend.web.pages.kit import NOBODY, local

pages = Pages("office_demo", __name__, prefix="/desk/office/demo", seat=SEAT)


@pages.act("/login", "officeDemoLogin", NOBODY, shows=log_in_page, once=False)
def log_in() -> Response:
    """The office's own log-in, with the password and the code that the demo's start wrote down."""
    username = request.form.get("username", "")

    def attempt(password: str, totp: str) -> str:
        sat, where = SEAT.token(), client_address()
        return service.log_in(units(), username, password, totp, address=where, replaces=sat)

    people = demo_people()
    token = people.log_in("backofficeSeats", username, units().wall, attempt, LogInRefused)
    answer = to(local(request.form.get("to", "")) or SEAT.home)
    SEAT.sit_down(answer, token)
    return answer


@pages.act("/cases/<uuid:case_row_id>/publicity", "officeDemoDays", OWN_STAFF, shows=case)
def let_the_days_pass(case_row_id: UUID) -> Response:
    """Move the demo's date behind this case's publication, which ends with it."""
    demo_people()  # nowhere but in a demo
    service.skip_publicity(units(), actor(), case_row_id)
    return to(f"/desk/office/cases/{case_row_id}", "said_office_days_passed")
