"""Letters over HTTP: issued in the commit of each step, read by those whom they concern, checked by
anybody who holds one.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from backend.applications.service import apply_event
from backend.core.access import Actor, Role
from backend.core.attempts import spend
from backend.letters.service.print import PRINTS
from tests.factories.house import Town, Visitor, member_of
from tests.factories.people import APPLICANT, HUSBAND, SON, STRANGER, Human, wages
from tests.letters.looking import codes_of, keep, text_of

BACKOFFICE = Actor(frozenset({Role.BACKOFFICE}))
RARE = Human("㐂𬭎〇", APPLICANT.born)
LONE = [APPLICANT.body("01", phone="13800138000")]
ASKED = [
    {"path": "/members/0/incomes", "reason": "wrong", "note": "请写清楚每个月的养老金。"},
    {"path": "/documents/household_register", "reason": "outdated", "note": "请拍新的一页。"},
]


@pytest.fixture(params=["sqlite"])
def seeded_url(request: pytest.FixtureRequest, tmp_path: Path, seeded_sqlite: Path) -> str:
    """What is printed does not hang on the database (test_issue asks both): one is enough here."""
    (tmp_path / "town.db").write_bytes(seeded_sqlite.read_bytes())
    return f"sqlite:///{tmp_path}/town.db"


@pytest.fixture
def me(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


def letters(visitor: Visitor, case: dict[str, Any]) -> list[dict[str, Any]]:
    response = visitor.get(f"/applications/{case['id']}/letters")
    assert response.status_code == 200, response.get_json()
    return list(response.get_json()["items"])


def pdf(visitor: Visitor, letter: dict[str, Any]) -> bytes:
    response = visitor.get(f"/letters/{letter['id']}/content")
    assert response.status_code == 200, response.get_json()
    assert response.mimetype == "application/pdf"
    assert response.headers["Cache-Control"] == "private, no-store"
    return bytes(response.data)


def newest(visitor: Visitor, case: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in letters(visitor, case) if one["kind"] == kind)


def accepted(town: Town, me: Visitor, **more: Any) -> dict[str, Any]:
    case = me.submitted(**{"members": LONE, **more})
    town.all_consent_at_counter(case)
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    answer = town.staff().post(path, {"personsConfirmed": True}, version=version)
    assert answer.status_code == 200, answer.get_json()
    return me.case(case["id"])


def decide(town: Town, case: dict[str, Any], **data: Any) -> None:
    told = {"decision": "approved", "decidedOn": "2026-03-30", "decidedBy": "county", **data}
    with town.units.write() as work:
        apply_event(work, BACKOFFICE, UUID(case["id"]), 1, "case.decided", told)


def check(town: Town, code: str, sha256: str | None = None, **more: Any) -> Any:
    body = {"code": code} | ({"sha256": sha256} if sha256 else {})
    return town.client.send("POST", "/letter-checks", json=body, **more)


def test_a_receipt_is_there_when_the_case_is_handed_in(town: Town, me: Visitor) -> None:
    case = me.submitted()
    [letter] = letters(me, case)
    assert (letter["kind"], letter["title"], letter["endedAs"]) == ("receipt", "收件回执", None)
    assert letter["number"] == "社救收〔2026〕610304001-00001号"
    found = pdf(me, letter)
    keep("receipt", found)
    told = text_of(found)
    for wanted in (
        "王秀英：", "最低生活保障（低保）", case["receiptCode"], "2026年3月2日", "3 人",
        "户口簿照片 1 件", "宝鸡市陈仓区虢镇街道办事处"[3:], letter["code"],
    ):  # fmt: skip
        assert wanted in told, wanted
    assert codes_of(found) == [f"http://127.0.0.1:8000/mini/lookup?r={case['receiptCode']}"]
    assert len(found) < 200_000
    assert me.get(f"/applications/{case['id']}/receipt.pdf").data == found


def test_a_draft_has_no_letter(me: Visitor) -> None:
    case = me.draft()
    assert letters(me, case) == []
    assert me.get(f"/applications/{case['id']}/receipt.pdf").status_code == 404


def test_a_rare_name_stands_in_its_letters(town: Town) -> None:  # 38 of the domain
    rare = town.citizen(RARE)
    case = rare.submitted(members=[RARE.body("01")])
    found = pdf(rare, newest(rare, case, "receipt"))
    keep("rare", found)
    assert "㐂𬭎〇：" in text_of(found)


def test_no_letter_names_what_it_need_not(town: Town, me: Visitor) -> None:
    """No ID number, no phone, no income, no illness, nobody but the one whom it is for."""
    ill = APPLICANT.body("01", phone="13800138000", health="serious", incomes=wages(123_400))
    ill |= {"deductions": [{"kind": "illness", "amountFen": 56_700, "period": "month"}]}
    case = me.submitted(members=[ill, HUSBAND.body("11"), SON.body("20", role="supporter")])
    desk = town.staff()
    version = me.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/correction"
    assert desk.post(path, {"items": ASKED}, version=version).status_code == 200
    for letter in letters(me, case):
        told = text_of(pdf(me, letter))
        for secret in (
            APPLICANT.number, "13800138000", HUSBAND.name, SON.name, "1234", "567", "重病",
            "诊断",
        ):  # fmt: skip
            assert secret not in told, (letter["kind"], secret)


def test_the_notice_tells_everything_at_once_and_a_new_receipt_replaces_the_old_one(
    town: Town, me: Visitor
) -> None:
    case = me.submitted(members=LONE)
    first = newest(me, case, "receipt")
    path = f"/staff/applications/{case['id']}/correction"
    version = me.case(case["id"])["version"]
    assert town.staff().post(path, {"items": ASKED}, version=version).status_code == 200
    found = pdf(me, newest(me, case, "notice"))
    keep("notice", found)
    told = text_of(found)
    for wanted in ("2 样", "王秀英：收入", "写错了", "养老金", "户口簿照片", "过期了", "新的一页"):
        assert wanted in told, wanted
    town.clock.advance(days=1)
    assert me.submit(case["id"]).status_code == 200
    again = newest(me, case, "receipt")
    assert again["number"].endswith("00002号")
    assert "2026年3月3日" in text_of(pdf(me, again))
    assert pdf(me, first)  # what was issued stays readable
    told_of = check(town, first["code"]).get_json()
    assert (told_of["endedAs"], told_of["endedOn"]) == ("replaced", "2026-03-03")
    assert check(town, again["code"]).get_json()["endedAs"] is None


def test_acceptance_and_approval(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    found = pdf(me, newest(me, case, "acceptance"))
    keep("acceptance", found)
    due = "{}年{:d}月{:d}日".format(*map(int, case["dueOn"].split("-")))
    for wanted in ("受理通知书", due, "社救受〔2026〕610304001-00001号"):
        assert wanted in text_of(found), wanted
    decide(town, case, amountFen=18_600)
    found = pdf(me, newest(me, case, "approval"))
    keep("approval", found)
    for wanted in ("予以确认", "186.00 元", "2026年4月", "2026年3月30日", "陈仓区民政局"):
        assert wanted in text_of(found), wanted
    assert "社救确〔2026〕610304-00001号" in text_of(found)


def test_a_denial_has_its_reasons_in_writing(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    reasons = ["家庭人均月收入高于当地标准。", "有一辆非必需的汽车。"]
    decide(town, case, decision="denied", reasons=reasons, decidedBy="township")
    found = pdf(me, newest(me, case, "denial"))
    keep("denial", found)
    for wanted in (*reasons, "行政复议", "虢镇街道办事处"):
        assert wanted in text_of(found), wanted


def test_a_recognition_pays_nothing_and_says_so(town: Town, me: Visitor) -> None:
    case = accepted(town, me, programme="dibao-edge")
    decide(town, case, amountFen=None)
    found = pdf(me, newest(me, case, "approval"))
    assert "不按月发钱" in text_of(found)
    assert "每月金额" not in text_of(found)


def test_who_asked_for_dibao_and_stands_at_its_edge_reads_both(town: Town, me: Visitor) -> None:
    case = accepted(town, me)
    decide(town, case, amountFen=None, programme="dibao-edge")
    found = pdf(me, newest(me, case, "approval"))
    keep("recognised-for-less", found)
    for wanted in (
        "最低生活保障",
        "予以认定",
        "低保边缘家庭认定",
        "不用重新申请",
        "不按月发钱",
    ):
        assert wanted in text_of(found), wanted


def test_who_asked_for_less_than_is_due_gets_what_is_due(town: Town, me: Visitor) -> None:
    case = accepted(town, me, programme="dibao-edge")
    decide(town, case, amountFen=18_600, programme="dibao")
    found = pdf(me, newest(me, case, "approval"))
    keep("recognised-for-more", found)
    for wanted in ("低保边缘家庭认定", "最低生活保障", "予以确认", "186.00 元", "不用重新申请"):
        assert wanted in text_of(found), wanted
    assert "不按月发钱" not in text_of(found)


def test_what_is_not_accepted_gets_its_reason(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    path = f"/staff/applications/{case['id']}/rejection"
    body = {"reason": "户口不在本地，请向户籍地申请。"}
    assert town.staff().post(path, body, version=case["version"]).status_code == 200
    found = pdf(me, newest(me, case, "refusal"))
    keep("refusal", found)
    assert body["reason"] in text_of(found)


def test_what_a_signer_signed_is_the_signers_and_the_desks(town: Town, me: Visitor) -> None:
    members = [APPLICANT.body("01"), SON.body("20", role="supporter")]
    case = me.submitted(members=members)
    link = me.invite(case["id"], member_of(case, SON)["id"])["token"]
    given = town.consent_by_face(link, SON).get_json()
    assert {one["kind"] for one in letters(me, case)} == {"receipt"}
    desk = town.staff()
    letter = newest(desk, case, "authorisation")
    path = f"/consents/{given['id']}/letter.pdf"
    found = desk.get(path)
    assert found.status_code == 200
    keep("authorisation", found.data)
    told = text_of(found.data)
    for wanted in ("授权书", "李志强", "赡养", "手写签名", "陈仓区民政部门", "谁能看到"):
        assert wanted in told, wanted
    assert SON.number not in told
    assert codes_of(found.data) == ["http://127.0.0.1:8000/mini/lookup"]
    assert me.get(path).status_code == 404
    assert me.get(f"/letters/{letter['id']}/content").status_code == 404
    son = town.citizen(SON)
    assert son.get(path).status_code == 404  # only typed who he is
    town.prove(son)
    assert son.get(path).data == found.data
    assert pdf(son, letter) == found.data
    son.post(f"/consents/{given['id']}/withdrawal", {"reason": "不想了。"})
    assert check(town, letter["code"]).get_json()["endedAs"] == "withdrawn"


def test_a_consent_at_the_counter_has_a_blank_to_sign(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    town.all_consent_at_counter(case)
    desk = town.staff()
    found = pdf(desk, newest(desk, case, "authorisation"))
    assert "两名工作人员" in text_of(found)
    assert "授权人签名：＿＿" in text_of(found)


def test_others_have_no_letter(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    letter = newest(me, case, "receipt")
    path = f"/letters/{letter['id']}/content"
    stranger = town.citizen(STRANGER)
    assert stranger.get(path).status_code == 404
    assert stranger.get(f"/applications/{case['id']}/letters").status_code == 404
    assert town.staff(Role.VILLAGE).get(path).status_code == 403
    assert town.staff(scope="610303").get(path).status_code == 403
    assert town.staff(Role.CITY, scope="6103").get(path).status_code == 200
    assert me.get(f"/letters/{case['id']}/content").status_code == 404


def test_a_letter_is_checked_by_its_code_and_its_file(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    letter = newest(me, case, "receipt")
    found = pdf(me, letter)
    answer = check(town, letter["code"].lower().replace("-", " "))
    told = answer.get_json()
    assert told == {
        "kind": "receipt",
        "title": "收件回执",
        "titleEn": "Receipt of an application",
        "number": letter["number"],
        "issuedOn": "2026-03-02",
        "office": "陈仓区虢镇街道办事处",
        "endedAs": None,
        "endedOn": None,
        "fileMatches": None,
    }
    for secret in (APPLICANT.name, case["receiptCode"], case["id"], "低保"):
        assert secret not in answer.get_data(as_text=True)
    same = hashlib.sha256(found).hexdigest()
    other = hashlib.sha256(found + b" ").hexdigest()
    assert check(town, letter["code"], same).get_json()["fileMatches"] is True
    assert check(town, letter["code"], other).get_json()["fileMatches"] is False


def test_a_code_that_was_never_given_is_told_apart_from_none(town: Town) -> None:
    for code in ("0000-0000-0000-0", "0000-0000-0000-1", "不是核验码不是核验码"):
        answer = check(town, code)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "letter_unknown")


def test_checks_are_counted(town: Town) -> None:
    tries = [check(town, "0000-0000-0000-0", address="192.0.2.7") for _ in range(201)]
    assert [one.status_code for one in tries[-2:]] == [404, 429]
    assert check(town, "0000-0000-0000-0", address="192.0.2.8").status_code == 404


def test_printing_is_bounded(town: Town, me: Visitor) -> None:
    case = me.submitted(members=LONE)
    letter = newest(me, case, "receipt")
    for _ in range(PRINTS.most):
        spend(town.units, PRINTS, str(me.id))
    answer = me.get(f"/letters/{letter['id']}/content")
    assert (answer.status_code, answer.get_json()["code"]) == (429, "printed_too_often")
