"""Mandates and wishes at the desk."""

from __future__ import annotations

import pytest

from backend.core.access import Role
from backend.wishes.ports import Verdict
from tests.factories.house import TOWNSHIP, VILLAGE, Town
from tests.factories.people import APPLICANT, DAUGHTER, STRANGER
from tests.factories.wishes import OLD_WOMAN, TEXT, Street
from tests.fakes.wechat import FakeTextCheck
from tests.workbench.browser import Browser, at_desk


@pytest.fixture
def mandate(town: Town) -> str:
    helper = town.citizen(STRANGER)
    body = {
        "principalName": APPLICANT.name,
        "principalIdNumber": APPLICANT.number,
        "division": VILLAGE,
    }
    made = helper.once("/mandates", body).get_json()["id"]
    assert helper.upload(made, "mandate_paper").status_code == 201
    return str(made)


@pytest.mark.parametrize(("how", "state"), [("acceptance", "active"), ("rejection", "refused")])
def test_a_mandate_is_checked_on_its_paper(
    town: Town, desk: Browser, mandate: str, how: str, state: str
) -> None:
    desk.open("/desk/worklist").click("看委托书")
    assert APPLICANT.name in desk.words
    assert desk.client.get(desk.page.xpath("//a[@data-photo]/@href")[0]).status_code == 200
    assert desk.send(f"/{how}").status == 422
    desk.send(f"/{how}", {"reason": "已核对。"})
    assert desk.status == 200
    found = town.staff().get(f"/staff/mandates?state={state}").get_json()["items"]
    assert [one["id"] for one in found] == [mandate]


def test_a_mandate_of_elsewhere_is_not_there(town: Town, mandate: str) -> None:
    elsewhere = at_desk(town, town.staff(scope="610304101"))
    assert elsewhere.open(f"/desk/mandates/{mandate}").status == 404


def test_a_wish_is_published_without_a_name(town: Town, desk: Browser) -> None:
    street = Street(town)
    wish = street.posted()
    desk.open("/desk/worklist").click("看心愿")
    assert TEXT in desk.words
    named = desk.send("/publication", {"publicText": f"{APPLICANT.name}想要被子"})
    assert named.status == 422
    form = named.form("/publication")
    assert form.inputs["publicText"].get("aria-invalid") == "true"
    assert form.fields["publicText"] == f"{APPLICANT.name}想要被子"
    assert desk.send("/publication", {"valueFen": "很多"}).status == 422
    desk.send("/publication", {"publicText": "一位老人想要厚被子。", "valueFen": "150"})
    assert desk.status == 200
    found = street.desk.get(f"/wishes/{wish['id']}").get_json()
    assert (found["state"], found["valueFen"]) == ("published", 15_000)


@pytest.mark.parametrize(("how", "state"), [("return", "returned"), ("rejection", "rejected")])
def test_a_wish_goes_back_or_ends_with_a_reason(
    town: Town, desk: Browser, how: str, state: str
) -> None:
    street = Street(town)
    wish = street.posted()
    desk.open(f"/desk/wishes/{wish['id']}").send(f"/{how}", {"reason": "请写清楚。"})
    assert desk.status == 200
    assert street.desk.get(f"/wishes/{wish['id']}").get_json()["state"] == state


def test_a_delivery_that_was_denied_is_settled(town: Town, desk: Browser) -> None:
    street = Street(town)
    wish = street.checking()
    desk.open(f"/desk/wishes/{wish['id']}")
    assert desk.send("/settlement", {"received": "", "reason": "问过。"}).status == 422
    desk.send("/settlement", {"received": "yes", "reason": "两边都说收到了。"})
    assert street.desk.get(f"/wishes/{wish['id']}").get_json()["state"] == "fulfilled"


def test_nobody_reviews_a_wish_of_his_own(town: Town) -> None:
    street = Street(town)
    mine = {"beneficiary": {"name": OLD_WOMAN.name, "idNumber": OLD_WOMAN.number}}
    wish = street.posted(by=street.desk, **mine)
    page = at_desk(town, street.desk).open(f"/desk/wishes/{wish['id']}")
    assert not [f for f in page.page.forms if "/publication" in f.get("action")]


def test_the_village_looks_at_its_wishes_and_decides_none(town: Town) -> None:
    street = Street(town)
    wish = street.posted()
    page = at_desk(town, town.staff(Role.VILLAGE, VILLAGE)).open(f"/desk/wishes/{wish['id']}")
    assert TEXT in page.words
    assert [form.get("action") for form in page.page.forms] == ["/desk/logout"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Verdict.PASS, "没发现问题"),
        (Verdict.REVIEW, "拿不准"),
        (Verdict.RISKY, "可能不合适"),
        (None, "没有经微信看过"),
    ],
)
def test_what_wechat_says_of_a_wishs_text_is_said_in_plain_words(
    town: Town, desk: Browser, said: Verdict | None, words: str
) -> None:
    texts = town.house.outside.texts
    assert isinstance(texts, FakeTextCheck)
    texts.said = said
    wish = Street(town).posted()
    assert words in desk.open(f"/desk/wishes/{wish['id']}").words


@pytest.mark.parametrize(("role", "scope"), [(Role.VILLAGE, VILLAGE), (Role.TOWNSHIP, TOWNSHIP)])
def test_a_wish_is_said_for_somebody_without_a_phone(town: Town, role: Role, scope: str) -> None:
    desk = at_desk(town, town.staff(role, scope))
    desk.open("/desk/worklist").click("替没有手机的人说一个心愿")
    typed = {
        "beneficiary/name": OLD_WOMAN.name,
        "beneficiary/idNumber": OLD_WOMAN.number,
        "kind": "clothing",
        "text": "想要一床厚被子",
        "valueFen": "两百",
        "division": VILLAGE,
    }
    wrong = desk.send("/wishes/new", typed)
    assert (wrong.status, "两百" in wrong.text, OLD_WOMAN.number in wrong.text) == (422, True, True)
    assert desk.send("/wishes/new", {**typed, "valueFen": "200"}).status == 200
    assert "心愿已经交上去" in desk.words
    assert "想要一床厚被子" in desk.words
    (wish,) = town.staff().get("/staff/wishes").get_json()["items"]
    assert (wish["valueFen"], wish["state"]) == (20_000, "submitted")


def test_a_childs_wish_at_the_desk_names_a_guardian(town: Town, desk: Browser) -> None:
    desk.open("/desk/wishes/new")
    typed = {
        "beneficiary/name": DAUGHTER.name,
        "beneficiary/idNumber": DAUGHTER.number,
        "kind": "clothing",
        "text": "想要一件棉衣",
        "valueFen": "100",
        "division": VILLAGE,
    }
    assert desk.send("/wishes/new", typed).status == 422
    assert "监护人" in " ".join(desk.page.xpath("//*[@class='wrong']//text()"))
    guardian = {"guardian/name": APPLICANT.name, "guardian/idNumber": APPLICANT.number}
    assert desk.send("/wishes/new", {**typed, **guardian}).status == 200


def test_an_old_person_ends_a_mandate_at_the_counter(
    town: Town, desk: Browser, mandate: str
) -> None:
    desk.open(f"/desk/mandates/{mandate}")
    desk.send("/acceptance", {"reason": "双方都认识。"})
    desk.send("/revocation")
    assert "委托已经收回" in desk.words
    helper = town.citizen(STRANGER, claims=False)
    (found,) = helper.get("/mandates").get_json()["items"]
    assert (found["state"], found["ended"]) == ("revoked", True)
    with pytest.raises(AssertionError, match="revocation"):
        desk.form("/revocation")
