"""Forms: only from a page of this session, once, on what was seen; and nothing typed is lost."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.factories.house import Town, Visitor
from tests.letters.looking import text_of
from tests.workbench.browser import Browser, at_desk, new_browser


@pytest.fixture
def opened(desk: Browser, case: dict[str, Any]) -> Browser:
    return desk.open(f"/desk/cases/{case['id']}")


def notes(desk: Browser, case: dict[str, Any]) -> int:
    page = desk.open(f"/desk/cases/{case['id']}").page
    return len(page.xpath("//section[@id='notes']/p[@class='text']"))


def test_a_form_without_its_token_does_nothing_and_keeps_the_text(
    opened: Browser, case: dict[str, Any]
) -> None:
    data = {**opened.fields("/note"), "text": "伪造的", "_csrf": ""}
    answer = opened.post(f"/desk/cases/{case['id']}/note", data)
    assert answer.status == 403
    assert "放得太久" in answer.words
    assert answer.form("/note").fields["text"] == "伪造的"
    assert notes(opened, case) == 0


def test_a_token_of_another_session_is_none(
    town: Town, opened: Browser, case: dict[str, Any]
) -> None:
    other = at_desk(town, town.staff()).open(f"/desk/cases/{case['id']}")
    data = {**opened.fields("/note", text="别人的"), "_csrf": other.fields("/note")["_csrf"]}
    assert opened.post(f"/desk/cases/{case['id']}/note", data).status == 403
    assert notes(opened, case) == 0


def test_a_form_sent_by_nobody_is_nobodys(
    town: Town, opened: Browser, case: dict[str, Any]
) -> None:
    answer = new_browser(town).post(
        f"/desk/cases/{case['id']}/note", opened.fields("/note", text="谁")
    )
    assert answer.status == 401


def test_a_double_click_acts_once(opened: Browser, case: dict[str, Any]) -> None:
    data = opened.fields("/note", text="电话联系过。")
    for _ in range(2):
        assert opened.post(f"/desk/cases/{case['id']}/note", data).status == 200
        assert opened.visited[-1] == f"/desk/cases/{case['id']}"
    assert notes(opened, case) == 1


def test_two_at_the_same_moment_act_once(
    town: Town, officer: Visitor, opened: Browser, case: dict[str, Any]
) -> None:
    data = opened.fields("/note", text="同时。")
    start = threading.Barrier(4)
    seen: list[int] = []

    def press() -> None:
        window = at_desk(town, officer)
        start.wait(10)
        seen.append(window.post(f"/desk/cases/{case['id']}/note", data).status)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(seen) == 4
    assert set(seen) <= {200, 409}
    assert notes(opened, case) == 1


def test_a_form_without_its_key_is_refused(opened: Browser, case: dict[str, Any]) -> None:
    data = {**opened.fields("/note", text="没有钥匙"), "_once": ""}
    assert opened.post(f"/desk/cases/{case['id']}/note", data).status == 400
    assert notes(opened, case) == 0


def test_a_colleague_was_faster(
    town: Town, opened: Browser, clean_case: dict[str, Any], applicant: Visitor
) -> None:
    desk = opened.open(f"/desk/cases/{clean_case['id']}")
    stale = desk.fields("/rejection", reason="写了一半的理由")
    other = at_desk(town, town.staff()).open(f"/desk/cases/{clean_case['id']}")
    other.send("/correction", {"items/0/path": "/members", "items/0/note": "请写全家里人。"})
    assert applicant.case(clean_case["id"])["state"] == "correction_requested"
    answer = desk.post(f"/desk/cases/{clean_case['id']}/rejection", stale)
    assert answer.status == 412
    assert "等补正" in answer.words
    assert applicant.case(clean_case["id"])["state"] == "correction_requested"


def test_a_colleague_was_faster_and_the_typed_text_is_still_there(
    town: Town, opened: Browser, case: dict[str, Any], applicant: Visitor
) -> None:
    """The case is still to be decided, so its form comes again with the new version."""
    stale = opened.fields("/rejection", reason="写了一半的理由")
    town.all_consent_at_counter(case)
    answer = opened.post(f"/desk/cases/{case['id']}/rejection", stale)
    assert answer.status == 412
    assert "同事比您先动了" in answer.words
    form = answer.form("/rejection")
    assert form.fields["reason"] == "写了一半的理由"
    assert int(form.fields["_version"]) > int(stale["_version"])
    answer.send("/rejection")
    assert applicant.case(case["id"])["state"] == "denied"


def test_a_fault_stands_at_its_field_and_the_rest_stays(
    opened: Browser, case: dict[str, Any], applicant: Visitor
) -> None:
    answer = opened.send(
        "/correction",
        {
            "items/0/path": "/members", "items/0/note": "把孩子也写上。",
            "items/1/path": "", "items/1/note": "忘了选哪里",
        },
    )  # fmt: skip
    assert answer.status == 422
    form = answer.form("/correction")
    assert form.fields["items/0/note"] == "把孩子也写上。"
    assert form.fields["items/1/note"] == "忘了选哪里"
    assert form.inputs["items/1/path"].get("aria-invalid") == "true"
    assert applicant.case(case["id"])["state"] == "awaiting_consent"


def test_what_is_typed_is_never_markup(town: Town, desk: Browser, applicant: Visitor) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    relatives = [{"name": "王小明", "workplace": evil}]
    case = applicant.submitted(members=None, staffRelatives=relatives)
    page = desk.open(f"/desk/cases/{case['id']}")
    page.send("/note", {"text": evil})
    page.send("/correction", {"items/0/path": "/members", "items/0/note": evil})
    shown = desk.open(f"/desk/cases/{case['id']}")
    assert shown.status == 200
    assert "<script>alert" not in shown.text
    assert not shown.page.xpath("//*[@onerror]")
    assert evil in text_of(shown.click("打印一次性告知书").data)
    assert evil in desk.open(f"/desk/cases/{case['id']}").page.text_content()


def test_every_page_is_closed_to_frames_scripts_and_caches(
    town: Town, opened: Browser, case: dict[str, Any]
) -> None:
    for path in ("/desk/login", "/desk/worklist", f"/desk/cases/{case['id']}", "/desk/nowhere"):
        answer = opened.open(path).answer
        assert answer is not None
        policy = answer.headers["Content-Security-Policy"]
        for word in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'",
                     "form-action 'self'", "base-uri 'none'"):  # fmt: skip
            assert word in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        page = opened.page
        assert not page.xpath("//script[not(@src)] | //style | //@style")
        assert not [a for a in page.xpath("//@*") if a.attrname.startswith("on")]


def test_an_address_that_leads_nowhere_says_so(opened: Browser) -> None:
    answer = opened.open("/desk/xyz")
    assert answer.status == 404
    assert "没有找到这一项" in answer.words
    assert "not_found" in answer.words


def test_the_files_of_the_look_may_be_kept(opened: Browser) -> None:
    where = opened.page.xpath("//link[@rel='stylesheet']/@href")[0]
    answer = opened.client.get(where, buffered=True)
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    bare = opened.client.get(where.partition("?")[0], buffered=True)
    assert bare.headers["Cache-Control"] == "no-cache"
    again = opened.client.get(
        where, buffered=True, headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    for name in ("nothing.css", "..%2fkit.py", "kit.py", ".css"):
        assert opened.client.get(f"/desk/static/{name}").status_code == 404


def test_what_was_typed_stays_where_its_form_is_gone(
    town: Town, opened: Browser, case: dict[str, Any]
) -> None:
    data = opened.fields("/correction", **{"items/0/path": "/members", "items/0/note": "差一页。"})
    other = at_desk(town, town.staff()).open(f"/desk/cases/{case['id']}")
    assert other.send("/rejection", {"reason": "不归本镇办。"}).status == 200
    late = opened.post(f"/desk/cases/{case['id']}/correction", data)
    assert late.status == 412
    assert "同事比您先动了这一件" in late.words
    assert not [f for f in late.page.forms if f.get("action").endswith("/correction")]
    assert "差一页。" in late.words
    assert "/members" not in late.words


def test_more_than_a_form_may_hold_is_told_in_words(opened: Browser, case: dict[str, Any]) -> None:
    data = opened.fields("/note", text="长" * 30_000)  # 90 KB, and more once it is escaped
    answer = opened.post(f"/desk/cases/{case['id']}/note", data)
    assert answer.status == 413
    assert "64 KB" in answer.words
