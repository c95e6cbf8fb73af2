"""Log-in at the desk: the cookie, the session behind it, and how both end."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from sqlalchemy import func, select

from backend.core.access import Role
from backend.identity import service
from backend.identity.models import LoginSession
from tests.factories.house import TOWNSHIP, Town, Visitor
from tests.workbench.browser import Browser, at_desk, new_browser

PASSWORD = "correct horse battery"


@pytest.fixture
def totp(town: Town) -> pyotp.TOTP:
    hashed = service.hash_password(PASSWORD)
    with town.units.write() as work:
        secret = service.add_staff(
            work,
            username="zhou",
            name="周干事",
            password_hash=hashed,
            roles=[Role.TOWNSHIP],
            scope=TOWNSHIP,
        )
    return pyotp.TOTP(secret)


def code(town: Town, totp: pyotp.TOTP, steps: int = 0) -> str:
    return totp.generate_otp(int(town.clock.now().timestamp()) // 30 + steps)


def log_in(town: Town, device: pyotp.TOTP, browser: Browser, **changes: Any) -> Browser:
    browser.open("/desk/login")
    typed = {"username": "zhou", "password": PASSWORD, "totp": code(town, device), **changes}
    return browser.send("/desk/login", typed)


def test_the_way_in_and_out(town: Town, totp: pyotp.TOTP) -> None:
    browser = new_browser(town).open("/desk/")
    assert browser.visited[-1] == "/desk/login"
    log_in(town, totp, browser)
    assert browser.status == 200
    assert browser.visited[-1] == "/desk/worklist"
    assert "周干事" in browser.words
    assert new_browser(town).open("/desk/").visited[-1] == "/desk/login"
    assert browser.open("/desk/").visited[-1] == "/desk/worklist"
    token = browser.cookie("desk").value
    browser.send("/desk/logout")
    assert "已经退出" in browser.words
    assert browser.cookie("desk") is None
    assert service.resolve(town.units, token) is None


def test_the_cookie_is_for_the_desk_alone_and_no_script_reads_it(
    town: Town, totp: pyotp.TOTP
) -> None:
    browser = log_in(town, totp, new_browser(town))
    cookie = browser.cookie("desk")
    assert (cookie.path, cookie.http_only, cookie.same_site, cookie.secure) == (
        "/desk", True, "Strict", False,
    )  # fmt: skip
    assert cookie.expires is None
    assert browser.cookie("desk", "/") is None
    # no door of the API takes it
    assert browser.client.get("/api/v1/staff/worklist").status_code == 401


def test_the_cookie_is_secure_where_the_address_is(town: Town, totp: pyotp.TOTP) -> None:
    kit = town.client.flask_app.extensions["zhangban"]
    before, kit.public_url = kit.public_url, "https://zhangban.example"
    try:
        browser = log_in_over_https(town, totp)
    finally:
        kit.public_url = before
    assert browser.cookie("desk").secure


def log_in_over_https(town: Town, totp: pyotp.TOTP) -> Browser:
    browser = new_browser(town)
    browser.client.environ_base["wsgi.url_scheme"] = "https"
    browser.client.environ_base["SERVER_PORT"] = "443"
    return log_in(town, totp, browser)


def test_a_log_in_makes_a_new_session_and_ends_the_one_before(town: Town, totp: pyotp.TOTP) -> None:
    browser = log_in(town, totp, new_browser(town))
    first = browser.cookie("desk").value
    town.clock.advance(minutes=1)
    log_in(town, totp, browser)
    second = browser.cookie("desk").value
    assert first != second
    assert service.resolve(town.units, first) is None
    assert service.resolve(town.units, second) is not None


def test_a_wrong_code_shows_the_form_again_without_the_password(
    town: Town, totp: pyotp.TOTP
) -> None:
    browser = log_in(town, totp, new_browser(town), totp="000000")
    assert browser.status == 401
    assert "用户名、密码或动态码不对" in browser.words
    form = browser.form("/desk/login")
    assert form.fields["username"] == "zhou"
    assert form.fields["password"] == ""
    assert PASSWORD not in browser.text
    assert browser.cookie("desk") is None
    browser.send("/desk/login", {"password": PASSWORD, "totp": code(town, totp)})
    assert browser.visited[-1] == "/desk/worklist"


def test_a_field_that_is_wrong_says_so_itself(town: Town, totp: pyotp.TOTP) -> None:
    browser = log_in(town, totp, new_browser(town), totp="12")
    assert browser.status == 422
    field = browser.form("/desk/login").inputs["totp"]
    assert field.get("aria-invalid") == "true"
    wrong = browser.page.get_element_by_id(field.get("aria-describedby").split()[-1])
    assert wrong.text_content().strip()


def test_guesses_are_counted(town: Town, totp: pyotp.TOTP) -> None:
    browser = new_browser(town)
    for _ in range(10):
        assert log_in(town, totp, browser, totp="000000").status == 401
    locked = log_in(town, totp, browser)
    assert locked.status == 429
    assert locked.answer is not None
    assert int(locked.answer.headers["Retry-After"]) > 0


def test_nobody_logs_in_by_a_form_of_another_site(town: Town, totp: pyotp.TOTP) -> None:
    browser = new_browser(town)
    typed = {"username": "zhou", "password": PASSWORD, "totp": code(town, totp)}
    assert browser.post("/desk/login", typed).status == 403
    other = new_browser(town).open("/desk/login")
    stolen = dict(other.form("/desk/login").form_values())
    assert browser.open("/desk/login").post("/desk/login", {**stolen, **typed}).status == 403
    assert browser.cookie("desk") is None


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/desk//evil.example", "/mini/",
              "/desk/../x", "javascript:alert(1)", "/desk/\\evil"],
)  # fmt: skip
def test_the_log_in_leads_to_the_desk_only(town: Town, totp: pyotp.TOTP, where: str) -> None:
    browser = new_browser(town)
    browser.open("/desk/login", query_string={"to": where})
    typed = {"username": "zhou", "password": PASSWORD, "totp": code(town, totp), "to": where}
    browser.send("/desk/login", typed)
    assert browser.visited[-1] == "/desk/worklist"


def test_the_log_in_leads_back_to_what_was_asked_for(town: Town, totp: pyotp.TOTP) -> None:
    browser = new_browser(town).open("/desk/worklist?overdue=1")
    assert browser.visited[-1].startswith("/desk/login?to=")
    browser.send(
        "/desk/login", {"username": "zhou", "password": PASSWORD, "totp": code(town, totp)}
    )
    assert browser.visited[-1] == "/desk/worklist?overdue=1"


def test_a_list_that_changes_in_place_leads_to_the_whole_log_in(town: Town) -> None:
    """htmx would put the log-in's page into a part of the list."""
    asked = {"HX-Request": "true"}
    answer = new_browser(town).client.get("/desk/worklist?overdue=1", headers=asked)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/desk/login?to=/desk/worklist%3Foverdue%3D1"
    assert answer.get_data() == b""


