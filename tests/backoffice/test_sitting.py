"""Log-in at the back office's pages: password and one-time code, a session that ends."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import update

from backend.backoffice import service
from backend.backoffice.errors import StaffInvalid
from backend.backoffice.models import BoStaff
from backend.backoffice.tasks import forget_sessions
from backend.core.passwords import hash_password
from tests.backoffice.office import Office
from tests.workbench.browser import Browser

PASSWORD = "a long word that nobody guesses"
NAME = "he.dui"
HASH = hash_password(PASSWORD)


@pytest.fixture
def secret(office: Office) -> str:
    """The verifier has a seat."""
    with office.units.write() as work:
        staff_id = office.issued["verifier"].staff_id
        return service.seat_staff(work, staff_id, service.Seat(NAME, HASH))


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client(), "10.202.0.1")


def code(office: Office, secret: str) -> str:
    return pyotp.TOTP(secret).at(office.clock.now())


def log_in(browser: Browser, office: Office, secret: str, **other: Any) -> Browser:
    browser.open("/desk/office/login")
    typed = {"username": NAME, "password": PASSWORD, "totp": code(office, secret)} | other
    return browser.send("/login", typed)


def test_password_and_code_lead_to_the_tasks_and_out_again(
    browser: Browser, office: Office, secret: str
) -> None:
    office.open_case()
    assert "登录业务系统" in browser.open("/desk/office/tasks").words
    assert "我的待办" in log_in(browser, office, secret).words
    assert "核对员演示（核对员" in browser.words
    cookie = browser.cookie("office", "/desk/office")
    assert (cookie.http_only, cookie.same_site) == (True, "Strict")
    assert "您已经退出" in browser.send("/logout").words
    browser.client.set_cookie("office", cookie.value, path="/desk/office")
    assert "登录业务系统" in browser.open("/desk/office/tasks").words  # ended on the server too


def test_the_page_that_was_asked_for_comes_after_the_log_in(
    browser: Browser, office: Office, secret: str
) -> None:
    row_id = office.open_case()
    browser.open(f"/desk/office/cases/{row_id}")
    browser.send("/login", {"username": NAME, "password": PASSWORD, "totp": code(office, secret)})
    assert "走到哪一步了" in browser.words


@pytest.mark.parametrize(
    "other",
    [{"password": "wrong"}, {"totp": "000000"}, {"username": "nobody"}, {"username": "x' or 1"}],
)
def test_a_wrong_log_in_does_not_say_what_was_wrong(
    browser: Browser, office: Office, secret: str, other: dict[str, str]
) -> None:
    if other.get("totp") == code(office, secret):  # one chance in a million
        other = {"totp": "111111"}
    log_in(browser, office, secret, **other)
    assert browser.status == 401
    assert "用户名、密码或动态码不对" in browser.words
    assert PASSWORD not in browser.text
    assert browser.cookie("office", "/desk/office") is None
    assert office.audited("session.refused") == 1


def test_a_code_works_once(browser: Browser, office: Office, secret: str) -> None:
    assert log_in(browser, office, secret).status == 200
    assert log_in(browser, office, secret).status == 401
    office.clock.advance(seconds=31)
    assert log_in(browser, office, secret).status == 200


def test_guessing_is_stopped_for_a_while(browser: Browser, office: Office, secret: str) -> None:
    for _ in range(10):
        assert log_in(browser, office, secret, totp="000000").status == 401
    assert log_in(browser, office, secret).status == 429
    office.clock.advance(minutes=16)
    assert log_in(browser, office, secret).status == 200


@pytest.mark.parametrize(("minutes", "step"), [(31, 31), (8 * 60, 20)])
def test_a_session_ends_after_idling_and_after_a_working_day(
    browser: Browser, office: Office, secret: str, minutes: int, step: int
) -> None:
    log_in(browser, office, secret)
    for _ in range((minutes - 1) // step):
        office.clock.advance(minutes=step)
        assert "我的待办" in browser.open("/desk/office/tasks").words
    office.clock.advance(minutes=step)
    assert "登录业务系统" in browser.open("/desk/office/tasks").words


def test_log_ins_that_ran_out_a_week_ago_are_forgotten(
    browser: Browser, office: Office, secret: str
) -> None:
    log_in(browser, office, secret)
    office.clock.advance(days=7)
    assert forget_sessions(office.units) == 0
    office.clock.advance(days=1)
    assert forget_sessions(office.units) == 1
    assert forget_sessions(office.units) == 0


def test_who_left_is_out_at_once(browser: Browser, office: Office, secret: str) -> None:
    log_in(browser, office, secret)
    with office.units.write() as work:
        work.session.execute(update(BoStaff).values(active=False))
    assert "登录业务系统" in browser.open("/desk/office/tasks").words
    office.clock.advance(minutes=1)
    assert log_in(browser, office, secret).status == 401


def test_a_name_is_somebodys_alone(office: Office, secret: str) -> None:
    other = office.issued["decider"].staff_id
    for name in (NAME, "X", "Upper", "a b"):
        with pytest.raises(StaffInvalid), office.units.write() as work:
            service.seat_staff(work, other, service.Seat(name, HASH))


def test_who_has_a_token_only_has_no_seat(browser: Browser, office: Office, secret: str) -> None:
    assert log_in(browser, office, secret, username="decider").status == 401
