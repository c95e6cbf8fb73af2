"""A neighbour files for an old woman: paper, township, application, both told, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest

from miniprogram_mock.client import Answer, Client, Phone, Problem
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person, invent
from miniprogram_mock.demo.server import Server, started

VILLAGE = "610303100001"


@dataclass
class Street:
    """A running demo and everybody's connections to it, closed at its end."""

    server: Server
    open: ExitStack

    def phone(self, person: Person) -> Phone:
        """A new WeChat whose owner said who he is."""
        phone = self.open.enter_context(Phone(self.server.url, self.server.wechat_url))
        phone.log_in(f"phone-{person.id_number[-6:]}")
        phone.put("/me/identity", {"name": person.name, "idNumber": person.id_number})
        return phone

    def desk(self, username: str) -> Client:
        """A township's officer at work."""
        known = self.server.staff(username)
        code = pyotp.TOTP(known["totpSecret"]).now()
        desk = self.open.enter_context(Client(self.server.url))
        body = {"username": username, "password": known["password"], "totp": code}
        desk.token = desk.post("/sessions/staff", body)["token"]
        return desk


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with started(tmp_path / "var") as server, ExitStack() as open_things:
        yield Street(server, open_things)


def draft(phone: Phone, applicant: Person, **more: Any) -> Answer:
    body = {
        "programme": "dibao",
        "division": VILLAGE,
        "area": "urban",
        "members": [applicant.body],
        "truthPromise": {"accepted": True},
        "staffRelatives": [],
        **more,
    }
    return phone.post("/applications", body)


def hand_in(phone: Phone, case: Answer) -> Answer:
    """The two photos that one person alone must show, and the receipt."""
    upload(phone, case["id"], "id_card", case["members"][0]["id"])
    upload(phone, case["id"], "household_register")
    path = f"/applications/{case['id']}"
    return phone.post(f"{path}/submission", if_match=phone.get(path))


def upload(phone: Phone, case_id: str, slot: str, member_id: str | None = None) -> Answer:
    form = {"caseId": case_id, "slot": slot} | ({"memberId": member_id} if member_id else {})
    photo = ("1.jpg", pictures.register_page(), "image/jpeg")
    return phone.post("/documents", form, files={"file": photo})


def consent_at_counter(case: Answer, one: Client, two: Client) -> None:
    """She stands before two officers: assurance C."""
    path = f"/applications/{case['id']}"
    invited = one.post(f"{path}/consent-invitations", {"memberId": case["members"][0]["id"]})
    seen = {
        "invitationId": invited["invitationId"],
        "papersSeen": "身份证原件",
        "reason": "没有智能手机,本人到窗口。",
    }
    record = one.post(f"/staff{path}/counter-consents", seen)
    two.post(f"/staff/counter-consents/{record['id']}/confirmation")


def accepted(street: Street, desk: Client) -> tuple[Phone, Person]:
    """A woman whom the township met in person: she applied once herself."""
    person = invent().applicant
    phone = street.phone(person)
    case = draft(phone, person)
    hand_in(phone, case)
    consent_at_counter(case, desk, street.desk("chencang2"))
    path = f"/applications/{case['id']}"
    desk.post(
        f"/staff{path}/acceptance",
        {"personsConfirmed": True, "accountConfirmed": True},
        if_match=desk.get(path),
    )
    assert phone.get("/me")["assurance"] == "C"
    return phone, person