def test_half_an_hour_alone_and_eight_hours_end_it(town: Town, totp: pyotp.TOTP) -> None:
    browser = log_in(town, totp, new_browser(town))
    town.clock.advance(minutes=29)
    assert browser.open("/desk/worklist").visited[-1] == "/desk/worklist"
    town.clock.advance(minutes=31)
    assert browser.open("/desk/worklist").visited[-1].startswith("/desk/login")
    log_in(town, totp, browser)
    for _ in range(17):
        town.clock.advance(minutes=28)
        browser.open("/desk/worklist")
    assert browser.visited[-1] == "/desk/worklist"
    town.clock.advance(minutes=5)
    assert browser.open("/desk/worklist").visited[-1].startswith("/desk/login")


def test_a_citizens_token_opens_no_desk(town: Town, applicant: Visitor) -> None:
    browser = at_desk(town, applicant)
    assert browser.open("/desk/worklist").visited[-1].startswith("/desk/login")


def test_what_was_typed_is_shown_when_the_session_ran_out(
    town: Town, desk: Browser, case: dict[str, Any]
) -> None:
    desk.open(f"/desk/cases/{case['id']}")
    town.clock.advance(hours=9)
    sent = desk.send("/note", {"text": "写了很久的一段话。"})
    assert sent.status == 401
    assert "写了很久的一段话。" in sent.words
    assert "重新登录" in sent.words


def test_a_look_at_the_log_in_makes_no_session(town: Town) -> None:
    new_browser(town).open("/desk/login")
    with town.units.read() as work:
        assert work.session.scalar(select(func.count()).select_from(LoginSession)) == 0
