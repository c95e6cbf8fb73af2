"""A family whose members have to sign, made through the API, and what a signer does on a phone."""

from __future__ import annotations

import base64
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from miniprogram_mock.client import Client, Phone
from miniprogram_mock.demo import pictures
from miniprogram_mock.demo.people import Household, Person, invent
from miniprogram_mock.demo.server import Server
from miniprogram_mock.demo.signing import STROKES
from tests.e2e.browsers import PHONE, PORTRAITS, shoot
from tests.e2e.looking import faults

PLACE = "610303100001"
SHEET = "允许"
UNDRAWN = "obama3"
_LOOKS = 60


@dataclass
class Family:
    """The applicant's WeChat user and calls, the case, and who is in it."""

    server: Server
    user: str
    calls: Phone
    people: Household
    case_id: str

    def invite(self, person: Person) -> Any:
        """What inviteConsent answers: `link`, `token`, …"""
        body = {"memberId": self.member(person)["id"]}
        return self.calls.post(f"/applications/{self.case_id}/consent-invitations", body).json

    def member(self, person: Person) -> Any:
        found = self.calls.get(f"/applications/{self.case_id}")["members"]
        return next(one for one in found if one["name"] == person.name)

    def standing(self, person: Person) -> Any:
        """What the applicant is told about this signer."""
        return self.member(person)["signer"]

    def run_out(self, invitation_id: str) -> None:
        """A month passes for one invitation: no door moves the clock of links."""
        path = self.server.home / "zhangban.db"
        with closing(sqlite3.connect(path, timeout=10)) as database, database:
            changed = database.execute(
                "UPDATE consent_invitations SET created_at = datetime(created_at, '-31 days'),"
                " expires_at = datetime(expires_at, '-31 days') WHERE id = ?",
                (invitation_id.replace("-", ""),),
            )
            assert changed.rowcount == 1


def founded(server: Server) -> Family:
    """Three who must sign: the applicant, the husband, the son far away."""
    people, user = invent(), f"family-{secrets.token_hex(6)}"
    calls = Phone(server.url, server.wechat_url)
    calls.log_in(user)
    me = people.applicant
    calls.put("/me/identity", {"name": me.name, "idNumber": me.id_number})
    body = {
        "programme": "dibao",
        "division": PLACE,
        "area": "urban",
        "members": people.members,
    }
    return Family(server, user, calls, people, str(calls.post("/applications", body)["id"]))


def signed_by_face(family: Family, person: Person) -> Any:
    """The whole sitting of one signer at the link by the API; what giveConsent answers."""
    link = f"/consent-invitations/{family.invite(person)['token']}"
    who = {"name": person.name, "idNumber": person.id_number, "card": pictures.card_base64("obama")}
    with Client(family.server.url) as signer:
        statement = signer.get(link)["statement"]["hash"]
        sitting = signer.post(f"{link}/identification", who)
        signer.token = str(sitting["token"])
        look = {
            "challengeId": signer.post(f"{link}/face-challenge")["challengeId"],
            "reference": sitting["reference"],
            "frames": pictures.frames_base64("obama2"),
            "faceConsent": True,
        }
        assert signer.post(f"{link}/face-check", look)["outcome"] == "accept"
        body = {"strokes": STROKES, "statementHash": statement, "agreed": True}
        return signer.post(f"{link}/signature", body).json


def card_of(portrait: str, folder: Path) -> Path:
    """A photo of an ID card with this portrait, as it lies in an album.

    Of the portrait that is drawn on no card, the photo itself: one face is all that is looked for.
    """
    if portrait == UNDRAWN:
        return PORTRAITS / f"{portrait}.jpg"
    path = folder / f"card-{portrait}.jpg"
    path.write_bytes(base64.b64decode(pictures.card_base64(portrait)))
    return path


def open_link(page: Page, link: str) -> None:
    """Tap the link that came. Its clock can be moved on: see `film`."""
    page.clock.install()
    page.goto(link)
    expect(page.get_by_role("button", name="我不认识这个人")).to_be_visible()


def say_who(page: Page, person: Person, *, own_phone: bool | None = True) -> None:
    page.get_by_label("姓名").fill(person.name)
    page.get_by_label("身份证号").fill(person.id_number)
    if own_phone is not None:
        name = "我自己的手机" if own_phone else "别人的手机"
        page.get_by_role("radio", name=name).click()
    page.get_by_role("button", name="下一步").click()


def show_card(page: Page, card: Path, look: Callable[[], None] = lambda: None) -> None:
    """Out of the album, as where a camera hangs; `look` before it is used."""
    _allow(page, "摄像头")
    album = page.get_by_role("button", name="从相册里选")
    with page.expect_file_chooser() as chooser:
        album.click()
        _allow(page, "相册")
    chooser.value.set_files(card)
    page.get_by_role("button", name="用这张").wait_for()
    look()
    page.get_by_role("button", name="用这张").click()


def film(page: Page, *, review: bool = False, look: Callable[[], None] = lambda: None) -> None:
    """Agree to the face check and stand before the camera until there is an answer."""
    for name, wanted in (("我愿意刷脸", True), ("机器拿不准", review)):
        tick = page.get_by_role("checkbox", name=name)
        if wanted and tick.get_attribute("aria-checked") == "false":
            tick.click()
    with page.expect_response("**/face-check", timeout=60_000):
        page.get_by_role("button", name="开始刷脸").click()
        _allow(page, "摄像头")
        page.locator("wx-camera").wait_for()
        look()
        for _ in range(_LOOKS):
            if page.locator("wx-camera").count() == 0 or page.get_by_text("正在比对").count():
                break
            page.clock.fast_forward(1000)
            page.wait_for_timeout(100)


def seen(page: Page, name: str, *, elder: bool = False) -> None:
    """Write the whole page to build/screens, however long it is, and want no fault of it.

    The window is as tall as the page: axe-core says nothing about what is scrolled away.
    """
    tall = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('*')].map((one) => one.scrollHeight))"
    )
    page.set_viewport_size({**PHONE, "height": max(PHONE["height"], min(int(tall) + 8, 4000))})
    shoot(page, f"{name}-elder" if elder else name)
    found = faults(page, elder=elder)
    page.set_viewport_size(PHONE)
    assert found == [], name


def read_qr_on(page: Page) -> str:
    """What another phone's scanner reads from this screen."""
    page.wait_for_function(
        "() => [...document.querySelectorAll('img')].some((one) => one.naturalWidth > 200)"
    )
    return pictures.read_qr(page.screenshot())


def write_name(page: Page) -> None:
    pad = page.get_by_label("写名字的地方")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    for left in (60, 150, 240):
        page.mouse.move(box["x"] + left, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + left + 40, box["y"] + 110, steps=4)
        page.mouse.move(box["x"] + left, box["y"] + 190, steps=4)
        page.mouse.up()


def agree(page: Page) -> None:
    page.get_by_role("checkbox", name="我看明白了，我同意").click()
    write_name(page)
    page.get_by_role("button", name="签好了").click()


def _allow(page: Page, what: str) -> None:
    """WeChat asks once for each thing; here every test opens a new phone."""
    sheet = page.get_by_role("dialog").filter(has_text=what)
    if _asked(page, what):
        sheet.get_by_role("button", name=SHEET).click()


def _asked(page: Page, what: str) -> bool:
    """Whether this phone still has to be asked, by what it remembers."""
    scope = {"相册": "scope.album", "摄像头": "scope.camera"}[what]
    script = "(scope) => !Object.values(localStorage).some((one) => one.includes(scope))"
    return bool(page.evaluate(script, scope))
