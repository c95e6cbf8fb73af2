"""Every page of the mini-program is seen, pressed and read out in both views: as a stranger finds
it, and as somebody does who has much going on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Person
from miniprogram_mock.demo.server import Server
from tests.e2e.browsers import ROOT, shoot
from tests.e2e.conftest import Phone
from tests.e2e.family import PLACE, Family, founded, signed_by_face
from tests.e2e.looking import faults
from tests.e2e.staff import at_desk

SOURCE = ROOT / "miniprogram_mock" / "miniprogram"
PAGES: list[str] = json.loads((SOURCE / "app.json").read_text())["pages"]
STRANGER = "看页面的人"
# What shows a case before it is handed in.
OF_A_DRAFT = {"assets", "check", "draft", "people", "person", "photos", "promise", "start"}
# Open to everybody before they have said who they are; any other page asks that first.
OPEN = {"helpme", "home", "letter", "lookup", "me", "need", "programmes", "sign", "who", "wishes"}
BOTH_VIEWS = pytest.mark.parametrize("elder", [False, True], ids=["plain", "elder"])


def kept(user: str, name: str, value: Any) -> str:
    """A script that lays something down in this user's phone before the app opens."""
    text = json.dumps({"data": value}, ensure_ascii=False)
    return f"localStorage.setItem({json.dumps(f'mini.{user}.zb.{name}')}, {json.dumps(text)});"


def look_at(page: Page, path: str, name: str, *, elder: bool) -> list[str]:
    page.locator(f'wx-page[is="{path}"]').wait_for()
    page.wait_for_load_state("networkidle")
    shoot(page, f"page-{path.split('/')[1]}{name}{'-elder' if elder else ''}")
    return faults(page, elder=elder)


@BOTH_VIEWS
@pytest.mark.parametrize("path", [one for one in PAGES if one.split("/")[1] in OPEN])
def test_a_page_can_be_seen_pressed_and_read_out(phone: Phone, path: str, elder: bool) -> None:
    script = kept(STRANGER, "phone.elder", True) if elder else ""
    page = phone(STRANGER, f"/{path}", script=script)
    assert look_at(page, path, "", elder=elder) == []


@dataclass(frozen=True)
class Busy:
    """Somebody with a case that family members sign, a draft, a wish, a mandate and messages."""

    user: str
    session: Any
    ids: dict[str, str]

    def at(self, path: str) -> str:
        """The page's address with what it is about."""
        page = path.split("/")[1]
        about = "draft" if page in OF_A_DRAFT else page
        found = self.ids.get(about, self.ids["case"])
        return f"/{path}?id={found}&member={self.ids['member']}&programme=dibao"


@pytest.fixture(scope="module")
def busy(served: Server) -> Iterator[Busy]:
    family = founded(served)
    calls, me = family.calls, family.people.applicant
    with calls, at_desk(served) as township:
        hand_in(family)
        draft = calls.post("/applications", _start(me))
        about = {"kind": "clothing", "text": "想要一床厚被子", "valueFen": 20_000}
        wish = calls.post("/wishes", {**about, "division": PLACE})
        shown, seen = {"publicText": "一位大姐想要一床厚被子过冬。"}, f'"{wish["version"]}"'
        township.post(f"/staff/wishes/{wish['id']}/publication", shown, if_match=seen)
        mandate = calls.post("/mandates", {**_principal(family.people.stranger), "division": PLACE})
        calls.post("/help-requests", {"division": PLACE, "phone": None, "note": "门口有棵槐树"})
        proof = {"idNumber": me.id_number, "papersSeen": "身份证原件"}
        township.post(f"/staff/accounts/{calls.get('/me')['accountId']}/proof", proof)
        ids = {
            "case": family.case_id,
            "draft": draft["id"],
            "wish": wish["id"],
            "wish-new": wish["id"],
            "mandate": mandate["id"],
            "consent": calls.get("/consents")["items"][0]["consent"]["id"],
            "member": family.member(family.people.son)["id"],
        }
        yield Busy(family.user, calls.log_in(family.user).json, ids)


def hand_in(family: Family) -> None:
    """The papers, the promise, one signature, one link on its way, and the receipt."""
    calls, people, case = family.calls, family.people, f"/applications/{family.case_id}"
    photo = {"file": ("1.jpg", pictures.register_page(), "image/jpeg")}
    register = {"caseId": family.case_id, "slot": "household_register"}
    calls.post("/documents", register, files=photo)
    for one in (people.applicant, people.husband):
        of = {"slot": "id_card", "memberId": family.member(one)["id"]}
        calls.post("/documents", {"caseId": family.case_id, **of}, files=photo)
    said = {"truthPromise": {"accepted": True}, "staffRelatives": [], "cashAssetsFen": 0}
    calls.patch(case, said, if_match=calls.get(case))
    signed_by_face(family, people.applicant)
    family.invite(people.son)
    calls.post(f"{case}/submission", if_match=calls.get(case))


def _start(me: Person) -> dict[str, Any]:
    """Of another programme, with money that she does not know."""
    place = {"division": PLACE, "area": "urban"}
    return {"programme": "dibao-edge", **place, "members": [{**me.body, "incomesUnknown": True}]}


def _principal(person: Person) -> dict[str, str]:
    return {"principalName": person.name, "principalIdNumber": person.id_number}


@BOTH_VIEWS
@pytest.mark.parametrize(
    "path", [one for one in PAGES if one.split("/")[1] not in {"need", "sign", "who"}]
)
def test_a_page_with_much_on_it_can_be_seen_pressed_and_read_out(
    phone: Phone, busy: Busy, path: str, elder: bool
) -> None:
    logged_in = kept(busy.user, "session", busy.session)
    script = logged_in + kept(busy.user, "phone.elder", elder)
    page = phone(busy.user, busy.at(path), script=script)
    assert look_at(page, path, "-busy", elder=elder) == []
