"""The host does as WeChat does where a page can tell: pages, tabs, life cycles, styles, frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.browsers import Browsers, Witness, shoot
from tests.e2e.conftest import FACE
from tests.e2e.looking import axe
from tests.e2e.tiny import PROGRAM, Program, Tiny, build, served


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    with served(build(PROGRAM, tmp_path_factory.mktemp("host") / "mini")) as there:
        yield there


@pytest.fixture
def window(browsers: Browsers, witness: Witness, contexts: list[BrowserContext]) -> Page:
    context = browsers.phone(FACE)
    contexts.append(context)
    return witness.watch(context.new_page())


@pytest.fixture
def program(tiny: Tiny, window: Page) -> Program:
    return tiny.program(window)


@pytest.fixture
def calls(tiny: Tiny, window: Page) -> Program:
    """The page that calls `wx`, opened by itself."""
    return tiny.program(window, at="/pages/call/index")


OPENED = [
    "app.onLaunch pages/first/index 1001",
    "app.onShow",
    "part.created",
    "part.attached",
    "first.onLoad {}",
    "part.show",
    "first.onShow",
    "part.ready",
    "first.onReady",
]


def test_a_start_and_a_page_further_and_back_go_in_wechats_order(program: Program) -> None:
    assert program.wait_log("first.onReady") == OPENED
    program.top.get_by_role("button", name="下一页").click()
    assert program.wait_log("call.onReady") == [
        "part.hide",
        "first.onHide",
        'call.onLoad {"from":"first","words":"%E4%BD%A0%26"}',
        "call.onShow",
        "call.onReady",
    ]
    program.page.get_by_role("button", name="返回").click()
    assert program.wait_log("first.onShow") == ["call.onUnload", "part.show", "first.onShow"]


def test_what_comes_for_a_page_that_is_gone_is_dropped(calls: Program, witness: Witness) -> None:
    calls.start("navigateTo", options={"url": "/pages/camera/index"})
    calls.wait_log("camera.onReady")
    calls.press("允许")
    calls.page.get_by_role("button", name="返回").click()
    calls.wait_log("camera.late")
    assert witness.words == []


def test_the_phones_back_key_goes_back_a_page(program: Program) -> None:
    program.top.get_by_role("button", name="下一页").click()
    program.wait_log("call.onReady")
    program.page.go_back()
    assert program.wait_log("first.onShow")[0] == "call.onUnload"


def test_tabs_keep_their_pages_and_are_reached_by_switch_tab_alone(program: Program) -> None:
    program.wait_log("first.onReady")
    tabs = program.page.get_by_role("navigation", name="主要页面")
    tabs.get_by_role("button", name="第二").click()
    assert program.wait_log("second.onReady") == [
        "part.hide",
        "first.onHide",
        "second.onLoad {}",
        "second.onShow",
        "second.onReady",
    ]
    assert tabs.locator("[aria-current=page]").inner_text() == "第二"
    tabs.get_by_role("button", name="第一").click()
    assert program.wait_log("first.onShow") == ["second.onHide", "part.show", "first.onShow"]
    program.top.get_by_role("button", name="下一页").click()
    assert not tabs.is_visible()
    refused = program.call("navigateTo", url="/pages/second/index")
    assert refused["errMsg"] == "navigateTo:fail can not navigateTo a tabbar page"
    refused = program.call("switchTab", url="/pages/call/index")
    assert refused["errMsg"] == "switchTab:fail can not switch to no-tabBar page"
    program.wait_log("call.onReady")
    program.start("switchTab", options={"url": "/pages/second/index"})
    assert program.wait_log("second.onShow") == ["call.onUnload", "second.onShow"]


def test_ten_pages_lie_on_each_other_and_no_more(calls: Program) -> None:
    for depth in range(2, 11):
        calls.start("navigateTo", options={"url": f"/pages/call/index?depth={depth}"})
        calls.wait_log("call.onReady")
    refused = calls.call("navigateTo", url="/pages/call/index?depth=11")
    assert refused["errMsg"] == "navigateTo:fail webview count limit exceed"
    assert calls.page.locator("wx-page").count() == 10
    assert calls.call("redirectTo", url="/pages/nowhere/index")["errMsg"].startswith(
        "redirectTo:fail page"
    )
    calls.start("navigateBack", options={"delta": 99})
    log = calls.wait_log("call.onShow")
    assert log.count("call.onUnload") == 9
    assert log[-1] == "call.onShow"
    assert calls.call("navigateBack")["errMsg"].startswith("navigateBack:fail")


def test_redirect_and_relaunch_end_the_pages_that_they_leave(calls: Program) -> None:
    calls.wait_log("call.onReady")
    calls.start("redirectTo", options={"url": "/pages/call/index?second=1"})
    assert calls.wait_log("call.onReady") == [
        "call.onUnload",
        'call.onLoad {"second":"1"}',
        "call.onShow",
        "call.onReady",
    ]
    calls.start("navigateTo", options={"url": "/pages/call/index"})
    calls.wait_log("call.onReady")
    calls.start("reLaunch", options={"url": "/pages/second/index"})
    assert calls.wait_log("second.onReady") == [
        "call.onUnload",
        "call.onUnload",
        "second.onLoad {}",
        "second.onShow",
        "second.onReady",
    ]


def test_a_page_opened_by_itself_leads_home(calls: Program) -> None:
    calls.wait_log("call.onReady")
    calls.page.get_by_role("button", name="回首页").click()
    assert "first.onShow" in calls.wait_log("first.onReady")
    assert not calls.page.get_by_role("button", name="回首页").is_visible()


def test_a_code_on_paper_gives_its_link_and_the_token_stays_with_the_window(
    tiny: Tiny, program: Program, witness: Witness
) -> None:
    link = f"{tiny.url}/mini/sign?t=a-token&x=1"
    program.page.goto(link)
    assert program.named("link").inner_text() == link
    assert program.page.url == f"{tiny.url}/mini/"
    assert f'sign.onLoad {{"q":"{quote(link, safe="")}"}}' in program.log()
    program.page.reload()
    assert program.named("link").inner_text() == link
    other = witness.watch(program.page.context.new_page())
    fresh = tiny.program(other)
    assert fresh.page.locator('wx-page[is="pages/first/index"]').is_visible()


def test_taps_bubble_and_may_be_caught_and_a_component_speaks_to_its_page(program: Program) -> None:
    program.wait_log("first.onReady")
    program.top.get_by_text("0甲").click()
    assert program.wait_log("tapped 甲") == ["tapped 甲"]
    program.top.get_by_text("里面").click()
    assert program.wait_log("tapped 外") == ["pressed 一个部件 pressed", "tapped 外"]
    program.top.get_by_role("button", name="变多").focus()
    program.page.keyboard.press("Enter")
    program.top.get_by_text("2丙").click()
    assert program.wait_log("tapped 丙") == ["tapped 丙"]
    assert program.top.get_by_text("变了里面").is_visible()


def test_styles_hold_where_wechat_lets_them(program: Program) -> None:
    top = program.top

    def colour(text: str) -> str:
        found: str = top.get_by_text(text, exact=True).evaluate("e => getComputedStyle(e).color")
        return found

    def spacing(text: str) -> str:
        found: str = top.get_by_text(text, exact=True).evaluate(
            "e => getComputedStyle(e).letterSpacing"
        )
        return found

    assert colour("一个部件") != "rgb(1, 2, 3)"  # app.wxss does not reach into a component
    assert spacing("一个部件") == "3px"
    assert spacing("外面") == "normal"  # nor a component's own out of it
    assert colour("标记") == "rgb(9, 8, 7)"
    width = top.get_by_text("标记", exact=True).evaluate("e => e.getBoundingClientRect().width")
    assert abs(width - 39) < 0.5  # 75rpx of 750 on 390 px
    box = top.locator(".box").bounding_box()
    place = program.page.locator(".screen").bounding_box()
    assert box is not None
    assert place is not None
    assert abs(box["width"] - 195) < 0.5
    assert abs(box["height"] - place["height"] / 2) < 1
    assert top.get_by_role("img", name="一个点").locator("img").evaluate("e => e.naturalWidth") == 1
    program.page.get_by_role("button", name="第二").click()
    assert colour("第二页的字") != "rgb(9, 8, 7)"  # another page's rule


def test_a_card_is_forwarded_with_a_link_that_another_phone_opens(
    tiny: Tiny, program: Program, browsers: Browsers, contexts: list[BrowserContext]
) -> None:
    program.top.get_by_role("button", name="转发").click()
    sheet = program.page.get_by_role("dialog", name="发给朋友")
    assert sheet.get_by_text("来自button儿子").is_visible()
    shoot(program.page, "host-share")
    assert axe(program.page) == []
    link = sheet.get_by_label("卡片的链接").input_value()
    contexts.append(browsers.phone(FACE))
    other = contexts[-1].new_page()
    other.goto(link)
    there = Program(other, "手机一")
    other.locator('wx-page[is="pages/call/index"]').wait_for()
    assert 'call.onLoad {"shared":"1"}' in there.log()


def test_what_lies_over_a_page_holds_the_keys_until_it_is_answered(calls: Program) -> None:
    number = calls.start("showModal", options={"title": "要走吗", "content": "填的都在。"})
    dialog = calls.page.get_by_role("dialog", name="要走吗")
    shoot(calls.page, "host-modal")
    assert axe(calls.page) == []
    assert calls.page.locator(".phone-body").evaluate("e => e.inert")
    calls.page.keyboard.press("Tab")
    assert dialog.evaluate("e => e.contains(document.activeElement)")
    calls.press("取消")
    assert calls.answers(number)[0]["cancel"] is True
    number = calls.start("showActionSheet", options={"itemList": ["甲", "乙"]})
    calls.press("乙")
    assert calls.answers(number)[0]["tapIndex"] == 1
    number = calls.start("showActionSheet", options={"itemList": ["甲", "乙"]})
    calls.page.keyboard.press("Escape")
    assert calls.answers(number)[0]["errMsg"] == "showActionSheet:fail cancel"
    calls.call("showToast", title="存好了", duration=60_000)
    assert calls.page.get_by_role("status").inner_text() == "存好了"
    calls.call("hideToast")
    assert calls.page.get_by_role("status").count() == 0
    assert not calls.page.locator(".phone-body").evaluate("e => e.inert")


def test_the_bar_hands_the_phone_over_and_sizes_its_text(
    tiny: Tiny, browsers: Browsers, witness: Witness, contexts: list[BrowserContext]
) -> None:
    contexts.append(browsers.desk(FACE))
    program = tiny.program(witness.watch(contexts[-1].new_page()), at="/pages/call/index")
    bar = program.page.get_by_role("complementary", name="这部手机")
    assert axe(program.page) == []
    bar.get_by_label("手机的字").select_option("1.6")
    assert program.sync("getAppBaseInfo")["value"]["fontSizeScaleFactor"] == 1.6
    bar.get_by_label("谁的手机").fill("儿子")
    bar.get_by_role("button", name="换成这个人").click()
    program.page.locator('wx-page[is="pages/first/index"]').wait_for()
    assert bar.get_by_label("谁的手机").input_value() == "儿子"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (("pages/first/index.wxml", "<web-view />"), "<web-view> is not built in this host"),
        (("pages/first/index.wxml", "<view>"), "pages/first/index.wxml"),
        (("pages/first/index.wxss", ".a { color: red;"), "never closed"),
        (
            ("pages/first/index.json", '{"usingComponents": {"x": "/components/none/index"}}'),
            "none",
        ),
    ],
)
def test_the_builder_says_which_file_is_wrong(
    tmp_path: Path, spoil: tuple[str, str], told: str
) -> None:
    source = tmp_path / "program"
    for path in PROGRAM.rglob("*"):
        if path.is_file():
            to = source / path.relative_to(PROGRAM)
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    (source / spoil[0]).write_text(spoil[1])
    with pytest.raises(ValueError, match=told):
        build(source, tmp_path / "out")
