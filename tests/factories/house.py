"""A whole house over a seeded database, with fakes behind its ports, and the people who come to
its doors.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from backend import house as houses
from backend.adapters.face.fake import FakeFaceVerifier
from backend.app import create_app
from backend.core.access import Actor, Role
from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing, Vault, token_hash
from backend.core.db import Database
from backend.core.ids import new_id, new_token
from backend.core.settings import Settings
from backend.core.uow import Kit, Listeners, Units
from backend.house import House
from backend.identity.models import Account, LoginSession, StaffMember
from backend.identity.service import prove
from backend.policy.service import load_policy
from backend.regions.models import CalendarChange, CalendarHead
from backend.regions.service import load_shipped
from backend.web.pages.demo import serve_demo_people
from tests.factories import people
from tests.factories.consents import STROKES, text
from tests.factories.documented import DocumentedClient
from tests.factories.people import Human
from tests.factories.pictures import corners, jpeg
from tests.fakes.documents import MemoryFileStore
from tests.fakes.tasks import FakeTaskSource
from tests.fakes.wechat import (
    FakeMessageSender,
    FakeTextCheck,
    FakeWechatLogin,
    FakeWechatPhone,
)

TOWNSHIP = "610304001"  # 宝鸡市陈仓区虢镇街道
VILLAGE = "610304001001"
ELSEWHERE = "610304101"  # another township of the same county
MONITOR_TOKEN = "m" * 40
_STAFF_LIFE = timedelta(hours=8)
# Regions and policy: seeded once a test process, read by every test.
SEEDED = frozenset(
    {
        "divisions",
        "calendar_years",
        "calendar_days",
        "policy_versions",
        "programmes",
        "standards",
        "county_rules",
    }
)


def seed(url: str, ring: KeyRing) -> None:
    """Regions, calendar and policy as they ship."""
    units = Units(Kit(Database(url), Vault(ring), Listeners(), FixedClock()))
    with units.write() as work:
        load_shipped(work)
        load_policy(work)
    with units.write() as work:  # what changes of the calendar came before a test is not its own
        work.session.execute(delete(CalendarChange))
        work.session.execute(update(CalendarHead).values(revision=0))
    units.kit.database.close()


@dataclass
class Visitor:
    """Somebody with a session; every method is one request."""

    town: Town
    token: str
    id: UUID

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.town.client.send("GET", path, token=self.token, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self._with_body("POST", path, body, more)

    def put(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self._with_body("PUT", path, body, more)

    def patch(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        return self._with_body("PATCH", path, body, more)

    def delete(self, path: str, **more: Any) -> TestResponse:
        return self.town.client.send("DELETE", path, token=self.token, **more)

    def once(self, path: str, body: Any = None, **more: Any) -> TestResponse:
        """A POST with a fresh Idempotency-Key."""
        return self.post(path, body, key=str(new_id()), **more)

    def _with_body(self, method: str, path: str, body: Any, more: Any) -> TestResponse:
        sent = {} if body is None else {"json": body}
        return self.town.client.send(method, path, token=self.token, **sent, **more)

    # What most tests do many times.

    def case(self, case_id: str) -> dict[str, Any]:
        return dict(self.get(f"/applications/{case_id}").get_json())

    def draft(self, members: Sequence[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
        """A new draft with everything but the papers."""
        response = self.once("/applications", draft_body(members, **more))
        assert response.status_code == 201, response.get_json()
        return dict(response.get_json())

    def upload(self, case_id: str, slot: str, member: str | None = None) -> TestResponse:
        form: dict[str, Any] = {"caseId": case_id, "slot": slot}
        if member is not None:
            form["memberId"] = member
        form["file"] = (photo(), "photo.jpg", "image/jpeg")
        return self.town.client.send(
            "POST",
            "/documents",
            token=self.token,
            key=str(new_id()),
            data=form,
            content_type="multipart/form-data",
        )

    def papers(self, case: dict[str, Any]) -> None:
        """The photos that the checklist asks for."""
        for gap in self.get(f"/applications/{case['id']}/checklist").get_json()["missing"]:
            place = gap["path"].split("/")
            if place[1] == "members" and len(place) == 5:
                member = case["members"][int(place[2])]["id"]
                assert self.upload(case["id"], place[4], member).status_code == 201
            elif place[1] == "documents":
                assert self.upload(case["id"], place[2]).status_code == 201

    def submit(self, case_id: str, **more: Any) -> TestResponse:
        version = self.case(case_id)["version"]
        return self.once(f"/applications/{case_id}/submission", version=version, **more)

    def submitted(self, **more: Any) -> dict[str, Any]:
        """A case that lies at the township, its consents outstanding."""
        case = self.draft(**more)
        self.papers(case)
        response = self.submit(case["id"])
        assert response.status_code == 200, response.get_json()
        return self.case(case["id"])

    def invite(self, case_id: str, member_id: str) -> dict[str, Any]:
        response = self.once(
            f"/applications/{case_id}/consent-invitations", {"memberId": member_id}
        )
        assert response.status_code == 201, response.get_json()
        return dict(response.get_json())


def photo() -> io.BytesIO:
    return io.BytesIO(jpeg(corners()))


def draft_body(members: Sequence[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "programme": "dibao",
        "division": VILLAGE,
        "area": "urban",
        "members": people.household() if members is None else list(members),
        "cashAssetsFen": 500_000,
        "truthPromise": {"accepted": True},
        "staffRelatives": [],
        **more,
    }


_databases: dict[str, Database] = {}


def kept_database(url: str) -> Database:
    """The same engine for the same place, test after test: it keeps what it has compiled, which is
    a sixth of all that tests of the data layer do. Closed in between, it opens again by itself.
    """
    return _databases.setdefault(url, Database(url))


_apps: list[Flask] = []
_addresses = itertools.count(1)


def _shared_app(house: House) -> Flask:
    """One app a test process, given this house: to build all doors anew takes 0.2 seconds."""
    if not _apps:
        _apps.append(create_app(house))
    app = _apps[0]
    app.extensions["zhangban"].units = house.units
    app.extensions |= {
        "wechat": house.wechat,
        "outside": house.outside,
        "face": house.face,
        "documents": house.documents,
        "tasks": house.tasks,
    } | serve_demo_people(house.settings.home / "demo.json")
    return app


def _next_address() -> str:
    """Nobody's requests count against another's limit."""
    n = next(_addresses)
    return f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"


@dataclass
class Town:
    """The house, its clock and its fakes, and whoever comes."""

    house: House
    clock: FixedClock
    wechat: FakeWechatLogin
    face: FakeFaceVerifier
    files: MemoryFileStore
    client: DocumentedClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = DocumentedClient(_shared_app(self.house), _next_address())

    @property
    def units(self) -> Units:
        return self.house.units

    def restart(self) -> None:
        """A new web process over the same house."""
        self.client = DocumentedClient(create_app(self.house), _next_address())

    def log_in(self, label: str, *, shared: bool = False, **more: Any) -> TestResponse:
        code = self.wechat.code_for(label)
        body = {"code": code, "sharedPhone": shared}
        return self.client.send("POST", "/sessions/wechat", json=body, **more)

    def citizen(self, who: Human | str, *, claims: bool = True) -> Visitor:
        """Somebody with a log-in of their own who said who they are."""
        label = who if isinstance(who, str) else who.number
        found = self.log_in(label).get_json()
        visitor = Visitor(self, found["token"], UUID(int=0))
        if isinstance(who, Human) and claims:
            body = {"name": who.name, "idNumber": who.number}
            assert visitor.put("/me/identity", body).status_code == 200
        visitor.id = UUID(visitor.get("/me").get_json()["accountId"])
        return visitor

    def prove(self, visitor: Visitor, assurance: str = "C") -> None:
        """Somebody entitled confirmed who this is."""
        desk = Actor(frozenset({Role.TOWNSHIP}), new_id(), scope=TOWNSHIP)
        with self.units.write() as work:
            person = work.session.get_one(Account, visitor.id).person_id
            assert person is not None
            prove(work, desk, visitor.id, person, assurance)

    def staff(self, role: Role = Role.TOWNSHIP, scope: str = TOWNSHIP, **more: Any) -> Visitor:
        """A member of staff at work; log-in itself has tests of its own."""
        member = StaffMember(
            id=new_id(),
            username=f"s{new_id().hex[-12:]}",
            password_hash="none",
            roles=[str(role)],
            scope=scope,
            **more,
        )
        member.seal(self.units.vault, name="周干事", totp_secret=pyotp.random_base32())
        token, now = new_token(), self.clock.now()
        session = LoginSession(
            id=new_id(),
            token_hash=token_hash(token),
            expires_at=now + _STAFF_LIFE,
            last_seen_at=now,
        )
        with self.units.write() as work:
            work.session.add(member)
            work.session.flush()
            session.staff_id = member.id
            work.session.add(session)
        return Visitor(self, token, member.id)

    def consent_at_counter(
        self, case_id: str, member_id: str, desk: tuple[Visitor, Visitor]
    ) -> TestResponse:
        """One signer's consent before two people of staff."""
        invitation = desk[0].invite(case_id, member_id)["invitationId"]
        body = {"invitationId": invitation, "papersSeen": "身份证原件", "reason": "没有手机。"}
        record = desk[0].once(f"/staff/applications/{case_id}/counter-consents", body)
        assert record.status_code == 201, record.get_json()
        return desk[1].once(f"/staff/counter-consents/{record.get_json()['id']}/confirmation")

    def all_consent_at_counter(self, case: dict[str, Any]) -> None:
        desk = (self.staff(), self.staff())
        for member in signers(case):
            if not member["signer"]["counts"]:
                answer = self.consent_at_counter(case["id"], member["id"], desk)
                assert answer.status_code == 200, answer.get_json()

    def consent_by_face(self, token: str, who: Human, score: float = 0.3) -> TestResponse:
        """One signer's whole sitting at the link, over HTTP."""
        link = f"/consent-invitations/{token}"
        seat, reference = self.sit_down(token, who)
        look = self.look(token, seat, reference)
        self.face.score = score
        answer = seat.post(f"{link}/face-check", look)
        assert answer.status_code == 200, answer.get_json()
        return seat.once(f"{link}/signature", self.signature(token))

    def look(self, token: str, seat: Visitor, reference: str) -> dict[str, Any]:
        """A face check's body, the challenge fresh."""
        challenge = seat.post(f"/consent-invitations/{token}/face-challenge").get_json()
        return {
            "challengeId": challenge["challengeId"],
            "reference": reference,
            "frames": [text(b"\xff\xd8frame\xff\xd9")] * 3,
            "faceConsent": True,
            "reviewConsent": True,
        }

    def signature(self, token: str) -> dict[str, Any]:
        """The body that says yes to what the link shows."""
        shown = self.client.send("GET", f"/consent-invitations/{token}").get_json()
        return {
            "strokes": STROKES,
            "statementHash": shown["statement"]["hash"],
            "agreed": True,
            "assisted": False,
        }

    def refuse(self, token: str, who: Human) -> TestResponse:
        """One signer says no."""
        seat, _ = self.sit_down(token, who)
        return seat.post(f"/consent-invitations/{token}/refusal", {"reason": "不想。"})

    def sit_down(self, token: str, who: Human) -> tuple[Visitor, str]:
        """A signer identified at the link: the sitting, and the sealed portrait."""
        begun = self.client.send(
            "POST", f"/consent-invitations/{token}/identification", json=identification(who)
        ).get_json()
        return Visitor(self, begun["token"], UUID(int=0)), begun["reference"]


