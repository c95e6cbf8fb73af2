"""One case on its shortest honest way, and the ledger of what was answered to its people."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from PIL import Image

from miniprogram_mock.client import Answer, Problem, new_key
from tests.crash.phone import Counted, Patient, settled
from tests.crash.town import VILLAGE, Town
from tests.factories.people import FEMALE, MALE, Human

SLOTS = ("id_card", "household_register")
AFTERWARDS = ("nothing", "consent_taken_back", "case_taken_back")


@dataclass
class Ledger:
    """What 2xx answers promised about one case: all of it must be there at the end."""

    number: int
    after: str
    case_id: str = ""
    receipt: str = ""
    documents: dict[str, str] = field(default_factory=dict)  # id -> sha256 of the full file
    consent_id: str = ""
    accepted_at: float = 0.0
    taken_back: bool = False
    counted: Counted = field(default_factory=Counted)


def person_of(number: int, rng: random.Random) -> Human:
    """Somebody invented, another one for every number up to 10 000 000."""
    born = date(1950, 1, 1) + timedelta(days=number % 10_000)
    sex = rng.choice((FEMALE, MALE))
    return Human("周" + rng.choice("平安顺和宁静"), born, sex, turn=number // 10_000)


def photo_of(number: int) -> bytes:
    """A small photo, another one for every number."""
    shade = (number * 37 % 200 + 40, number * 11 % 200 + 40, 180)
    image = Image.new("RGB", (640, 480), (238, 230, 210))
    image.paste(shade, (40, 40, 40 + number % 500, 440))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


class Lean:
    """A single citizen's case: form, two photos, receipt, consent before two officers, acceptance.

    Each step repeats as a client would; `clock` says when the acceptance was answered.
    """

    def __init__(self, town: Town, desks: tuple[str, str], ledger: Ledger, seed: int) -> None:
        rng = random.Random(f"{seed}/{ledger.number}")
        self.ledger = ledger
        self.me = person_of(ledger.number, rng)
        address = f"198.18.{ledger.number // 250 % 250}.{ledger.number % 250 + 1}"
        self.phone = Patient(town.url, town.wechat_url, address=address)
        self.desks = [Patient(town.url, address=address) for _ in desks]
        for desk, token in zip(self.desks, desks, strict=True):
            desk.token = token
        for client in (self.phone, *self.desks):
            client.counted = ledger.counted

    def close(self) -> None:
        for client in (self.phone, *self.desks):
            client.close()

    def until_accepted(self, clock: Any) -> None:
        """From log-in to acceptance; what was answered stands in the ledger."""
        self.phone.log_in(f"storm-{self.ledger.number}")
        self.phone.put("/me/identity", {"name": self.me.name, "idNumber": self.me.number})
        self._fill_in()
        self._hand_in()
        self._consent()
        self._accept()
        self.ledger.accepted_at = clock()
        self._afterwards()

    @property
    def case(self) -> str:
        return f"/applications/{self.ledger.case_id}"

    def _fill_in(self) -> None:
        body = {
            "programme": "dibao",
            "division": VILLAGE,
            "area": "urban",
            "members": [self.me.body("01", work="unemployed", health="good")],
            "cashAssetsFen": 0,
            "truthPromise": {"accepted": True},
            "staffRelatives": [],
        }
        created = self.phone.post("/applications", body)
        self.ledger.case_id = str(created["id"])
        member = str(created["members"][0]["id"])
        photo = ("1.jpg", photo_of(self.ledger.number), "image/jpeg")
        for slot in SLOTS:
            form = {"caseId": self.ledger.case_id, "slot": slot}
            if slot == "id_card":
                form["memberId"] = member
            stored = self.phone.post("/documents", form, files={"file": photo})
            self.ledger.documents[str(stored["id"])] = str(stored["sha256"])

    def _hand_in(self) -> None:
        key, version = new_key(), self.phone.get(self.case)
        receipt = self.phone.post(f"{self.case}/submission", key=key, if_match=version)
        self.ledger.receipt = str(receipt["receiptCode"])

    def _consent(self) -> None:
        first, second = self.desks
        case = first.get(self.case)
        member = case["members"][0]["id"]
        # A repeated one only makes a fresh link.
        first.post(f"{self.case}/consent-invitations", {"memberId": member})
        invitation = first.get(self.case)["members"][0]["signer"]["invitationId"]
        body = {
            "invitationId": invitation,
            "papersSeen": "身份证原件",
            "reason": "没有手机，本人到窗口。",
        }
        record = first.post(f"/staff{self.case}/counter-consents", body)["id"]
        second.post(f"/staff/counter-consents/{record}/confirmation")
        signer = first.get(self.case)["members"][0]["signer"]
        self.ledger.consent_id = str(signer["consentId"])

    def _accept(self) -> None:
        desk = self.desks[0]
        seen = desk.get(self.case)
        sure = {"personsConfirmed": True}

        def send() -> Answer:
            return desk.post(f"/staff{self.case}/acceptance", sure, if_match=seen)

        settled(desk, send, lambda: desk.get(self.case)["acceptedOn"])

    def _afterwards(self) -> None:
        """Something that makes a second message of the case, close behind the first."""
        if self.ledger.after == "consent_taken_back":
            desk, path = self.desks[0], f"/consents/{self.ledger.consent_id}/withdrawal"
            settled(
                desk,
                lambda: desk.post(path, {"reason": "本人改了主意"}),
                lambda: desk.get(self.case)["members"][0]["signer"]["state"] == "withdrawn",
            )
            self.ledger.taken_back = True
        elif self.ledger.after == "case_taken_back":
            self._withdraw()

    def _withdraw(self) -> None:
        """It races with the county: who comes after the decision is told so."""
        while True:
            seen = self.phone.get(self.case)
            if seen["state"] in {"withdrawn", "approved"}:
                self.ledger.taken_back = bool(seen["state"] == "withdrawn")
                return
            try:
                self.phone.post(f"{self.case}/withdrawal", if_match=seen)
            except Problem as problem:
                if problem.status not in {409, 412}:
                    raise
