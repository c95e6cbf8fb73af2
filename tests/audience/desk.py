"""What lies on the township's desk: something to decide for each of its operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backend.worker import relay_of
from tests.audience.matters import AUNT, COUSIN, Matter, handed_in_mandate
from tests.factories.house import VILLAGE, Town, Visitor, member_of
from tests.factories.people import APPLICANT, SON, Human
from tests.fakes.webhooks import FakeSender

UNSURE = 0.45
_SEEN = {"papersSeen": "身份证原件", "reason": "没有手机。"}


@dataclass(frozen=True)
class Things:
    """Each as the API shows it."""

    mandate: dict[str, Any]  # its paper waits for a look
    record: dict[str, Any]  # a consent at the counter that waits for the second witness
    review: dict[str, Any]  # an uncertain face, with its pictures
    note: dict[str, Any]
    delivery: dict[str, Any]  # dead
    help: dict[str, Any]  # asked for, and taken up by a colleague
    counter: dict[str, Any]  # a draft for somebody without a phone, whole
    counter_paper: dict[str, Any]


def desk_things(town: Town, matter: Matter) -> Things:
    """All of it begun by a colleague, so that the township's officer of the table can go on."""
    colleague = town.staff()
    mandate, _ = handed_in_mandate(town.citizen(COUSIN), AUNT)
    note = colleague.once(
        f"/staff/applications/{matter.waiting['id']}/note", {"text": "来过电话。"}
    )
    assert note.status_code == 201, note.get_json()
    return Things(
        mandate,
        _record(matter, colleague),
        _review(town, matter, colleague),
        note.get_json(),
        _dead_delivery(town, matter, colleague),
        _help(matter, colleague),
        *_filed_at_counter(colleague),
    )


def counter_body(who: Human) -> dict[str, Any]:
    """What an officer says of somebody at the counter."""
    return {
        "programme": "dibao",
        "division": VILLAGE,
        "area": "urban",
        "name": who.name,
        "idNumber": who.number,
        "papersSeen": "身份证原件",
        "officerRelated": False,
    }


def _filed_at_counter(colleague: Visitor) -> tuple[dict[str, Any], dict[str, Any]]:
    begun = colleague.once("/staff/applications", counter_body(AUNT)).get_json()
    said = {"truthPromise": {"accepted": True}, "staffRelatives": []}
    path = f"/applications/{begun['id']}"
    assert colleague.patch(path, said, version=begun["version"]).status_code == 200
    colleague.papers(begun)
    paper = colleague.upload(begun["id"], "household_register").get_json()
    return colleague.case(begun["id"]), paper


def _help(matter: Matter, colleague: Visitor) -> dict[str, Any]:
    asked = matter.filer.once("/help-requests", {"division": VILLAGE})
    assert asked.status_code == 201, asked.get_json()
    path = f"/staff/help-requests/{asked.get_json()['id']}/claim"
    taken = colleague.post(path, version=asked.get_json()["version"])
    assert taken.status_code == 200, taken.get_json()
    return dict(taken.get_json())


def _record(matter: Matter, colleague: Visitor) -> dict[str, Any]:
    member = member_of(matter.waiting, APPLICANT)["id"]
    invited = colleague.invite(matter.waiting["id"], member)
    record = colleague.once(
        f"/staff/applications/{matter.waiting['id']}/counter-consents",
        {"invitationId": invited["invitationId"], **_SEEN},
    )
    assert record.status_code == 201, record.get_json()
    return dict(record.get_json())


def _review(town: Town, matter: Matter, colleague: Visitor) -> dict[str, Any]:
    kin = [APPLICANT.body("01"), SON.body("20", role="supporter")]
    case = matter.filer.submitted(members=kin)
    link = matter.filer.invite(case["id"], member_of(case, SON)["id"])["token"]
    signed = town.consent_by_face(link, SON, UNSURE)
    assert signed.get_json()["underReview"], signed.get_json()
    (review,) = colleague.get("/staff/face-reviews").get_json()["items"]
    return dict(review)


def _dead_delivery(town: Town, matter: Matter, colleague: Visitor) -> dict[str, Any]:
    case = matter.filer.submitted(members=[APPLICANT.body("01")])
    town.all_consent_at_counter(case)
    version = matter.filer.case(case["id"])["version"]
    path = f"/staff/applications/{case['id']}/acceptance"
    accepted = colleague.post(path, {"personsConfirmed": True}, version=version)
    assert accepted.status_code == 200, accepted.get_json()
    carrier = relay_of(town.house)
    carrier.sender = FakeSender(answers=[410])
    carrier.run_once()
    (dead,) = colleague.get("/staff/deliveries?state=dead").get_json()["items"]
    return dict(dead)
