"""窗口代录 on the desk's pages: from the name to the receipt, without a script."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backend.applications.models import Application
from backend.applications.service import facts
from tests.factories.house import ELSEWHERE, VILLAGE, Town, Visitor, photo
from tests.factories.people import APPLICANT, HUSBAND, MALE, SON, Human
from tests.workbench.browser import Browser, at_desk

WHO = {
    "name": APPLICANT.name,
    "idNumber": APPLICANT.number,
    "programme": "dibao",
    "area": "urban",
    "division": VILLAGE,
    "officerRelated": "no",
}


def begun(desk: Browser, **more: Any) -> Browser:
    desk.open("/desk/worklist").click("窗口代录")
    desk.send("/desk/filings", {**WHO, **more})
    assert desk.status == 200
    return desk


def new_person(desk: Browser) -> str:
    """The address of the form for one more."""
    forms = [f.get("action") for f in desk.page.forms if "/people/" in f.get("action")]
    return str([one for one in forms if not one.endswith("/removal")][-1])


def add(desk: Browser, who: Human, relation: str, **more: Any) -> Browser:
    typed = {"name": who.name, "idNumber": who.number, "relation": relation, **more}
    return desk.send(new_person(desk), typed)


def files(*names: str) -> list[tuple[Any, str, str]]:
    return [(photo(), name, "image/jpeg") for name in names]


def upload(desk: Browser, **sent: Any) -> Browser:
    fields = {k: v for k, v in desk.fields("/papers").items() if not k.startswith("file/")}
    return desk.post(
        desk.form("/papers").get("action"),
        {**fields, **{k.replace("__", "/"): v for k, v in sent.items()}},
    )


def places(desk: Browser) -> list[str]:
    return [str(name) for name in desk.page.xpath("//input[@type='file']/@name")]


def case_of(town: Town) -> Any:
    with town.units.read() as work:
        row = work.session.scalars(select(Application)).one()
        return facts(work, row)


def filled(desk: Browser) -> Browser:
    """Everything but the button at the end."""
    begun(desk)
    add(desk, HUSBAND, "11")
    desk.click("收入和支出")
    desk.send(
        "/money",
        {
            "members/1/incomes/0/kind": "wages",
            "members/1/incomes/0/amountFen": "1,000",
            "members/0/incomesUnknown": "yes",
            "cashAssetsFen": "5000.50",
        },
    )
    desk.send("/promise", {"promised": "yes", "relatives": "none"})
    wanted = [name for name in places(desk) if name != "file/other"]
    upload(desk, **{name: files("1.jpg", "2.jpg") for name in wanted})
    return desk.click("检查，交件")


def test_edge_case_5_from_the_name_to_the_receipt_without_any_phone(
    town: Town, desk: Browser, officer: Visitor
) -> None:
    filled(desk)
    assert "都齐了" in desk.words
    desk.send("/submission")
    assert desk.status == 200
    assert "收件回执" in desk.words
    found = case_of(town)
    assert found.case.receipt_code in desk.words
    assert (found.case.state, found.case.recorded_by) == ("awaiting_consent", officer.id)
    assert [(p.name, p.incomes_unknown) for p in found.people] == [
        (APPLICANT.name, True),
        (HUSBAND.name, False),
    ]
    assert [(i["kind"], i["amount_fen"]) for i in found.people[1].incomes] == [("wages", 100_000)]
    assert found.form.cash_assets_fen == 500_050
    page = desk.words
    assert "打印收件回执" in page
    assert "窗口代录：周干事录，看了身份证原件" in page


def test_what_is_missing_is_told_at_its_place_and_on_every_page(desk: Browser) -> None:
    begun(desk)
    desk.click("承诺")
    assert "还没有同意诚信承诺" in desk.words
    desk.click("材料")
    assert len(desk.page.xpath("//span[@class='tag warn'][text()='还差']")) == 3
    desk.click("检查，交件")
    assert "还差 6 样" in desk.words
    assert "还没有问收入和存款" in desk.words
    desk.send("/submission")
    assert desk.status == 422
    assert "还没有问收入和存款" in desk.page.get_element_by_id("fault").text_content()
    desk.click("收入和支出").send("/money", {"cashAssetsUnknown": "yes"})
    desk.click("检查，交件").send("/submission")
    assert desk.status == 422
    assert "还差 5 样，补齐就能交" in desk.words
    desk.click("去补")
    assert desk.visited[-1].endswith("/promise")


def test_a_refused_start_keeps_what_was_typed(desk: Browser) -> None:
    begun_with = {**WHO, "idNumber": "610304196805170021", "phone": "12"}
    desk.open("/desk/filings").send("/desk/filings", begun_with)
    assert desk.status == 422
    form = desk.form("/desk/filings").fields
    assert (form["name"], form["idNumber"], form["programme"]) == (
        APPLICANT.name,
        "610304196805170021",
        "dibao",
    )
    wrong = desk.page.xpath("//*[@aria-invalid='true']/@name")
    assert wrong == ["idNumber", "phone"]
    desk.send(
        "/desk/filings",
        {**begun_with, "idNumber": APPLICANT.number, "phone": "", "officerRelated": ""},
    )
    assert desk.page.xpath("//*[@aria-invalid='true']/@name") == ["officerRelated"]


def test_people_are_added_changed_and_taken_out_and_their_money_stays(
    town: Town, desk: Browser
) -> None:
    begun(desk)
    add(desk, SON, "30", role="supporter")
    assert desk.status == 200
    bad = Human("李老", date(1930, 1, 1), MALE)
    add(desk, bad, "20")
    assert desk.status == 422, "a son older than his mother"
    assert desk.form(new_person(desk)).fields["name"] == "李老"
    desk.click("收入和支出")
    desk.send(
        "/money",
        {
            "members/0/incomes/0/kind": "business",
            "members/0/incomes/0/amountFen": "-20",
            "cashAssetsFen": "0",
            "then": "stay",
        },
    )
    assert desk.visited[-1].endswith("/money")
    desk.click("家里人").click(APPLICANT.name)
    assert APPLICANT.number not in desk.text
    desk.send(new_person(desk), {"name": "王秀英", "work": "farming"})
    found = case_of(town)
    assert found.people[0].work == "farming"
    assert [i["amount_fen"] for i in found.people[0].incomes] == [-2000]
    assert found.people[0].id_number == APPLICANT.number
    son = found.people[1].id
    desk.send(f"/people/{son}/removal")
    assert [p.name for p in case_of(town).people] == [APPLICANT.name]


def test_a_disability_certificate_is_written_down_and_stays(town: Town, desk: Browser) -> None:
    begun(desk)
    certificate = {"disability/kind": "limb", "disability/grade": "2"}
    add(desk, HUSBAND, "11", **certificate)
    assert desk.status == 422, "the health says otherwise"
    add(desk, HUSBAND, "11", health="disabled", **certificate)
    assert desk.status == 200
    desk.click(HUSBAND.name).send(new_person(desk), {"work": "unable"})
    husband = case_of(town).people[1]
    assert (husband.work, dict(husband.disability or {})) == (
        "unable",
        {"kind": "limb", "grade": 2},
    )
    desk.click(HUSBAND.name).send(new_person(desk), {"disability/grade": ""})
    assert desk.page.xpath("//*[@aria-invalid='true']/@name") == ["disability/grade"]


def test_a_wrong_amount_is_told_at_its_row_and_nothing_of_the_page_is_lost(
    town: Town, desk: Browser
) -> None:
    begun(desk)
    desk.click("收入和支出")
    desk.send(
        "/money",
        {
            "members/0/incomes/0/kind": "wages",
            "members/0/incomes/0/amountFen": "800",
            "members/0/incomes/1/kind": "transfer",
            "members/0/incomes/1/amountFen": "三百",
            "members/0/deductions/0/kind": "illness",
            "members/0/deductions/0/amountFen": "90",
            "cashAssetsFen": "100",
            "cashAssetsUnknown": "yes",
        },
    )
    assert desk.status == 422
    assert desk.page.xpath("//*[@aria-invalid='true']/@name") == [
        "members/0/incomes/1/amountFen",
        "cashAssetsUnknown",
    ]
    form = desk.form("/money").fields
    assert form["members/0/incomes/0/amountFen"] == "800"
    assert form["members/0/incomes/1/amountFen"] == "三百"
    assert "比如 800 或者 800.50" in desk.words
    assert case_of(town).people[0].incomes == ()


def test_relatives_are_named_or_denied(town: Town, desk: Browser) -> None:
    begun(desk)
    desk.click("承诺").send("/promise", {"promised": "yes", "relatives": "some"})
    assert desk.status == 422
    assert desk.page.xpath("//*[@aria-invalid='true']/@name") == [
        "staffRelatives/0/name",
        "staffRelatives/0/workplace",
    ]
    named = {"staffRelatives/1/name": "王小明", "staffRelatives/1/workplace": "民政办"}
    desk.send("/promise", {"promised": "yes", "relatives": "some", **named})
    assert case_of(town).form.staff_relatives == ({"name": "王小明", "workplace": "民政办"},)


def test_several_scans_at_once_are_kept_and_a_bad_one_is_told_at_its_place(
    town: Town, desk: Browser
) -> None:
    begun(desk)
    desk.click("材料")
    assert upload(desk).status == 422
    bad = (io.BytesIO(b"no picture"), "坏的.jpg", "image/jpeg")
    upload(desk, file__household_register=[*files("1.jpg", "2.jpg"), bad])
    assert "坏的.jpg" in desk.words
    assert "有的文件没有收下" in desk.words
    assert desk.page.xpath("//*[@aria-invalid='true']/@name") == ["file/household_register"]
    assert "有 2 件" in desk.words
    desk.send(desk.page.xpath("//form[contains(@action, '/removal')]/@action")[0])
    assert "有 1 件" in desk.words


def test_a_form_of_uploads_sent_twice_keeps_each_once(desk: Browser) -> None:
    begun(desk)
    desk.click("材料")
    fields = {k: v for k, v in desk.fields("/papers").items() if not k.startswith("file/")}
    where = desk.form("/papers").get("action")
    for _ in range(2):
        desk.post(where, {**fields, "file/household_register": files("1.jpg")})
        assert desk.status == 200
    assert "有 1 件" in desk.words


def test_the_promise_on_paper_says_nothing_of_money(desk: Browser) -> None:
    filled(desk)
    desk.click("承诺").click("打印承诺书")
    paper = desk.page.xpath("//article")[0].text_content()
    assert APPLICANT.name in paper
    assert HUSBAND.name not in paper
    assert "1,000" not in paper


def test_a_colleague_goes_on_and_another_township_does_not(town: Town, desk: Browser) -> None:
    begun(desk)
    where = desk.visited[-1]
    colleague = at_desk(town, town.staff()).open("/desk/filings")
    assert colleague.click(APPLICANT.name).status == 200
    other = at_desk(town, town.staff(scope=ELSEWHERE))
    assert other.open(where).status == 403
    assert APPLICANT.name not in other.open("/desk/filings").words
    citizen = town.citizen(APPLICANT)
    own = citizen.draft()
    assert desk.open(f"/desk/filings/{own['id']}/people").status == 403
    handed_in = citizen.submitted(members=[APPLICANT.body("01")])
    assert desk.open(f"/desk/filings/{handed_in['id']}/people").status == 404


def test_who_is_faster_wins_and_the_other_keeps_the_text(town: Town, desk: Browser) -> None:
    begun(desk)
    late = at_desk(town, town.staff()).open(desk.visited[-1])
    add(desk, HUSBAND, "11")
    add(late, SON, "20", role="supporter")
    assert late.status == 412
    assert late.form(new_person(late)).fields["name"] == SON.name


def test_one_that_was_handed_in_leads_to_the_case(desk: Browser) -> None:
    filled(desk).send("/submission")
    case_id = desk.visited[-1].split("/")[3]
    desk.open(f"/desk/filings/{case_id}/money")
    assert desk.visited[-1] == f"/desk/cases/{case_id}"


def test_a_correction_goes_on_at_the_counter(town: Town, desk: Browser) -> None:
    filled(desk).send("/submission")
    desk.send("/correction", {"items/0/path": "/members", "items/0/note": "还有儿子"})
    desk.click("接着代录")
    assert "退回补正" in desk.words
    desk.click("家里人")
    assert add(desk, SON, "20", role="supporter").status == 200
    desk.click("检查，交件").send("/submission")
    assert desk.status == 200


def test_who_is_in_another_case_already_is_told_before_it_is_handed_in(
    town: Town, desk: Browser
) -> None:
    """Edge case 22."""
    his = town.citizen(HUSBAND).submitted(members=[HUSBAND.body("01")])
    add(begun(desk), HUSBAND, "11")
    desk.click("检查，交件")
    assert "同一个人还在别处" in desk.words
    assert f'href="/desk/cases/{his["id"]}"' in desk.text


def test_the_person_does_not_want_it_any_more(town: Town, desk: Browser) -> None:
    begun(desk)
    desk.click("检查，交件").send("/withdrawal")
    assert "已按本人要求撤回" in desk.words
    assert APPLICANT.name not in desk.words
    assert case_of(town).case.state == "withdrawn"


def test_what_was_handed_in_is_taken_back_at_the_counter_too(town: Town, desk: Browser) -> None:
    filled(desk).send("/submission")
    case_id = str(case_of(town).case.id)
    desk.open(f"/desk/cases/{case_id}").send("/withdrawal")
    assert "已按本人要求撤回" in desk.words
    assert case_of(town).case.state == "withdrawn"
    assert "本人不办了" not in desk.open(f"/desk/cases/{case_id}").words
    own = town.citizen(SON).submitted(members=[SON.body("01")])
    assert "本人不办了" not in desk.open(f"/desk/cases/{own['id']}").words


def test_edge_case_28_the_recorder_is_a_relative_and_the_page_says_so(
    town: Town, desk: Browser
) -> None:
    begun(desk, officerRelated="yes")
    assert "近亲属" in desk.words
    case_id = desk.visited[-1].split("/")[3]
    page = at_desk(town, town.staff()).open(f"/desk/cases/{case_id}").words
    assert "录的人是近亲属，要由别的同事受理" in page
    assert "有，请按规定回避、备案" in page
    assert "周干事" in page


@pytest.mark.parametrize("page", ["people", "money", "promise", "papers", "check", "promise-sheet"])
def test_no_page_holds_a_script_or_a_whole_number(desk: Browser, page: str) -> None:
    begun(desk)
    case_id = desk.visited[-1].split("/")[3]
    desk.open(f"/desk/filings/{case_id}/{page}")
    assert desk.status == 200
    assert desk.page.xpath("//script[not(@src)] | //*[@style] | //*[@onclick]") == []
    assert APPLICANT.number not in desk.text
