"""One case on one page, and what the township decides on it."""

from __future__ import annotations

from typing import Any

from tests.factories.house import ELSEWHERE, Town, Visitor, member_of, signers
from tests.factories.people import APPLICANT, HUSBAND, SON
from tests.letters.looking import text_of
from tests.workbench.browser import Browser, at_desk
from tests.workbench.conftest import ALONE

MOST_CLICKS = 12


def test_a_clean_case_takes_few_clicks_from_the_list_to_the_acceptance(
    town: Town, desk: Browser, applicant: Visitor, clean_case: dict[str, Any]
) -> None:
    desk.open("/desk/worklist")
    desk.click("最低生活保障")
    for _ in desk.page.xpath("//a[@data-photo]"):
        desk.clicks += 1  # a look at every photo, the next by its key
    desk.clicks += 1  # the window of the photos is closed
    desk.clicks += 1  # the drawer of the acceptance is opened
    desk.send("/acceptance")
    assert "已受理" in desk.words
    assert applicant.case(clean_case["id"])["state"] == "accepted"
    desk.click("下一件")
    assert desk.clicks <= MOST_CLICKS


def test_the_page_shows_everything_and_no_whole_number(
    town: Town, desk: Browser, applicant: Visitor
) -> None:
    relatives = [{"name": "王小明", "workplace": "虢镇民政办"}]
    case = applicant.submitted(staffRelatives=relatives)
    page = desk.open(f"/desk/cases/{case['id']}")
    for who in (APPLICANT, HUSBAND, SON):
        assert who.name in page.words
        assert who.number not in page.text
    for word in (
        "王小明",
        "虢镇民政办",
        "怎么算出来的",
        "还没授权",
        case["receiptCode"],
        "身份还没核实",
    ):
        assert word in page.words
    assert page.page.xpath("//img[contains(@src, '/thumb')]")
    for heading in ("people", "money", "papers", "consents", "steps", "notes"):
        assert page.page.get_element_by_id(heading) is not None


def test_photos_come_whole_and_the_look_is_recorded(
    town: Town, desk: Browser, case: dict[str, Any]
) -> None:
    desk.open(f"/desk/cases/{case['id']}")
    where = desk.page.xpath("//a[@data-photo]/@href")[0]
    answer = desk.client.get(where)
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert at_desk(town, town.staff(scope="610304101")).open(where).status == 403


def test_acceptance_says_what_it_lacks(desk: Browser, case: dict[str, Any]) -> None:
    desk.open(f"/desk/cases/{case['id']}").send("/acceptance")
    assert desk.status == 409
    assert "consents_outstanding" in desk.words


