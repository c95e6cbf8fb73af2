"""Forwarding and the reference back office."""

from __future__ import annotations

from tests.audience.office import COUNTY, NOTICE_NAME, forwarded_case, signed
from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World


def event(world: World, who: str) -> Ask:
    """Whoever holds the secret."""
    data = {"caseId": world.things.delivery["caseId"], "sequence": 1, "receivedOn": "2026-03-02"}
    return Ask(more=signed(world.town, f"backoffice/{COUNTY}", "case.received", data))


def inbox(world: World, who: str) -> Ask:
    return Ask(more=forwarded_case(world.town))


def unsigned_event(world: World, who: str) -> Ask:
    return Ask(more={"data": event(world, who).more["data"]})


def unsigned_inbox(world: World, who: str) -> Ask:
    return Ask(more={"data": inbox(world, who).more["data"]})


def deliveries(world: World, who: str) -> Ask:
    return Ask(mark=world.things.delivery["id"])


def retry(world: World, who: str) -> Ask:
    found = world.things.delivery
    return Ask(path={"delivery_id": found["id"]}, version=found["version"])


def tasks(world: World, who: str) -> Ask:
    return Ask(mark=world.office.checking["id"])


def complete(world: World, who: str) -> Ask:
    return Ask(path={"task_id": world.office.checking["id"]}, body={"result": "passed"})


def case(world: World, who: str) -> Ask:
    found = world.office.checking["backofficeCaseId"]
    return Ask(path={"case_row_id": found}, mark=found)


def snapshot(world: World, who: str) -> Ask:
    found = world.office.checking["backofficeCaseId"]
    return Ask(path={"case_row_id": found}, query="?purpose=survey", mark=NOTICE_NAME)


def objection(world: World, who: str) -> Ask:
    return Ask(path={"case_row_id": world.office.hanging}, body={"note": "有车没报。"})


def colleagues(world: World, who: str) -> Ask:
    return Ask(query="?role=verifier", mark=world.office.verifier)


def notices(world: World, who: str) -> Ask:
    return Ask(query=f"?division={COUNTY}", mark=NOTICE_NAME)


SCENES: dict[str, Scene] = {
    "receiveBackofficeEvent": event,
    "receiveBackofficeEvent, not signed": unsigned_event,
    "receiveForwardedCase": inbox,
    "receiveForwardedCase, not signed": unsigned_inbox,
    "listDeliveries": deliveries,
    "retryDelivery": retry,
    "listBackofficeTasks": tasks,
    "completeBackofficeTask": complete,
    "getBackofficeCase": case,
    "getBackofficeSnapshot": snapshot,
    "enterBackofficeObjection": objection,
    "listBackofficeColleagues": colleagues,
    "listPublicNotices": notices,
}
