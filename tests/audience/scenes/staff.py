"""The township's desk."""

from __future__ import annotations

from typing import Any

from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World

_REASON = {"reason": "看过了。"}
_ITEM = {"path": "/members/0/documents/id_card", "reason": "incomplete", "note": "请补拍反面。"}


def worklist(world: World, who: str) -> Ask:
    return Ask(mark=world.own.waiting["id"])


def accept(world: World, who: str) -> Ask:
    return _decide(world.own.ready, {"personsConfirmed": True})


def correct(world: World, who: str) -> Ask:
    return _decide(world.own.ready, {"items": [_ITEM]})


def reject(world: World, who: str) -> Ask:
    return _decide(world.own.ready, _REASON)


def note(world: World, who: str) -> Ask:
    return Ask(path={"application_id": world.own.waiting["id"]}, body={"text": "来过电话。"})


def notes(world: World, who: str) -> Ask:
    return Ask(path={"application_id": world.own.waiting["id"]}, mark=world.things.note["id"])


def duplicates(world: World, who: str) -> Ask:
    return Ask(path={"application_id": world.own.waiting["id"]})


def prove(world: World, who: str) -> Ask:
    account = str(world.visitors["owner"].id)
    said = {"idNumber": world.own.applicant.number, "papersSeen": "身份证原件"}
    return Ask(path={"account_id": account}, body=said)


def unprove(world: World, who: str) -> Ask:
    return Ask(path={"account_id": str(world.visitors["applicant"].id)})


def counter_list(world: World, who: str) -> Ask:
    return Ask(mark=world.things.record["id"])


def record(world: World, who: str) -> Ask:
    return _record(world, world.own.seats["son"].invitation)


def record_anothers(world: World, who: str) -> Ask:
    return _record(world, world.own.seats["far"].invitation)


def _record(world: World, invitation: str) -> Ask:
    body = {"invitationId": invitation, "papersSeen": "身份证原件", "reason": "没有手机。"}
    return Ask(path={"application_id": world.own.waiting["id"]}, body=body)


def confirm(world: World, who: str) -> Ask:
    return Ask(path={"record_id": world.things.record["id"]})


def reviews(world: World, who: str) -> Ask:
    return Ask(mark=world.things.review["id"])


def pictures(world: World, who: str) -> Ask:
    return Ask(path={"review_id": world.things.review["id"]})


def review(world: World, who: str) -> Ask:
    found = world.things.review
    return Ask(path={"review_id": found["id"]}, body=_REASON, version=found["version"])


def mandates(world: World, who: str) -> Ask:
    return Ask(mark=world.things.mandate["id"])


def mandate(world: World, who: str) -> Ask:
    found = world.things.mandate
    return Ask(path={"mandate_id": found["id"]}, body=_REASON, version=found["version"])


def _decide(case: dict[str, Any], body: Any) -> Ask:
    return Ask(path={"application_id": case["id"]}, body=body, version=case["version"])


SCENES: dict[str, Scene] = {
    "getWorklist": worklist,
    "acceptApplication": accept,
    "requestCorrection": correct,
    "rejectApplication": reject,
    "noteApplication": note,
    "listNotes": notes,
    "listDuplicates": duplicates,
    "proveAccount": prove,
    "unproveAccount": unprove,
    "listCounterConsents": counter_list,
    "recordCounterConsent": record,
    "recordCounterConsent, another case's invitation": record_anothers,
    "confirmCounterConsent": confirm,
    "listFaceReviews": reviews,
    "getReviewPictures": pictures,
    "acceptFaceReview": review,
    "rejectFaceReview": review,
    "listMandatesToCheck": mandates,
    "acceptMandate": mandate,
    "rejectMandate": mandate,
}