def test_persons_are_confirmed_at_the_acceptance(
    town: Town, desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    token = applicant.invite(case["id"], member_of(case, APPLICANT)["id"])["token"]
    town.consent_by_face(token, APPLICANT)
    desk.open(f"/desk/cases/{case['id']}").send("/acceptance")
    assert desk.status == 409
    desk.send("/acceptance", {"persons_confirmed": "yes", "account_confirmed": "yes"})
    assert desk.status == 200
    assert applicant.case(case["id"])["state"] == "accepted"
    assert applicant.get("/me").get_json()["assurance"] == "C"


def test_a_correction_names_everything_at_once_and_is_printed(
    town: Town, desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    desk.open(f"/desk/cases/{case['id']}")
    ready = desk.page.xpath("//select[@name='items/1/note.ready']/option/@value")[1]
    desk.send(
        "/correction",
        {
            "items/0/path": "/members/0/documents/id_card", "items/0/reason": "wrong",
            "items/0/note": "看不清，请重拍。",
            "items/1/path": "/documents/household_register", "items/1/reason": "outdated",
            "items/1/note.ready": ready,
        },
    )  # fmt: skip
    assert desk.status == 200
    found = applicant.case(case["id"])
    assert found["state"] == "correction_requested"
    assert found["correction"] == [
        {"path": "/members/0/documents/id_card", "reason": "wrong", "note": "看不清，请重拍。"},
        {"path": "/documents/household_register", "reason": "outdated", "note": ready},
    ]
    told = text_of(desk.open(f"/desk/cases/{case['id']}").click("打印一次性告知书").data)
    for wanted in ("陈仓区虢镇街道办事处", "2026年", ready, "王秀英：身份证正反面照片"):
        assert wanted in told, wanted


def test_an_empty_correction_is_none(desk: Browser, case: dict[str, Any]) -> None:
    desk.open(f"/desk/cases/{case['id']}").send("/correction")
    assert desk.status == 422
    assert "还没有写要补什么" in desk.words
    assert "打印一次性告知书" not in desk.open(f"/desk/cases/{case['id']}").words


def test_a_rejection_by_a_ready_sentence(
    desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    desk.open(f"/desk/cases/{case['id']}")
    assert desk.send("/rejection").status == 422
    ready = desk.page.xpath("//select[@name='reason.ready']/option/@value")
    reason = next(text for text in ready if "不在本镇" in text)
    desk.send("/rejection", {"reason.ready": reason})
    assert desk.status == 200
    assert applicant.case(case["id"])["outcome"]["reasons"] == [reason]
    assert not [form for form in desk.page.forms if "/rejection" in form.get("action")]


def test_a_fresh_link_for_a_signer(desk: Browser, applicant: Visitor, case: dict[str, Any]) -> None:
    signer = signers(case)[0]["id"]
    desk.open(f"/desk/cases/{case['id']}").send(f"/invitations/{signer}")
    assert desk.status == 200
    assert "/mini/sign?t=" in desk.words
    picture = desk.page.xpath("//img[@alt='签字二维码']/@src")[0]
    assert desk.client.get(picture).mimetype == "image/png"
    link = next(a for a in desk.words.split() if "/mini/sign?t=" in a)
    desk.open(f"/desk/cases/{case['id']}").send(f"/reminders/{signer}")
    assert desk.status == 200
    assert link in desk.words
    again = desk.open(f"/desk/cases/{case['id']}").send(f"/reminders/{signer}")
    assert again.status == 429


def test_a_consent_at_the_counter_by_two(
    town: Town, desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    signer = signers(case)[0]["id"]
    desk.open(f"/desk/cases/{case['id']}")
    assert desk.send(f"/counter/{signer}", {"papersSeen": ""}).status == 422
    desk.send(f"/counter/{signer}", {"papersSeen": "身份证原件", "reason": "没有手机。"})
    assert desk.status == 200
    assert "等另一位同事确认" in desk.words
    other = at_desk(town, town.staff())
    other.open("/desk/worklist").click("等第二位见证人")
    assert "没有手机。" in other.words
    record = other.visited[-1]
    assert "第一位见证人就是您" in desk.open(record).words
    other.send("/confirmation")
    assert other.status == 200
    assert applicant.case(case["id"])["state"] == "submitted"


def test_what_was_typed_for_one_signer_stays_with_that_signer(
    desk: Browser, applicant: Visitor
) -> None:
    case = applicant.submitted(members=[*ALONE, HUSBAND.body("11", incomes=[])])
    _, second = (signer["id"] for signer in signers(case))
    desk.open(f"/desk/cases/{case['id']}")
    answer = desk.send(f"/counter/{second}", {"papersSeen": "临时身份证", "reason": ""})
    assert answer.status == 422
    wrong = answer.page.xpath("//*[@aria-invalid='true']/ancestor::form/@action")
    assert [action.rsplit("/", 1)[1] for action in wrong] == [second]
    typed = answer.page.xpath("//input[@value='临时身份证']/ancestor::form/@action")
    assert typed == wrong


def test_the_first_witness_cannot_be_the_second(
    town: Town, desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    signer = signers(case)[0]["id"]
    desk.open(f"/desk/cases/{case['id']}")
    desk.send(f"/counter/{signer}", {"papersSeen": "身份证原件", "reason": "没有手机。"})
    other = at_desk(town, town.staff()).open("/desk/worklist").click("等第二位见证人")
    own = desk.open(f"/desk/cases/{case['id']}").fields("/note")
    answer = desk.post(f"{other.visited[-1]}/confirmation", own)
    assert answer.status == 409
    assert "same_witness" in answer.text
    assert applicant.case(case["id"])["state"] == "awaiting_consent"


def test_a_consent_is_taken_back_at_the_counter_on_the_signers_word(
    town: Town, desk: Browser, applicant: Visitor, clean_case: dict[str, Any]
) -> None:
    signer = signers(clean_case)[0]["id"]
    desk.open(f"/desk/cases/{clean_case['id']}")
    assert desk.send(f"/withdrawal/{signer}", {"reason": ""}).status == 422
    desk.send(f"/withdrawal/{signer}", {"reason": "本人到窗口说不同意了。"})
    assert "同意已经收回" in desk.words
    assert applicant.case(clean_case["id"])["state"] == "awaiting_consent"
    path = f"/desk/cases/{clean_case['id']}/withdrawal/{signer}"
    own = {**desk.open("/desk/proof").fields("/proof"), "reason": "再说一次"}
    again = desk.post(path, own)
    assert (again.status, "consent_not_standing" in again.text) == (409, True)
    other = at_desk(town, town.staff(scope=ELSEWHERE))
    foreign = {**other.open("/desk/proof").fields("/proof"), "reason": "不是我们的"}
    assert other.post(path, foreign).status == 403


def test_whoever_stands_at_the_counter_is_known_by_the_code_of_the_phone(
    town: Town, desk: Browser
) -> None:
    crowd = [town.citizen(f"an impostor {n}") for n in range(22)]  # all of them before her
    for claims in crowd:
        claims.put("/me/identity", {"name": APPLICANT.name, "idNumber": APPLICANT.number})
    applicant = town.citizen("she herself")
    applicant.put("/me/identity", {"name": APPLICANT.name, "idNumber": APPLICANT.number})
    me = applicant.get("/me").get_json()
    code = me["accountId"][-8:]
    desk.open("/desk/proof")
    typed = {"idNumber": APPLICANT.number, "papersSeen": "身份证原件"}
    wrong = desk.send("/proof", {**typed, "code": "00000000"})
    assert (wrong.status, APPLICANT.number in wrong.text) == (409, True)  # nothing typed is lost
    assert desk.send("/proof", {**typed, "code": code}).status == 200
    assert "身份已经核实" in desk.words
    assert applicant.get("/me").get_json()["assurance"] == "C"
    assert {claims.get("/me").get_json()["assurance"] for claims in crowd} == {None}
    assert desk.send("/proof", {**typed, "code": code}).status == 409


def test_a_lost_phone_is_nobodys_any_more(town: Town, desk: Browser) -> None:
    old, new = (town.citizen(who) for who in ("her old phone", "her new phone"))
    for phone in (old, new):
        phone.put("/me/identity", {"name": APPLICANT.name, "idNumber": APPLICANT.number})
    town.prove(old)
    desk.open("/desk/proof")
    wrong = desk.send("/proof/end", {"idNumber": "110"})
    assert (wrong.status, 'value="110"' in wrong.text) == (422, True)
    assert desk.send("/proof/end", {"idNumber": APPLICANT.number}).status == 200
    assert "没有一部手机再算是他的" in desk.words
    assert old.get("/me").get_json()["assurance"] is None
    none = desk.send("/proof/end", {"idNumber": APPLICANT.number})
    assert (none.status, "没有一部手机核实成了这个人" in none.text) == (409, True)
    code = new.get("/me").get_json()["accountId"][-8:]
    typed = {"idNumber": APPLICANT.number, "papersSeen": "身份证原件", "code": code}
    assert desk.send("/proof", typed).status == 200
    assert new.get("/me").get_json()["assurance"] == "C"


def test_evidence_is_downloaded(
    town: Town, desk: Browser, clean_case: dict[str, Any], auditor: Browser
) -> None:
    for window in (desk, auditor):
        window.open(f"/desk/cases/{clean_case['id']}")
        where = window.page.xpath("//a[contains(@href, '/evidence')]/@href")[0]
        answer = window.client.get(where)
        assert answer.mimetype == "application/json"
        assert "attachment" in answer.headers["Content-Disposition"]


def test_a_face_is_looked_at_and_decided(
    town: Town, desk: Browser, applicant: Visitor, case: dict[str, Any]
) -> None:
    token = applicant.invite(case["id"], member_of(case, APPLICANT)["id"])["token"]
    town.consent_by_face(token, APPLICANT, score=0.45)
    desk.open("/desk/worklist").click("看照片")
    assert len(desk.page.xpath("//div[@class='faces']//img")) == 4
    desk.send("/acceptance")
    assert desk.status == 422
    desk.send("/acceptance", {"reason": "是同一个人。"})
    assert desk.status == 200
    assert applicant.case(case["id"])["state"] == "submitted"


def test_money_that_nobody_knows_is_no_zero(town: Town, desk: Browser, applicant: Visitor) -> None:
    members = [APPLICANT.body("01"), HUSBAND.body("11", incomes=[], incomesUnknown=True)]
    case = applicant.submitted(members=members, cashAssetsUnknown=True, cashAssetsFen=None)
    money = desk.open(f"/desk/cases/{case['id']}").page.get_element_by_id("money")
    lines = [" ".join(row.text_content().split()) for row in money.iter("tr")]
    assert f"{HUSBAND.name}收入不清楚，请帮忙查—" in lines
    assert "全家存款和现金不清楚，请帮忙查现有" in lines
    said = " ".join(money.text_content().split())
    assert f"{HUSBAND.name}的收入、全家的存款和现金" in said
    assert "测算还不完整" in said
    assert "没法测算" in said
    assert "这里没有标准" not in said


def test_savings_that_nobody_knows_leave_the_assessment_incomplete(
    town: Town, desk: Browser, applicant: Visitor
) -> None:
    case = applicant.submitted(
        members=[APPLICANT.body("01")], cashAssetsUnknown=True, cashAssetsFen=None
    )
    said = desk.open(f"/desk/cases/{case['id']}").page.get_element_by_id("money").text_content()
    for words in ("怎么算出来的", "测算还不完整", "没查清的没有算进去"):
        assert words in said
