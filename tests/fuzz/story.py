"""What happened in the town before the fuzz comes: a case at every stage, and a session of each
kind of caller.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from backend.backoffice import queries as backoffice_queries
from backend.backoffice import service as backoffice
from backend.consent.models import ConsentInvitation
from backend.core.access import Role
from backend.forwarding import service as forwarding
from backend.identity import service as identity
from backend.relay.models import Delivery
from backend.relay.ports import ReceiverUnreachable
from backend.relay.rules import signed_headers
from backend.worker import relay_of
from tests.factories.consents import text
from tests.factories.house import MONITOR_TOKEN, TOWNSHIP, VILLAGE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, HELPER, HUSBAND, SON, STRANGER, Human
from tests.factories.policies import county_rules
from tests.fuzz import wishing
from tests.fuzz.world import World

ALONE = [APPLICANT.body("01")]
COUNTY, CITY = "610304", "6103"
PASSWORD = "correct horse"


def tell(world: World) -> None:
    """Let it all happen, and keep it."""
    people = People(world)
    people.citizens()
    people.desks()
    Cases(world, people).all()
    asked = people.owner.once("/help-requests", {"division": VILLAGE}).get_json()
    path = f"/staff/help-requests/{asked['id']}/claim"
    world.facts["help"] = people.desk.post(path, version=asked["version"]).get_json()
    path = f"/applications/{world.facts['lying']['id']}/letters"
    [world.facts["letter"]] = people.owner.get(path).get_json()["items"]
    wishing.tell(world)
    world.keep()


@dataclass
class Neighbour:
    """The relay's sender: posts to the doors of this very house, signed by the real clock, since
    the receiver looks at it; nobody answers while it is deaf.
    """

    town: Town
    deaf: bool = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        if self.deaf:
            raise ReceiverUnreachable()
        key = self.town.units.vault.ring.current("webhook").secret
        signed = signed_headers(key, headers["webhook-id"], datetime.now(UTC), body)
        path = urlsplit(url).path.removeprefix("/api/v1")
        return self.town.client.send("POST", path, data=body, headers=signed).status_code


class People:
    """Whoever has a session."""

    def __init__(self, world: World) -> None:
        self.world, self.town = world, world.town

    def keep(self, name: str, visitor: Visitor) -> Visitor:
        self.world.tokens[name] = visitor.token
        self.world.facts[f"{name}_id"] = str(visitor.id)
        return visitor

    def citizens(self) -> None:
        self.owner = self.keep("owner", self.town.citizen(APPLICANT))
        self.town.prove(self.owner)
        self.helper = self.keep("helper", self.town.citizen(HELPER))
        self.keep("stranger", self.town.citizen(STRANGER.number))
        shown = self.keep("shown", self.town.citizen("whom the examples name"))
        who = {"name": APPLICANT.name, "idNumber": "11010519491231002X"}
        assert shown.put("/me/identity", who).status_code == 200
        self.world.facts["phone_code"] = "phone-13900001234"
        self.world.facts["wechat_code"] = self.town.wechat.code_for("newcomer")

    def desks(self) -> None:
        self.desk = self.keep("township", self.town.staff())
        self.colleague = self.keep("colleague", self.town.staff())
        self.keep("county", self.town.staff(Role.COUNTY, COUNTY))
        self.keep("city", self.town.staff(Role.CITY, CITY))
        self.keep("auditor", self.town.staff(Role.AUDITOR, COUNTY))
        self.world.tokens["monitor"] = MONITOR_TOKEN
        self.keep("village", self.town.staff(Role.VILLAGE, VILLAGE))
        hashed = identity.hash_password(PASSWORD)
        with self.town.units.write() as work:
            self.world.facts["totp_secret"] = identity.add_staff(
                work, username="chencang", name="李娜", password_hash=hashed,
                roles=[Role.TOWNSHIP], scope=TOWNSHIP,
            )  # fmt: skip
            for one in backoffice.seed_demo_staff(work, COUNTY, TOWNSHIP):
                self.world.tokens[one.label] = one.token
                self.world.facts[f"{one.label}_id"] = str(one.staff_id)


class Cases:
    """Cases at every stage; the name of each is what it waits for."""

    def __init__(self, world: World, people: People) -> None:
        self.facts, self.tokens, self.town = world.facts, world.tokens, world.town
        self.people, self.owner, self.desk = people, people.owner, people.desk
        self.neighbour = Neighbour(world.town)

    def all(self) -> None:
        self.drafts()
        self.mandates()
        self.links()
        self.sittings()
        self.counters()
        self.review()
        self.ready()
        self.back_office()
        self.clocks()
        self.delivery()

    def keep(self, name: str, case: dict[str, Any]) -> dict[str, Any]:
        """The case as it stands, under this name."""
        self.facts[name] = self.owner.case(case["id"])
        return dict(self.facts[name])

    def drafts(self) -> None:
        draft = self.owner.draft()
        paper = self.owner.upload(draft["id"], "household_register").get_json()
        self.facts["document"] = paper
        self.keep("draft", draft)
        whole = self.owner.draft(ALONE)
        self.owner.papers(whole)
        self.keep("whole", whole)

    def mandates(self) -> None:
        for name, who, paper in (("awaited", SON, False), ("mandate", APPLICANT, True)):
            body = {
                "principalName": who.name,
                "principalIdNumber": who.number,
                "division": VILLAGE,
            }
            found = self.people.helper.once("/mandates", body).get_json()
            if paper:
                assert self.people.helper.upload(found["id"], "mandate_paper").status_code == 201
            self.facts[name] = found
        items = self.people.helper.get("/mandates").get_json()["items"]
        [self.facts["mandate"]] = [m for m in items if m["id"] == self.facts["mandate"]["id"]]

    def links(self) -> None:
        case = self.owner.submitted()
        self.facts["link"] = self.owner.invite(case["id"], member_of(case, SON)["id"])["token"]
        token = self.owner.invite(case["id"], member_of(case, HUSBAND)["id"])["token"]
        self.facts["begun_link"] = token
        self._sit_down("signer", token, HUSBAND)
        self.keep("lying", case)
        alone = self.owner.submitted(members=ALONE)
        made = self.owner.invite(alone["id"], alone["members"][0]["id"])
        self.facts["lapsed_link"] = made["token"]
        with self.town.units.write() as work:
            row = work.session.get_one(ConsentInvitation, UUID(made["invitationId"]))
            row.created_at -= timedelta(days=31)
            row.expires_at -= timedelta(days=31)

    def sittings(self) -> None:
        case = self.owner.submitted()
        for name, who in (("challenged", SON), ("verified", HUSBAND)):
            token = self.owner.invite(case["id"], member_of(case, who)["id"])["token"]
            self.facts[f"{name}_link"] = token
            seat, reference = self._sit_down(name, token, who)
            self.facts["reference"] = reference
            path = f"/consent-invitations/{token}"
            self.facts["challenge"] = seat.post(f"{path}/face-challenge").get_json()["challengeId"]
            if name == "verified":
                assert self._look(seat, path).status_code == 200
        shown = self.town.client.send("GET", path).get_json()
        self.facts["statement"] = shown["statement"]["hash"]
        self._sit_for_the_check()
        self.keep("sitting", case)

    def _sit_for_the_check(self) -> None:
        """What the one who still has to look holds: the last two of the loop were another's."""
        token = self.facts["challenged_link"]
        seat, self.facts["reference"] = self._sit_down("challenged", token, SON)
        path = f"/consent-invitations/{token}/face-challenge"
        self.facts["challenge"] = seat.post(path).get_json()["challengeId"]

    def _sit_down(self, name: str, token: str, who: Human) -> tuple[Visitor, str]:
        seat, reference = self.town.sit_down(token, who)
        self.tokens[name] = seat.token
        return seat, reference

    def _look(self, seat: Visitor, path: str) -> Any:
        body = {
            "challengeId": self.facts["challenge"],
            "reference": self.facts["reference"],
            "frames": [text(b"\xff\xd8frame\xff\xd9")] * 3,
            "faceConsent": True,
            "reviewConsent": True,
        }
        return seat.post(f"{path}/face-check", body)

    def counters(self) -> None:
        for name in ("counter", "witnessed"):
            case = self.owner.submitted(members=ALONE)
            invitation = self.desk.invite(case["id"], case["members"][0]["id"])["invitationId"]
            self.facts[f"{name}_invitation"] = invitation
            self.keep(name, case)
        body = {"invitationId": invitation, "papersSeen": "身份证原件", "reason": "没有手机。"}
        path = f"/staff/applications/{case['id']}/counter-consents"
        self.facts["record"] = self.people.colleague.once(path, body).get_json()["id"]

    def review(self) -> None:
        case = self.owner.submitted(members=[*ALONE, HUSBAND.body("11")])
        token = self.owner.invite(case["id"], member_of(case, HUSBAND)["id"])["token"]
        assert self.town.consent_by_face(token, HUSBAND, 0.45).status_code == 201
        [self.facts["review"]] = self.desk.get("/staff/face-reviews").get_json()["items"]
        self.keep("reviewed", case)

    def _consented(self) -> dict[str, Any]:
        case = self.owner.submitted(members=ALONE)
        self.town.all_consent_at_counter(case)
        return self.owner.case(case["id"])

    def ready(self) -> None:
        case = self.keep("ready", self._consented())
        self.facts["consent"] = case["members"][0]["signer"]["consentId"]

    def _accepted(self, name: str) -> dict[str, Any]:
        case = self._consented()
        path = f"/staff/applications/{case['id']}/acceptance"
        answer = self.desk.post(path, {"personsConfirmed": True}, version=case["version"])
        assert answer.status_code == 200, answer.get_json()
        return self.keep(name, case)

    def back_office(self) -> None:
        for name in ("forwarded", "published"):
            case = self._accepted(name)
            self._carry()
            with self.town.units.read() as work:
                found = backoffice_queries.case_of(work, UUID(case["id"]))
                assert found is not None
                self.facts[f"{name}_row"] = str(found.id)
        self._publish(self.facts["published_row"])
        self._carry()
        self.facts["task"] = self._task(self.facts["forwarded_row"])

    def _carry(self) -> None:
        relay = replace(relay_of(self.town.house), sender=self.neighbour)
        while relay.run_once():
            pass

    def _task(self, row: str) -> dict[str, Any]:
        path = f"/backoffice/cases/{row}"
        tasks = self.town.client.send("GET", path, token=self.tokens["verifier"]).get_json()[
            "tasks"
        ]
        return dict(next(task for task in tasks if task["state"] == "open"))

    def _publish(self, row: str) -> None:
        surveyors = [self.facts["surveyor-1_id"], self.facts["surveyor-2_id"]]
        amount = {"amountFen": 18_600}
        for who, body in (
            ("verifier", {"result": "passed"}),
            ("surveyor-1", {"result": "done", "investigators": surveyors}),
            ("reviewer", {"result": "positive", **amount}),
            ("reviewer", {"result": "posted"}),
        ):
            path = f"/backoffice/tasks/{self._task(row)['id']}/completion"
            answer = self.town.client.send("POST", path, token=self.tokens[who], json=body)
            assert answer.status_code == 200, answer.get_json()

    def clocks(self) -> None:
        """One case whose clock runs, and one whose clock stands: the county allows a pause."""
        with tempfile.TemporaryDirectory() as folder:
            county_rules(self.town.units, Path(folder), VILLAGE[:6], "clock_pause_allowed = true")
        self._accepted("running")
        case = self._accepted("standing")
        path = f"/staff/applications/{case['id']}/pause"
        why = {"reason": "other_office", "note": "等回函。"}
        answer = self.desk.post(path, why, version=case["version"])
        assert answer.status_code == 200, answer.get_json()
        self._carry()  # the county's answer is a change, too
        for name in ("running", "standing"):
            self.keep(name, self.facts[name])

    def delivery(self) -> None:
        case = self._accepted("waiting")
        self.neighbour.deaf = True
        self._carry()
        with self.town.units.read() as work:
            rows = work.session.scalars(
                select(Delivery).where(Delivery.destination == forwarding.DESTINATION)
            )
            [row] = [row for row in rows if str(row.aggregateid) == case["id"]]
            self.facts["delivery"] = {"id": str(row.id), "version": row.version}
