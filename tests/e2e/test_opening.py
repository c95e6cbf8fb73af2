"""The first view of the mini-program, on a phone and beside the host's bar."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from miniprogram_mock.demo.server import Server
from tests.e2e.browsers import NoBrowser, chromium, shoot
from tests.e2e.conftest import Desk, Phone
from tests.e2e.looking import faults


def test_a_phone_shows_the_mini_program_alone_and_logs_in(phone: Phone) -> None:
    page = phone("王秀英")
    shoot(page, "mini-home")
    assert not page.get_by_role("complementary", name="这部手机").is_visible()
    with page.expect_response("**/api/v1/sessions/wechat") as answer:
        page.get_by_role("button", name="以前申请过，登录看看").click()
    assert answer.value.status == 201


def test_a_desk_shows_the_phone_in_a_frame_beside_the_hosts_bar(desk: Desk) -> None:
    page = desk("/mini/")
    page.locator("wx-page").wait_for()
    shoot(page, "mini-frame")
    bar = page.get_by_role("complementary", name="这部手机")
    assert bar.is_visible()
    box = page.locator(".phone").bounding_box()
    assert box is not None
    assert box["width"] < 450
    assert box["height"] <= 768


def test_the_front_page_can_be_read_out_and_its_ways_lead_somewhere(
    served: Server, desk: Desk
) -> None:
    page = desk("/")
    shoot(page, "front")
    assert faults(page, phone=False) == []
    links = page.get_by_role("link").evaluate_all("links => links.map((link) => link.href)")
    assert f"{served.url}/mini/" in links
    for link in links:
        assert httpx.get(link, follow_redirects=True, trust_env=False).status_code == 200, link


def test_a_machine_without_a_browser_is_told_so_in_plain_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoBrowser, match="apt-get install -y chromium fonts-noto-cjk"):
        chromium()


FIRST_VIEW_MS = 1500
PAGE_CHANGE_MS = 200
SLOWER = 4


def test_the_first_view_and_a_change_of_page_are_quick_on_a_slow_phone(phone: Phone) -> None:
    """With the processor four times slower; the best of some tries, since others work beside us."""
    page = phone("慢手机")
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    first = _best(lambda: _first_view(page), FIRST_VIEW_MS)
    change = _best(lambda: _change(page), PAGE_CHANGE_MS)
    assert (first <= FIRST_VIEW_MS, change <= PAGE_CHANGE_MS) == (True, True), (first, change)


def _best(measure: Callable[[], float], wanted: float) -> float:
    best = measure()
    for _ in range(5):
        if best <= wanted:
            break
        best = min(best, measure())
    return best


def _first_view(page: Page) -> float:
    page.reload()
    page.locator("wx-page").first.wait_for()
    painted: float = page.evaluate(
        """() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(
          Math.max(performance.getEntriesByName("mini-program shown")[0].startTime,
                   performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0))))
        )"""
    )
    return painted


def _change(page: Page) -> float:
    """From the press to the next page's second frame, and back."""
    took: float = page.evaluate(
        """async () => {
          const frame = () => new Promise((done) => requestAnimationFrame(done));
          const began = performance.now();
          [...document.querySelectorAll("wx-page button")].find((one) => one.innerText.includes("看看都能申请什么")).click();
          while (!document.querySelector('wx-page[is="pages/programmes/index"]')) await frame();
          await frame();
          return performance.now() - began;
        }"""  # noqa: E501
    )
    page.get_by_role("button", name="返回").click()
    page.locator('wx-page[is="pages/home/index"]').wait_for()
    return took
