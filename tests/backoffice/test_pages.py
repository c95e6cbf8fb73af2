"""A whole case through the back office's pages, on both databases, and what a page may not do."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from backend.backoffice import service
from backend.backoffice.rules.completion import Completion
from backend.backoffice.states import StaffRole
from tests.backoffice.office import SNAPSHOT, Office
from tests.backoffice.seats import (
    HOUSEHOLD,
    NAMED,
    Window,
    address,
    checked,
    go,
    visited,
    window,
)
from tests.workbench.browser import Browser

XSS = "<script>alert(1)</script>"


@pytest.fixture
def sit(app: Flask, office: Office) -> Window:
    return lambda label: window(app, office, label)


def step(sit: Window, office: Office, row_id: Any, who: str, fields: dict[str, Any]) -> Browser:
    browser = go(sit(who), office.task(row_id), fields)
    assert browser.status == 200, browser.words
    assert "办好了，这件事到了下一步。" in browser.words
    return browser


def to_the_opinion(sit: Window, office: Office, row_id: Any) -> None:
    step(sit, office, row_id, "verifier", checked(note="三个人都对上了"))
    step(sit, office, row_id, "surveyor-1", visited(office))


def test_a_case_goes_from_the_list_to_the_approval(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    to_the_opinion(sit, office, row_id)
    opinion = {"result": "positive", "amountFen": "186.00", "note": "符合条件"}
    step(sit, office, row_id, "reviewer", opinion)
    hung = step(sit, office, row_id, "reviewer", {"posted": "yes", "note": "村委会门口"})
    assert "公示到" in hung.words
    office.wait_for_the_end_of_publicity()
    end = step(sit, office, row_id, "decider", {"result": "approved"})
    assert "已同意" in end.words
    assert [kind for kind, _ in office.told(row_id)][-2:] == ["case.decided", "benefit.granted"]
    assert office.told(row_id)[-1][1]["amountFen"] == 18600
    letter = end.open(f"{address(row_id)}/letter").words
    assert "186.00 元" in letter
    assert "2026年4月" in letter
    whole = end.open(address(row_id)).words
    for told in ("调查员演示甲、调查员演示乙", "双方已签字", "两间土房", "符合条件", "村委会门口"):
        assert told in whole


def test_a_recognition_that_pays_nothing_never_asks_for_money(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED, programme="dibao-edge", pays=False)
    to_the_opinion(sit, office, row_id)
    asked = sit("reviewer").open(f"/desk/office/tasks/{office.task(row_id).id}")
    assert 'name="amountFen"' not in asked.text
    assert "只认定，不按月发钱，所以不用填金额" in asked.words
    assert "建议认定" in asked.words
    step(sit, office, row_id, "reviewer", {"result": "positive"})
    notice = sit("reviewer").open(f"{address(row_id)}/notice").words
    assert "初步意见是认定" in notice
    step(sit, office, row_id, "reviewer", {"posted": "yes"})
    office.wait_for_the_end_of_publicity()
    end = step(sit, office, row_id, "decider", {"result": "approved"})
    letter = sit("decider").open(f"{address(row_id)}/letter").words
    assert "低保边缘家庭认定，经审核，予以认定。" in letter
    assert "这是认定，不按月发钱" in letter
    for words in (notice, letter, end.words):
        assert "每月金额" not in words
        assert "每月 元" not in words.replace("  ", " ")
    assert "已认定" in end.words


CASCADE = [
    {"programme": "dibao", "pays": True},
    {"programme": "dibao-edge", "pays": False},
    {"programme": "rigid-expense", "pays": False},
]


def test_who_asked_for_more_is_recognised_for_less_without_asking_again(
    sit: Window, office: Office
) -> None:
    """One application cascades: the reckoned amount stands in the form and means nothing then."""
    cascading = {**NAMED, "appliedFor": "dibao", "cascade": CASCADE}
    row_id = office.open_case(snapshot=cascading)
    to_the_opinion(sit, office, row_id)
    asked = sit("reviewer").open(f"/desk/office/tasks/{office.task(row_id).id}").words
    assert "认定成哪一项" in asked
    step(
        sit, office, row_id, "reviewer",
        {"result": "positive", "programme": "dibao-edge", "amountFen": "186.00"},
    )  # fmt: skip
    assert "每月金额" not in sit("reviewer").open(f"{address(row_id)}/notice").words
    step(sit, office, row_id, "reviewer", {"posted": "yes"})
    office.wait_for_the_end_of_publicity()
    end = step(sit, office, row_id, "decider", {"result": "approved"})
    kind, told = office.told(row_id)[-1]
    assert (kind, told["programme"], told["amountFen"]) == ("case.decided", "dibao-edge", None)
    letter = end.open(f"{address(row_id)}/letter").words
    assert "您申请的最低生活保障（低保），经审核，您家符合低保边缘家庭认定的条件" in letter
    assert "按这一项予以认定，不用重新申请" in letter


def test_a_case_is_denied_with_reasons_that_the_applicant_reads(
    sit: Window, office: Office
) -> None:
    row_id = office.open_case(snapshot=NAMED)
    to_the_opinion(sit, office, row_id)
    why = {"result": "negative", "reasons": "收入高于标准\n有一辆货车"}
    step(sit, office, row_id, "reviewer", why)
    asked = sit("decider").open(f"/desk/office/tasks/{office.task(row_id).id}")
    assert 'value="approved"' not in asked.text  # an approval would be refused, so none is offered
    end = step(sit, office, row_id, "decider", {"result": "denied", "reasons": "收入高于标准"})
    assert office.told(row_id)[-1][1]["reasons"] == ["收入高于标准"]
    letter = end.open(f"{address(row_id)}/letter").words
    assert "不予确认" in letter
    assert "收入高于标准" in letter


@pytest.mark.parametrize(
    ("who", "before", "typed", "wrong"),
    [
        ("verifier", 0, {}, ["result"]),
        ("verifier", 0, {"result": "passed"}, [f"person.{one['memberId']}" for one in HOUSEHOLD]),
        ("verifier", 0, checked(result="failed"), ["reasons"]),
        ("verifier", 0, checked(**{"person.m-2": "differs"}), ["note"]),
        ("verifier", 0, checked(result="failed", reasons="x" * 301), ["reasons"]),
        ("surveyor-1", 1, {"note": "x", "signed": ["household", "investigators"]},
         ["investigators"]),
        ("surveyor-1", 1, {"visitedOn": "2026-01-01"}, ["visitedOn"]),
        ("surveyor-1", 1, {"visitedOn": "gestern"}, ["visitedOn"]),
        ("surveyor-1", 1, {"signed": ["household"]}, ["signed"]),
        ("surveyor-1", 1, {"note": " "}, ["note"]),
        ("reviewer", 2, {"result": "positive", "amountFen": ""}, ["amountFen"]),
        ("reviewer", 2, {"result": "positive", "amountFen": "很多"}, ["amountFen"]),
        ("reviewer", 2, {"result": "positive", "amountFen": "1986.01"}, ["amountFen"]),
        ("reviewer", 2, {"result": "negative"}, ["reasons"]),
        ("reviewer", 3, {}, ["posted"]),
        ("decider", 4, {"result": "denied"}, ["reasons"]),
        ("decider", 4, {"result": "returned"}, ["reasons"]),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_at_the_field_and_nothing_typed_is_lost(
    sit: Window, office: Office, who: str, before: int, typed: dict[str, Any], wrong: list[str]
) -> None:
    row_id = office.open_case(snapshot=NAMED)
    for name in ("verification", "survey", "first_opinion", "start_publicity")[:before]:
        office.do(row_id, name)
    if before == 4:
        office.wait_for_the_end_of_publicity()
    task = office.task(row_id)
    full = visited(office) if who == "surveyor-1" else {}
    if wrong == ["investigators"]:
        full.pop("investigators")
    said = {**full, **typed}
    if wrong != ["note"]:
        said["note"] = "这句话不能丢"
    browser = go(sit(who), task, said)
    assert browser.status == 422, browser.words
    marked = browser.page.xpath("//*[@aria-invalid='true']/@name")
    assert list(dict.fromkeys(marked)) == wrong
    for field in browser.page.xpath("//*[@aria-invalid='true']"):
        told = field.get("aria-describedby").split()[-1]
        assert browser.page.get_element_by_id(told).text_content().strip()
    if wrong != ["note"]:
        assert "这句话不能丢" in browser.page.xpath("//textarea[@name='note']")[0].text
    assert office.task(row_id).id == task.id  # nothing moved


def test_a_second_press_does_nothing_more(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    task = office.task(row_id)
    browser = sit("verifier").open(f"/desk/office/tasks/{task.id}")
    sent = browser.fields(f"/tasks/{task.id}", **checked())
    for _ in range(2):
        browser.post(f"/desk/office/tasks/{task.id}", sent)
        assert browser.status == 200
        assert "办理经过" in browser.words
    assert len(office.told(row_id)) == 2 + 1  # received, verification, survey: once each


def test_what_a_colleague_did_first_is_told_and_the_words_are_kept(
    sit: Window, office: Office
) -> None:
    row_id = office.open_case(snapshot=NAMED)
    task = office.task(row_id)
    browser = sit("verifier").open(f"/desk/office/tasks/{task.id}")
    office.do(row_id, "verification")
    browser.send(f"/tasks/{task.id}", checked(note="我写的说明"))
    assert browser.status == 409
    assert "这项待办已经办完了" in browser.words
    assert "我写的说明" in browser.words


def test_a_case_that_changed_while_the_form_lay_open_is_shown_anew(
    sit: Window, office: Office
) -> None:
    row_id = office.open_case(snapshot=NAMED)
    task = office.task(row_id)
    browser = sit("verifier").open(f"/desk/office/tasks/{task.id}")
    office.lose_consent(row_id)
    browser.send(f"/tasks/{task.id}", checked(note="我写的说明"))
    assert browser.status == 412
    assert "同事比您先动了这一件" in browser.words
    assert "有人收回了授权" in browser.words
    assert browser.page.xpath("//textarea[@name='note']")[0].text.strip() == "我写的说明"
    assert browser.send(f"/tasks/{task.id}").status == 200


def test_an_objection_leads_back_to_the_survey(sit: Window, office: Office, published: Any) -> None:
    browser = sit("reviewer").open("/desk/office/cases?show=publicity").click("王秀英")
    assert browser.send("/objections", {"note": "  "}).status == 422
    assert browser.page.xpath("//*[@aria-invalid='true']/@name") == ["note"]
    browser.send("/objections", {"note": f"有车没报{XSS}"})
    assert "异议已经登记" in browser.words
    assert f"有车没报{XSS}" in browser.words
    assert XSS not in browser.text
    assert office.task(published).name == "survey"
    other = sit("verifier").open(address(published))
    assert not [f for f in other.page.forms if "objections" in (f.get("action") or "")]


def test_an_objection_after_the_publication_keeps_its_words(
    sit: Window, office: Office, published: Any
) -> None:
    browser = sit("reviewer").open(address(published))
    office.wait_for_the_end_of_publicity()
    browser.send("/objections", {"note": "来晚了的话"})
    assert browser.status == 409
    assert "来晚了的话" in browser.words


def test_the_notice_shows_three_things_and_only_while_it_may(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    reviewer = sit("reviewer")
    assert reviewer.open(f"{address(row_id)}/notice").status == 409
    for name in ("verification", "survey", "first_opinion"):
        office.do(row_id, name)
    before = reviewer.open(address(row_id)).click("公示单")
    assert "2026年3月2日张贴，到2026年3月9日为止" in before.words
    office.do(row_id, "start_publicity")
    sheet = reviewer.open(f"{address(row_id)}/notice")
    assert "2026年3月2日张贴，到2026年3月9日为止" in sheet.words
    for kept in ("李大山", "李小海", "110105", "13800138000"):
        assert kept not in sheet.text
    assert "王秀英" in sheet.words
    assert "3 人" in sheet.words
    assert "186.00 元" in sheet.words


def test_a_case_that_would_name_a_minor_has_no_notice(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED, publicity_exempt=True)
    for name in ("verification", "survey", "first_opinion"):
        office.do(row_id, name)
    browser = sit("reviewer").open(f"{address(row_id)}/notice")
    assert browser.status == 409
    assert "王秀英" not in browser.text
    page = sit("decider").open(f"/desk/office/tasks/{office.task(row_id).id}")
    assert "不公示：公示会写出未成年人的名字" in page.words
    assert 'value="approved"' in page.text


def test_names_are_masked_until_a_reason_is_given_and_kept(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    browser = sit("verifier").open(address(row_id))
    assert "李*" in browser.words
    assert "李大山" not in browser.text
    assert "110105" not in browser.text
    before = office.audited("backoffice.snapshot_read")
    browser.open(f"{address(row_id)}/snapshot?purpose=verification")
    assert "李大山" in browser.words
    assert "110105194912310021" in browser.words
    assert office.audited("backoffice.snapshot_read") == before + 1
    assert browser.open(f"{address(row_id)}/snapshot").status == 422
    assert office.audited("backoffice.snapshot_read") == before + 1


def test_whoever_investigated_is_offered_no_decision(app: Flask, office: Office) -> None:
    row_id = office.open_case()
    with office.units.write() as work:
        token = service.add_staff(
            work, name="两样都做", roles=[StaffRole.SURVEYOR, StaffRole.DECIDER], scope="610322"
        )
    both = office.resolve(token)
    office.do(row_id, "verification")
    pair = (both.id, office.issued["surveyor-1"].staff_id)
    assert both.id is not None
    office.do(row_id, "survey", Completion("done", investigators=pair))  # type: ignore[arg-type]
    office.do(row_id, "first_opinion", Completion("negative", reasons=("收入高",)))
    task = office.task(row_id)
    browser = Browser(app.test_client(), "10.201.0.2")
    browser.client.set_cookie("office", token, path="/desk/office")
    page = browser.open(f"/desk/office/tasks/{task.id}")
    assert "您去过这家调查，不能再由您来做决定" in page.words
    assert [f.get("action") for f in page.page.forms] == ["/desk/office/logout"]


def test_what_others_do_and_what_lies_elsewhere_is_not_offered(
    app: Flask, sit: Window, office: Office
) -> None:
    row_id = office.open_case(snapshot=NAMED)
    task = office.task(row_id)
    other = sit("surveyor-1").open("/desk/office/tasks")
    assert "现在没有轮到您办的事" in other.words
    seen = other.open(f"/desk/office/tasks/{task.id}")
    assert "这一步由核对员来办" in seen.words
    assert [f.get("action") for f in seen.page.forms] == ["/desk/office/logout"]
    token = {"_csrf": seen.fields("/logout")["_csrf"], "_once": "k" * 24, "_version": "1"}
    forced = seen.post(f"/desk/office/tasks/{task.id}", {**token, **checked()})
    assert forced.status == 403
    assert office.task(row_id).id == task.id

    with office.units.write() as work:
        away = service.add_staff(work, name="外县", roles=[StaffRole.VERIFIER], scope="610303")
    browser = Browser(app.test_client(), "10.201.0.3")
    browser.client.set_cookie("office", away, path="/desk/office")
    for path in (
        f"/desk/office/tasks/{task.id}", address(row_id), f"{address(row_id)}/notice",
        f"{address(row_id)}/letter", f"{address(row_id)}/snapshot?purpose=survey",
    ):  # fmt: skip
        assert browser.open(path).status == 404, path
    assert "王秀英" not in browser.open("/desk/office/cases").text


def test_a_form_from_elsewhere_is_refused(sit: Window, office: Office) -> None:
    row_id = office.open_case(snapshot=NAMED)
    task = office.task(row_id)
    browser = sit("verifier").open(f"/desk/office/tasks/{task.id}")
    sent = browser.fields(f"/tasks/{task.id}", **checked(note="写好的"), _csrf="forged")
    browser.post(f"/desk/office/tasks/{task.id}", sent)
    assert browser.status == 403
    assert "写好的" in browser.words
    assert office.task(row_id).id == task.id


def test_the_lists_are_filtered_and_paged(sit: Window, office: Office) -> None:
    for _ in range(31):
        office.open_case()
    browser = sit("verifier").open("/desk/office/tasks")
    assert browser.text.count("data-row") == 30
    assert browser.click("下一页").text.count("data-row") == 1
    assert browser.click("回到最前面").text.count("data-row") == 30
    for query, rows in {
        "kind=recheck": 0, "kind=verification&due=soon": 0, "due=late": 0, "division=610322100": 30,
        "division=610303": 0,
    }.items():  # fmt: skip
        assert browser.open(f"/desk/office/tasks?{query}").text.count("data-row") == rows, query
    office.clock.advance(days=30)
    assert browser.open("/desk/office/tasks?due=late").text.count("data-row") == 30
    assert "过期" in browser.words
    assert browser.open("/desk/office/tasks?kind=nothing").status == 422
    assert browser.open("/desk/office/cases").text.count("data-row") == 30
    assert browser.open("/desk/office/cases?show=ended").text.count("data-row") == 0


def test_the_way_is_marked_for_the_diagram_and_said_in_words(
    sit: Window, office: Office, published: Any
) -> None:
    page = sit("reviewer").open(address(published))
    drawn = page.page.get_element_by_id("diagram")
    assert drawn.get("data-now") == "publicity"
    assert {"accepted", "verification", "survey", "start_publicity"} <= set(
        drawn.get("data-passed").split()
    )
    (now,) = page.page.xpath("//ol[@class='way']/li[@aria-current='step']")
    assert now.text_content().split() == ["公示中", "现在在这里"]
    answer = page.open("/desk/office/process.bpmn").answer
    assert answer is not None
    assert answer.mimetype == "application/xml"
    assert b"BPMNShape" in answer.data


def test_a_case_without_a_standard_can_get_an_opinion(sit: Window, office: Office) -> None:
    """The contract lets the amounts be null."""
    bare = {**SNAPSHOT, "amountFen": None, "standardFen": None, "perHeadFen": None}
    row_id = office.open_case(snapshot=bare)
    step(sit, office, row_id, "verifier", {"result": "passed"})
    step(sit, office, row_id, "surveyor-1", visited(office))
    step(sit, office, row_id, "reviewer", {"result": "positive", "amountFen": "１８６元"})
    assert "186.00 元" in sit("reviewer").open(address(row_id)).words
