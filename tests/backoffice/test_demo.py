"""What the back office's pages offer in a demonstration alone: whose turn it is, days that pass."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from backend.audit.service import record_refusal
from backend.backoffice import service
from backend.backoffice.errors import CaseNotFound
from backend.backoffice.http import blp, demo_pages, pages
from backend.backoffice.states import StaffRole
from backend.core.passwords import hash_password
from backend.core.uow import Kit, Units
from backend.web.api import build
from backend.web.context import WebKit
from backend.web.pages import serve_static
from backend.web.pages.demo import serve_demo_people
from tests.backoffice.office import COUNTY, TOWNSHIP, Office
from tests.backoffice.seats import NAMED, address, checked, visited, window
from tests.workbench.browser import Browser

PASSWORD = "a long word that nobody guesses"
HASH = hash_password(PASSWORD)


@pytest.fixture
def demo(units: Units, office: Office, tmp_path: Path) -> Flask:
    """The pages as a demo serves them, its people written down by its start."""
    with units.write() as work:
        issued = service.seed_demo_staff(work, COUNTY, TOWNSHIP, HASH)
    seats = {one.label: {"password": PASSWORD, "totpSecret": one.totp_secret} for one in issued}
    (tmp_path / "demo.json").write_text(json.dumps({"backofficeSeats": seats}))
    kit = WebKit(
        units, service.resolve_staff, record_refusal, public_url="http://127.0.0.1", demo=True
    )
    found = build(kit, [blp], trusted_proxies=0, limit=10000)
    found.extensions |= serve_demo_people(tmp_path / "demo.json")
    for one in (pages, demo_pages):
        found.register_blueprint(one)
    serve_static(found)
    return found


def click(browser: Browser, name: str, **typed: str) -> Browser:
    return browser.send("/demo/login", {"username": name, **typed})


def test_the_people_stand_there_in_the_order_of_the_work_and_sit_down_with_a_click(
    demo: Flask,
) -> None:
    page = Browser(demo.test_client(), "10.204.0.1").open("/desk/office/login")
    names = [form.fields["username"] for form in page.page.forms if "demo" in form.get("action")]
    assert names == ["verifier", "surveyor-1", "surveyor-2", "reviewer", "decider",
                     "township-decider"]  # fmt: skip
    assert PASSWORD not in page.text
    sat = click(page, "verifier")
    assert (sat.status, sat.visited[-1]) == (200, "/desk/office/tasks")
    assert "核对员演示" in sat.words


def test_whoever_is_done_hands_over_with_one_click_to_the_end(demo: Flask, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    page = click(Browser(demo.test_client(), "10.204.0.1").open("/desk/office/login"), "verifier")
    page.click("核对").send(f"/tasks/{office.task(row_id).id}", checked())
    went = next_one(page, office, row_id, "换成调查员演示甲，接着办")
    colleague = [
        one.get("value") for one in went.page.xpath("//select[@name='investigators']/option")
    ]
    seen = visited(
        office, observed=["as_told", "nothing_more"], note="", investigators=colleague[1]
    )
    went.send(f"/tasks/{office.task(row_id).id}", seen)
    assert went.status == 200, went.words
    assert "看到的和申请里写的一样。没有看到没写上的收入和财产。" in went.words
    went = next_one(went, office, row_id, "换成初审员演示，接着办")
    form = went.fields(f"/tasks/{office.task(row_id).id}")
    assert form["amountFen"] == "186.00"  # what was reckoned stands there
    went.send(f"/tasks/{office.task(row_id).id}", {"result": "positive"})
    went.click("去办：张贴公示").send(f"/tasks/{office.task(row_id).id}", {"posted": "yes"})
    assert "真的系统里只能等" in went.words
    went.send("/publicity")
    assert "演示：日子拨过了公示期" in went.words
    assert office.case(row_id).stage == "decision"
    assert office.audited("backoffice.demo_days_passed") == 1
    went = next_one(went, office, row_id, "换成审核员演示，接着办")
    went.send(f"/tasks/{office.task(row_id).id}", {"result": "approved"})
    assert office.case(row_id).state == "approved"
    assert "演示：办完了" in went.words


def next_one(page: Browser, office: Office, row_id: Any, words: str) -> Browser:
    assert words in page.words
    page.send("/demo/login")
    assert page.visited[-1] == f"/desk/office/tasks/{office.task(row_id).id}"
    return page


def test_days_pass_only_while_a_notice_hangs(demo: Flask, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    page = click(Browser(demo.test_client(), "10.204.0.1").open("/desk/office/login"), "verifier")
    page.open(address(row_id))
    before = office.today()
    form = page.fields("/logout")
    assert page.post(f"/desk/office/demo/cases/{row_id}/publicity", form).status == 409
    assert office.today() == before


def test_nothing_of_it_stands_on_the_pages_of_a_real_system(
    units: Units, office: Office, published: Any
) -> None:
    kit = units.kit
    real = Units(Kit(kit.database, kit.vault, kit.listeners, kit.wall, demo=False))
    web = WebKit(
        real, service.resolve_staff, record_refusal, public_url="http://127.0.0.1", demo=False
    )
    app = build(web, [blp], trusted_proxies=0, limit=10000)
    app.register_blueprint(pages)
    serve_static(app)
    assert "演示：" not in Browser(app.test_client(), "10.204.0.9").open("/desk/office/login").words
    case = window(app, office, "reviewer").open(address(published))
    assert "公示" in case.words
    assert "演示：" not in case.words
    assert "/demo/" not in case.text


def test_nobody_of_another_place_moves_the_days(office: Office, published: Any) -> None:
    stranger = office.hire(StaffRole.REVIEWER, scope="610303100")
    with pytest.raises(CaseNotFound):
        service.skip_publicity(office.units, stranger, published)
    assert office.case(published).stage == "publicity"