def refused(status: int, code: str, call: Any, *args: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        call(*args, **more)
    assert (caught.value.status, caught.value.code) == (status, code)
    return caught.value


def codes(phone: Phone, *about: Answer) -> list[str]:
    """What a person was told about these, oldest first."""
    wanted = {answer["id"] for answer in about}
    told = phone.get("/me")["messages"]
    return [message["code"] for message in reversed(told) if message["about"] in wanted]


def check_paper(desk: Client, helper: Phone, mandate: Answer) -> None:
    """The paper is photographed, and the township looks at it and says yes."""
    upload(helper, mandate["id"], "mandate_paper")
    (waiting,) = desk.get("/staff/mandates")["items"]
    assert (waiting["id"], waiting["state"]) == (mandate["id"], "submitted")
    path, body = (
        f"/staff/mandates/{mandate['id']}/acceptance",
        {"reason": "双方认识,字是本人签的。"},
    )
    refused(428, "version_missing", desk.post, path, body)
    active = desk.post(path, body, if_match=f'"{waiting["version"]}"')
    assert active["state"] == "active"
    assert desk.get("/staff/mandates")["items"] == []


def test_a_helper_files_for_somebody_and_is_ended(street: Street) -> None:
    desk = street.desk("chencang")
    her_phone, she = accepted(street, desk)
    neighbour = invent().stranger
    helper = street.phone(neighbour)

    for_her = {"principalName": she.name, "principalIdNumber": she.id_number, "division": VILLAGE}
    for_himself = for_her | {"principalIdNumber": neighbour.id_number}
    refused(422, "mandate_for_oneself", helper.post, "/mandates", for_himself)
    mandate = helper.post("/mandates", for_her)
    assert mandate["state"] == "awaiting_paper"
    act = {"mandateId": mandate["id"]}
    refused(409, "mandate_not_active", draft, helper, she, **act)
    check_paper(desk, helper, mandate)

    refused(422, "applicant_not_the_principal", draft, helper, neighbour, **act)
    case = draft(helper, she, **act)
    assert case["byHelper"] is True
    receipt = hand_in(helper, case)
    assert receipt["state"] == "awaiting_consent"
    path = f"/applications/{case['id']}"
    steps = her_phone.get(f"{path}/timeline")["steps"]
    assert [(step["who"], step["text"]) for step in steps] == [
        ("帮您的人", "开始填写申请"),
        ("帮您的人", "交上了申请"),
    ]
    told_both = ["told_case_begun_for_you", "told_case_submitted"]
    assert codes(helper, mandate, case) == [
        "told_mandate_submitted_helper",
        "told_mandate_active_helper",
        *told_both,
    ]
    assert codes(her_phone, mandate, case) == [
        "told_mandate_submitted_principal",
        "told_mandate_active_principal",
        *told_both,
    ]

    open_draft = draft(helper, she, **act)
    (given,) = her_phone.get("/mandates")["items"]
    gone = her_phone.post(f"/mandates/{given['id']}/revocation")
    assert gone["state"] == "revoked"
    refused(409, "mandate_not_active", draft, helper, she, **act)
    change = {"area": "rural"}
    refused(
        409,
        "mandate_not_active",
        helper.patch,
        f"/applications/{open_draft['id']}",
        change,
        if_match=open_draft,
    )
    assert codes(helper, mandate)[-1] == "told_mandate_revoked_helper"
    assert codes(her_phone, mandate)[-1] == "told_mandate_revoked_principal"
    assert her_phone.get(path)["state"] == "awaiting_consent"  # what was filed stays filed


def test_a_stranger_sees_neither_the_mandate_nor_its_paper(street: Street) -> None:
    people = invent()
    helper, stranger = street.phone(people.stranger), street.phone(people.son)
    she = people.applicant
    body = {"principalName": she.name, "principalIdNumber": she.id_number, "division": VILLAGE}
    mandate = helper.post("/mandates", body)
    paper = upload(helper, mandate["id"], "mandate_paper")
    assert helper.get(f"/documents/{paper['id']}/content").headers["content-type"] == "image/jpeg"
    assert stranger.get("/mandates")["items"] == []
    for path in (f"/documents/{paper['id']}", f"/documents/{paper['id']}/content"):
        refused(404, "not_found", stranger.get, path)
    refused(404, "not_found", stranger.post, f"/mandates/{mandate['id']}/revocation")
    refused(404, "not_found", upload, stranger, mandate["id"], "mandate_paper")
    # Her own phone: a typed identity is only a claim, so she is told once she is proven.
    claims = street.phone(she)
    assert claims.get("/mandates")["items"] == []
    assert codes(claims, mandate) == []