def identification(who: Human) -> dict[str, str]:
    """What a signer types and photographs."""
    return {"name": who.name, "idNumber": who.number, "card": text(b"\xff\xd8card\xff\xd9")}


def signers(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [member for member in case["members"] if member["signer"] is not None]


def member_of(case: dict[str, Any], who: Human) -> dict[str, Any]:
    return next(m for m in case["members"] if m["name"] == who.name)


def fake_outside() -> houses.Outside:
    """What WeChat does beside the log-in."""
    return houses.Outside(
        phone=FakeWechatPhone(), sender=FakeMessageSender(), texts=FakeTextCheck()
    )


def open_town(url: str, ring: KeyRing, clock: FixedClock, folder: Path) -> Iterator[Town]:
    """A town over a database that was seeded."""
    settings = Settings.from_env(
        {
            "ZHANGBAN_HOME": str(folder),
            "ZHANGBAN_DATABASE_URL": url,
            "ZHANGBAN_DEMO": "1",
            "ZHANGBAN_METRICS_TOKEN": MONITOR_TOKEN,
        }
    )
    wechat, face, files = FakeWechatLogin(), FakeFaceVerifier(), MemoryFileStore(clock)
    house = houses.assemble(
        settings,
        Vault(ring),
        wechat=wechat,
        face=face,
        files=files,
        wall=clock,
        tasks=FakeTaskSource(),
        outside=fake_outside(),
        database=kept_database(url),
    )
    yield Town(house, clock, wechat, face, files)
    house.close()
