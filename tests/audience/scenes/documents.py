"""Photos of a case, and the photo of a mandate."""

from __future__ import annotations

from typing import Any

from tests.audience.matters import PHOTO
from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World
from tests.factories.house import member_of, photo
from tests.factories.people import SON


def form(case: str, slot: str, **more: str) -> dict[str, Any]:
    """A photo for a slot, as a browser sends it."""
    file = (photo(), "photo.jpg", "image/jpeg")
    data = {"caseId": case, "slot": slot, "file": file, **more}
    return {"data": data, "content_type": "multipart/form-data"}


def upload(world: World, who: str) -> Ask:
    return Ask(more=form(world.matter(who).waiting["id"], PHOTO))


def upload_to_draft(world: World, who: str) -> Ask:
    return Ask(more=form(world.matter(who).draft["id"], PHOTO))


def upload_to_counter_draft(world: World, who: str) -> Ask:
    return Ask(more=form(world.things.counter["id"], "promise_paper"))


def delete_at_counter(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.things.counter_paper["id"]}, version=1)


def upload_for_anothers(world: World, who: str) -> Ask:
    mine = world.matter(who)
    other = world.own if mine is world.helped else world.helped
    member = member_of(other.waiting, SON)["id"]
    return Ask(more=form(mine.waiting["id"], "id_card", memberId=member))


def upload_mandate(world: World, who: str) -> Ask:
    """The mandate is active: its paper cannot be changed any more, even by its helper."""
    return Ask(more=form(world.mandate["id"], "mandate_paper"))


def paper(world: World, who: str) -> Ask:
    found = world.matter(who).waiting_paper["id"]
    return Ask(path={"document_id": found}, mark=found)


def content(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.matter(who).waiting_paper["id"]}, query="?variant=full")


def draft_content(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.matter(who).draft_paper["id"]}, query="?variant=full")


def mandate_content(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.mandate_paper["id"]}, query="?variant=full")


def delete(world: World, who: str) -> Ask:
    found = world.matter(who).draft_paper
    return Ask(path={"document_id": found["id"]}, version=1)


def delete_handed_in(world: World, who: str) -> Ask:
    found = world.matter(who).waiting_paper
    return Ask(path={"document_id": found["id"]}, version=1)


SCENES: dict[str, Scene] = {
    "uploadDocument": upload,
    "uploadDocument, to a draft": upload_to_draft,
    "uploadDocument, for a member of another's case": upload_for_anothers,
    "uploadDocument, to an active mandate": upload_mandate,
    "getDocument": paper,
    "getDocumentContent": content,
    "getDocumentContent, of a draft": draft_content,
    "getDocumentContent, of a mandate": mandate_content,
    "uploadDocument, to a draft of the counter": upload_to_counter_draft,
    "deleteDocument, of a draft of the counter": delete_at_counter,
    "deleteDocument": delete,
    "deleteDocument, of a case handed in": delete_handed_in,
}
