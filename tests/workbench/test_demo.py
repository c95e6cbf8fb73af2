"""A demo's people sit down at the desk with one click, and nowhere but in a demo."""

from __future__ import annotations

import json
from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import func, select

from backend.app import create_app
from backend.core.access import Role
from backend.core.uow import Kit, Units
from backend.identity import service
from backend.identity.models import LoginSession
from tests.factories.house import TOWNSHIP, Town
from tests.workbench.browser import Browser, new_browser

PASSWORD = "correct horse battery"
HASH = service.hash_password(PASSWORD)
CLICK = "/desk/demo/login"


@pytest.fixture
def totp(town: Town) -> pyotp.TOTP:
    """One of the made-up staff, as a demo's start writes her down."""
    with town.units.write() as work:
        secret = service.add_staff(
            work,
            username="zhou",
            name="周演示",
            password_hash=HASH,
            roles=[Role.TOWNSHIP],
            scope=TOWNSHIP,
        )
    known = {"staff": {"zhou": {"password": PASSWORD, "totpSecret": secret}}}
    (town.house.settings.home / "demo.json").write_text(json.dumps(known))
    return pyotp.TOTP(secret)


def click(town: Town, browser: Browser | None = None, **typed: str) -> Browser:
    browser = (browser or new_browser(town)).open("/desk/login")
    return browser.send(CLICK, {"username": "zhou", **typed})


def sessions(town: Town) -> int:
    with town.units.read() as work:
        return work.session.scalar(select(func.count()).select_from(LoginSession)) or 0


def test_one_click_is_the_desks_own_log_in(town: Town, totp: pyotp.TOTP) -> None:
    page = new_browser(town).open("/desk/login")
    assert "演示：点一下就能登录" in page.words
    assert "用周演示登录" in page.words
    assert totp.secret not in page.text
    assert PASSWORD not in page.text
    sat = click(town)
    assert (sat.status, sat.visited[-1]) == (200, "/desk/worklist")
    assert "周演示" in sat.words
    assert totp.secret not in sat.text
    cookie = sat.cookie("desk")
    assert (cookie.path, cookie.http_only, cookie.same_site) == ("/desk", True, "Strict")


def test_a_code_stays_good_once_and_the_page_says_when_to_press_again(
    town: Town, totp: pyotp.TOTP
) -> None:
    assert [click(town).status for _ in range(3)] == [200, 200, 409]
    spent = click(town)
    assert "请过半分钟再点" in spent.words
    assert sessions(town) == 2
    town.clock.advance(seconds=60)
    assert click(town).status == 200


def test_guesses_of_the_password_lock_the_button_too(town: Town, totp: pyotp.TOTP) -> None:
    for _ in range(10):
        browser = new_browser(town).open("/desk/login")
        browser.send("/desk/login", {"username": "zhou", "password": "no", "totp": "000000"})
    assert click(town).status == 429
    assert sessions(town) == 0


def test_a_form_of_another_site_and_an_unknown_name_sit_nobody_down(
    town: Town, totp: pyotp.TOTP
) -> None:
    assert new_browser(town).post(CLICK, {"username": "zhou"}).status == 403
    assert click(town, username="nobody").status == 404
    assert click(town, to="https://evil.example/desk/").visited[-1] == "/desk/worklist"
    assert sessions(town) == 1


def test_a_real_system_has_neither_the_button_nor_its_address(town: Town, totp: pyotp.TOTP) -> None:
    kit = town.units.kit
    units = Units(Kit(kit.database, kit.vault, kit.listeners, kit.wall, demo=False))
    settings = replace(town.house.settings, demo=False)
    app = create_app(replace(town.house, units=units, settings=settings))
    page = Browser(app.test_client(), "10.203.0.1").open("/desk/login")
    assert page.status == 200
    assert "演示" not in page.words
    assert "zhou" not in page.text
    assert not [rule for rule in app.url_map.iter_rules() if "/demo" in rule.rule]
    for path in (CLICK, "/desk/office/demo/login"):
        assert page.open(path).status == 404
        page.open("/desk/login")
        token = page.fields("/desk/login")
        assert page.post(path, {**token, "username": "zhou"}).status in {404, 405}
        assert page.cookie("desk") is None
    assert sessions(town) == 0
