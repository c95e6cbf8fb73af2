"""The first view of the mini-program, on a phone and beside the host's bar."""

from __future__ import annotations

from tests.e2e.browsers import shoot
from tests.e2e.conftest import Desk, Phone


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
