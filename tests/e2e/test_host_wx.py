"""What `wx` does on the host: the network, files, storage, permissions, people."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from miniprogram_mock.wechat_platform.people import openid_of
from tests.e2e.browsers import PORTRAITS, Browsers, Witness, shoot
from tests.e2e.conftest import FACE
from tests.e2e.looking import axe
from tests.e2e.tiny import PROGRAM, Held, Program, Tiny, build, served

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    with served(build(PROGRAM, tmp_path_factory.mktemp("host") / "mini")) as there:
        yield there


@pytest.fixture(autouse=True)
def held(tiny: Tiny) -> Held:
    """Uploads of this test alone."""
    tiny.held = Held()
    return tiny.held


@pytest.fixture
def window(browsers: Browsers, witness: Witness, contexts: list[BrowserContext]) -> Page:
    contexts.append(browsers.phone(FACE))
    return witness.watch(contexts[-1].new_page())


@pytest.fixture
def calls(tiny: Tiny, window: Page) -> Program:
    return tiny.program(window, at="/pages/call/index")


def test_a_request_speaks_json_and_wechat_has_no_patch(tiny: Tiny, calls: Program) -> None:
    answer = calls.call(
        "request", url="/echo", method="POST", data={"名": "王"}, header={"X-A": "1"}
    )
    assert answer["errMsg"] == "request:ok"
    assert answer["statusCode"] == 200
    assert answer["data"]["body"] == '{"名":"王"}'
    assert answer["data"]["headers"]["content-type"] == "application/json"
    assert answer["data"]["headers"]["x-a"] == "1"
    assert "referer" not in answer["data"]["headers"]
    assert answer["header"]["Content-Type"] == "application/json"
    got = calls.call("request", url="/echo?a=1", data={"b": "2"})
    assert got["data"]["query"] == "a=1&b=2"
    form = {"content-type": "application/x-www-form-urlencoded"}
    sent = calls.call("request", url="/echo", method="POST", data={"a": "1 2"}, header=form)
    assert sent["data"]["body"] == "a=1+2"
    tiny.asked.clear()
    refused = calls.call("request", url="/echo", method="PATCH")
    assert refused["errMsg"].startswith("request:fail")
    assert tiny.asked == []
    assert calls.call("request", url="/nothing")["statusCode"] == 404


def test_a_request_that_takes_too_long_or_is_given_up_fails_in_wechats_words(
    tiny: Tiny, calls: Program
) -> None:
    calls.file("writeFile", filePath="wxfile://usr/a.jpg", data="abc")
    upload = {"url": "/hold", "filePath": "wxfile://usr/a.jpg", "name": "file"}
    assert calls.call("uploadFile", **upload, timeout=300)["errMsg"] == "uploadFile:fail timeout"
    (given_up,) = calls.answers(calls.start("request", options={"url": "/echo"}, abort=True))
    assert given_up["errMsg"] == "request:fail abort"
    tiny.held.let_go(1)


def test_a_file_of_ten_megabytes_goes_and_a_larger_one_does_not(tiny: Tiny, calls: Program) -> None:
    for size, name in ((10 * MEGABYTE, "fits"), (10 * MEGABYTE + 1, "large")):
        calls.page.evaluate(
            """async ([name, size]) => {
              const open = indexedDB.open("mini.files.试用人", 1);
              await new Promise((done) => (open.onsuccess = done));
              const change = open.result.transaction("files", "readwrite");
              const content = new Blob(["x".repeat(size)]);
              change.objectStore("files").put(content, `wxfile://usr/${name}.jpg`);
              await new Promise((done) => (change.oncomplete = done));
              open.result.close();
            }""",
            [name, size],
        )
    calls = tiny.program(calls.page, at="/pages/call/index")  # it reads its files when it starts
    tiny.held.let_go(1)
    upload = {"url": "/hold", "name": "file", "formData": {"slot": "id_card", "n": 1}}
    sent = calls.call("uploadFile", filePath="wxfile://usr/fits.jpg", **upload)
    assert sent["statusCode"] == 200
    assert '"size":10485760' in sent["data"].replace(" ", "")
    assert '"slot":"id_card"' in sent["data"].replace(" ", "")
    assert calls.named("progress").inner_text() == "100"
    refused = calls.call("uploadFile", filePath="wxfile://usr/large.jpg", **upload)
    assert refused["errMsg"] == "uploadFile:fail file exceed maximum size 10MB"
    missing = calls.call("uploadFile", filePath="http://tmp/none.jpg", **upload)
    assert missing["errMsg"] == "uploadFile:fail file not found"


def test_ten_uploads_run_at_once_and_the_others_wait(tiny: Tiny, calls: Program) -> None:
    calls.file("writeFile", filePath="wxfile://usr/a.jpg", data="abc")
    # Two names of one server: a browser itself opens no more than six connections to a name.
    urls = [f"{tiny.url}/hold", f"{tiny.other_url}/hold"]
    options = {"urls": urls, "filePath": "wxfile://usr/a.jpg", "name": "file"}
    number = calls.start("uploadFile", options=options, times=12)
    tiny.held.wait(running=10)
    tiny.held.let_go(1)
    tiny.held.wait(running=10, done=1)
    tiny.held.let_go(11)
    assert [one["statusCode"] for one in calls.answers(number)] == [200] * 12
    assert tiny.held.most == 10


def test_a_switched_off_network_ends_what_is_under_way_and_is_told(
    tiny: Tiny, browsers: Browsers, witness: Witness, contexts: list[BrowserContext]
) -> None:
    contexts.append(browsers.desk(FACE))
    calls = tiny.program(witness.watch(contexts[-1].new_page()), at="/pages/call/index")
    calls.file("writeFile", filePath="wxfile://usr/a.jpg", data="abc")
    options = {"url": "/hold", "filePath": "wxfile://usr/a.jpg", "name": "file"}
    number = calls.start("uploadFile", options=options)
    tiny.held.wait(running=1)
    network = calls.page.get_by_label("手机连着网")
    network.uncheck()
    assert calls.answers(number)[0]["errMsg"] == "uploadFile:fail interrupted"
    tiny.held.let_go(1)
    assert calls.call("request", url="/echo")["errMsg"].startswith("request:fail")
    assert calls.call("login")["errMsg"].startswith("login:fail")
    assert calls.call("getNetworkType")["networkType"] == "none"
    network.check()
    assert calls.call("request", url="/echo")["statusCode"] == 200
    assert [line for line in calls.log() if "network" in line] == ["network false", "network true"]


def test_what_is_stored_belongs_to_the_person_and_stays(
    tiny: Tiny, calls: Program, witness: Witness
) -> None:
    kept = {"名": ["王", 1, None]}
    assert calls.call("setStorage", key="a", data=kept)["errMsg"] == "setStorage:ok"
    calls.page.reload()
    assert calls.call("getStorage", key="a")["data"] == kept
    assert calls.sync("getStorageSync", "a") == {"value": kept}
    assert "a" in calls.sync("getStorageInfoSync")["value"]["keys"]
    other = witness.watch(calls.page.context.new_page())
    theirs = tiny.program(other, "另一个人", at="/pages/call/index")
    assert theirs.sync("getStorageSync", "a") == {"value": ""}
    assert theirs.call("getStorage", key="a")["errMsg"] == "getStorage:fail data not found"
    assert calls.call("removeStorage", key="a")["errMsg"] == "removeStorage:ok"
    assert calls.sync("getStorageSync", "a") == {"value": ""}


def test_a_megabyte_a_key_and_ten_in_all_can_be_stored(calls: Program) -> None:
    near = {"much": 330 * 1024}  # 990 kB as WeChat counts
    over = calls.call("setStorage", key="over", data={"much": 350 * 1024})
    assert over["errMsg"] == "setStorage:fail entry size limit reached"
    for number in range(10):
        stored = calls.call("setStorage", key=f"k{number}", data=near)
        assert stored["errMsg"] == "setStorage:ok", number
    full = calls.call("setStorage", key="k10", data=near)
    assert full["errMsg"] == "setStorage:fail exceed storage max size 10Mb"
    thrown = calls.sync("setStorageSync", "k10", near)["thrown"]
    assert thrown == "setStorageSync:fail exceed storage max size 10Mb"
    assert calls.call("clearStorage")["errMsg"] == "clearStorage:ok"
    assert calls.call("setStorage", key="k10", data=near)["errMsg"] == "setStorage:ok"


def test_saved_files_outlive_the_window_and_temporary_ones_do_not(
    tiny: Tiny, calls: Program
) -> None:
    got = calls.call("downloadFile", url="/picture")
    temporary = got["tempFilePath"]
    saved = calls.call("saveFile", tempFilePath=temporary)["savedFilePath"]
    size = calls.call("getFileInfo", filePath=saved)["size"]
    calls.page.reload()
    assert calls.call("getFileInfo", filePath=saved)["size"] == size
    assert calls.call("getFileInfo", filePath=temporary)["errMsg"].startswith("getFileInfo:fail")
    content = calls.file("readFile", filePath=saved, encoding="base64")["data"]
    assert content.startswith("iVBORw0KGgo")
    assert calls.call("getImageInfo", src=saved)["width"] == 1
    calls.file("unlink", filePath=saved)
    assert calls.call("getSavedFileList")["fileList"] == []


def test_a_document_opens_in_a_window_of_its_own(tiny: Tiny, calls: Program) -> None:
    paper = calls.call("downloadFile", url="data:application/pdf;base64,JVBERi0xLjQK")
    assert paper["tempFilePath"].endswith(".pdf")
    with calls.page.expect_popup() as reader:
        opened = calls.call("openDocument", filePath=paper["tempFilePath"], showMenu=True)
    assert opened["errMsg"] == "openDocument:ok"
    reader.value.close()
    gone = calls.call("openDocument", filePath="http://tmp/gone.pdf", fileType="pdf")
    assert gone["errMsg"] == "openDocument:fail file doesn't exist"
    picture = calls.call("downloadFile", url="/picture")["tempFilePath"]
    refused = calls.call("openDocument", filePath=picture)
    assert refused["errMsg"] == "openDocument:fail filetype not supported"


def test_an_album_that_was_denied_stays_denied_until_the_settings_say_otherwise(
    calls: Program,
) -> None:
    album = {"count": 1, "sourceType": ["album"]}
    number = calls.start("chooseMedia", options=album)
    shoot(calls.page, "host-permission")
    calls.press("拒绝")
    assert calls.answers(number)[0]["errMsg"] == "chooseMedia:fail auth deny"
    assert calls.call("chooseMedia", **album)["errMsg"] == "chooseMedia:fail auth deny"
    number = calls.start("openSetting")
    calls.page.get_by_label("可以使用相册").check()
    calls.press("好了")
    assert calls.answers(number)[0]["authSetting"] == {"scope.album": True}
    with calls.page.expect_file_chooser() as chooser:
        number = calls.start("chooseMedia", options=album)
    chooser.value.set_files(PORTRAITS / "obama.jpg")
    (chosen,) = calls.answers(number)[0]["tempFiles"]
    assert chosen["size"] == (PORTRAITS / "obama.jpg").stat().st_size
    with calls.page.expect_file_chooser() as chooser:
        calls.start("chooseMedia", options=album)
    assert chooser.value.is_multiple() is False


def test_the_telephones_camera_takes_a_picture_or_none(calls: Program) -> None:
    number = calls.start("chooseMedia", options={"count": 1})
    calls.press("拍照")
    calls.press("允许")
    shutter = calls.page.get_by_role("dialog", name="拍照").get_by_role("button", name="拍照")
    expect(shutter).to_be_enabled()
    shoot(calls.page, "host-camera")
    assert axe(calls.page) == []
    shutter.click()
    (taken,) = calls.answers(number)[0]["tempFiles"]
    assert (taken["width"], taken["height"]) == (640, 480)
    number = calls.start("chooseMedia", options={"sourceType": ["camera"]})
    calls.press("取消")
    assert calls.answers(number)[0]["errMsg"] == "chooseMedia:fail cancel"


def test_a_page_sees_the_face_before_it_and_photographs_it_unmirrored(
    tiny: Tiny, window: Page
) -> None:
    program = tiny.program(window, at="/pages/camera/index")
    program.press("允许")
    expect(program.named("said")).to_have_text("initdone ")
    program.top.get_by_role("button", name="拍").click()
    picture = program.named("shot").locator("img")
    expect(picture).to_have_js_property("naturalWidth", 640)
    shoot(window, "host-page-camera")
    assert axe(window) == []
    alike = window.evaluate(
        """() => {
          const grey = (source, flip) => {
            const canvas = document.createElement("canvas");
            Object.assign(canvas, { width: 64, height: 48 });
            const draw = canvas.getContext("2d");
            if (flip) draw.setTransform(-1, 0, 0, 1, 64, 0);
            draw.drawImage(source, 0, 0, 64, 48);
            return draw.getImageData(0, 0, 64, 48).data.filter((_, at) => at % 4 === 0);
          };
          const video = grey(document.querySelector("wx-camera video"));
          const shot = document.querySelector('[data-name="shot"] img');
          const apart = (one) =>
            one.reduce((sum, value, at) => sum + Math.abs(value - video[at]), 0);
          return apart(grey(shot, false)) < apart(grey(shot, true)) / 2;
        }"""
    )
    assert alike


@pytest.mark.parametrize("who", ["the person", "the browser"])
def test_a_camera_that_is_denied_says_so_and_can_be_allowed_later(
    tiny: Tiny,
    browsers: Browsers,
    witness: Witness,
    contexts: list[BrowserContext],
    who: str,
) -> None:
    contexts.append(browsers.phone(FACE, camera=who == "the person"))
    program = tiny.program(witness.watch(contexts[-1].new_page()), at="/pages/camera/index")
    program.press("拒绝" if who == "the person" else "允许")
    expect(program.named("said")).to_have_text("error insertCamera:fail auth deny")
    if who == "the browser":
        contexts[-1].grant_permissions(["camera"])
    else:
        program.page.get_by_role("button", name="小程序菜单").click()
        program.press("设置：摄像头和相册")
        program.page.get_by_label("可以使用摄像头").check()
        program.press("好了")
    for _ in range(2):
        program.top.get_by_role("button", name="开关").click()
    expect(program.named("said")).to_have_text("initdone ")


def test_a_log_in_gives_a_code_of_the_platform_for_the_phones_owner(
    tiny: Tiny, calls: Program
) -> None:
    code = calls.call("login")["code"]
    asked = {"appid": tiny.appid, "secret": tiny.secret, "grant_type": "authorization_code"}
    answer = httpx.get(
        f"{tiny.other_url}/sns/jscode2session", params={**asked, "js_code": code}, trust_env=False
    )
    assert answer.json()["openid"] == openid_of(tiny.appid, calls.user)
    assert calls.call("checkSession")["errMsg"] == "checkSession:ok"
    assert calls.call("login")["code"] != code


def test_the_phones_number_its_messages_and_its_face_are_the_persons_to_give(
    calls: Program,
) -> None:
    result = calls.named("result")
    calls.top.get_by_role("button", name="手机号").click()
    calls.press("拒绝")
    expect(result).to_have_text('{"errMsg":"getPhoneNumber:fail user deny"}')
    calls.top.get_by_role("button", name="手机号").click()
    calls.press("允许")
    expect(result).to_contain_text('"errMsg":"getPhoneNumber:ok"')
    expect(result).to_contain_text('"code":"')
    number = calls.start("requestSubscribeMessage", options={"tmplIds": ["unknown"]})
    calls.press("允许")
    assert calls.answers(number)[0]["unknown"] == "filter"
    number = calls.start("requestSubscribeMessage", options={"tmplIds": ["a", "b"]})
    calls.press("取消")
    refused = calls.answers(number)[0]
    assert (refused["a"], refused["b"]) == ("reject", "reject")
    many = calls.call("requestSubscribeMessage", tmplIds=["a", "b", "c", "d"])
    assert many["errCode"] == 20003
    late = calls.start("requestSubscribeMessage", options={"tmplIds": ["a"]}, late=True)
    assert "user TAP gesture" in calls.answers(late)[0]["errMsg"]
    number = calls.start("requestFacialVerify", options={"verifyId": "nobody's"})
    calls.press("通过")
    assert calls.answers(number)[0]["errMsg"].startswith("requestFacialVerify:fail")


def test_fields_give_what_is_typed_and_chosen(tiny: Tiny, window: Page) -> None:
    program = tiny.program(window, at="/pages/fields/index")
    top, said = program.top, program.named("said")
    top.get_by_label("姓名").press_sequentially("张王李赵钱孙")
    assert top.get_by_label("姓名").input_value() == "张王李赵钱"
    top.get_by_label("姓名").press("Enter")
    expect(said).to_have_text('confirm {"value":"张王李赵钱"}')
    top.get_by_label("大写").press_sequentially("ab")
    assert top.get_by_label("大写").input_value() == "AB"
    assert top.get_by_label("数").get_attribute("inputmode") == "numeric"
    top.get_by_label("第一种").check()
    expect(said).to_have_text('change {"value":"a"}')
    assert not top.get_by_label("第二种").is_checked()
    top.get_by_label("甲").check()
    top.get_by_label("乙").check()
    expect(said).to_have_text('change {"value":["x","y"]}')
    top.get_by_role("switch", name="开关").check()
    expect(said).to_have_text('change {"value":true}')
    top.get_by_role("button", name="姓", exact=True).click()
    shoot(window, "host-picker")
    assert axe(window) == []
    program.press("李")
    expect(said).to_have_text('change {"value":1}')
    top.get_by_role("button", name="选两样").click()
    window.get_by_label("请选择 2").select_option("1")
    program.press("确定")
    expect(said).to_have_text('change {"value":[0,1]}')
    top.get_by_role("button", name="选日子").click()
    window.get_by_label("请选择 2").select_option("1")
    shoot(window, "host-date")
    assert axe(window) == []
    program.press("确定")
    expect(said).to_have_text('change {"value":"2026-02-28"}')  # there is no 31st of February
    top.get_by_role("button", name="交", exact=True).click()
    wanted = {"name": "张王李赵钱", "upper": "AB", "kind": "a", "many": ["x", "y"], "on": True}
    text = said.inner_text()
    assert text.startswith("submit ")
    assert all(f'"{key}":' in text for key in wanted)
    assert top.get_by_role("button", name="不能点").is_disabled()


def test_a_canvas_is_drawn_on_by_mouse_and_by_script(tiny: Tiny, window: Page) -> None:
    program = tiny.program(window, at="/pages/fields/index")
    pad = program.top.get_by_role("img", name="签字")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    window.mouse.move(box["x"] + 20, box["y"] + 30)
    window.mouse.down()
    expect(program.named("said")).to_have_text("touchstart 20 30")
    window.mouse.move(box["x"] + 60, box["y"] + 40)
    expect(program.named("said")).to_have_text("touchmove 60 40")
    window.mouse.up()
    assert pad.evaluate("e => getComputedStyle(e).touchAction") == "none"
    program.top.get_by_role("button", name="画").click()
    expect(program.named("said")).to_have_text("200x100 data:image/jpeg;base64")


def test_the_policy_lets_nothing_run_that_was_planted(
    tiny: Tiny, browsers: Browsers, contexts: list[BrowserContext]
) -> None:
    contexts.append(browsers.phone(FACE))
    window = contexts[-1].new_page()
    window.goto(f"{tiny.url}/mini/")
    window.locator("wx-page").wait_for()
    ran: list[object] = window.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.planted = 'it ran'";
          document.body.append(script);
          const words = document.createElement("p");
          words.setAttribute("style", "color: rgb(1, 2, 3)");
          document.body.append(words);
          return [window.planted ?? null, getComputedStyle(words).color === "rgb(1, 2, 3)"];
        }"""
    )
    assert ran == [None, False]
