"""Micro-wishes: asking, giving, the desk; and their photos."""

from __future__ import annotations

from typing import Any

from tests.audience.scenes.ask import Ask, Scene
from tests.audience.scenes.documents import form
from tests.audience.wishes import NEW_OLD_MAN
from tests.audience.world import STAFF, World
from tests.factories.wishes import named, wish_body

_REASON = {"reason": "看过了。"}


def board(world: World, who: str) -> Ask:
    return Ask(mark=world.wishes.published["id"])


def name_of_board(world: World, who: str) -> Ask:
    return Ask(mark=world.wishes.name)


def kinds(world: World, who: str) -> Ask:
    return Ask(mark="clothing")


def post(world: World, who: str) -> Ask:
    """One's own wish; at the desk for somebody without a phone."""
    return Ask(body=wish_body(beneficiary=named(NEW_OLD_MAN)) if who in STAFF else wish_body())


def asked(world: World, who: str) -> Ask:
    return Ask(query="?side=asked", mark=world.wishes.submitted["id"])


def given(world: World, who: str) -> Ask:
    return Ask(query="?side=given", mark=world.wishes.claimed["id"])


def submitted(world: World, who: str) -> Ask:
    return _look(world.wishes.submitted)


def on_board(world: World, who: str) -> Ask:
    return _look(world.wishes.published)


def name_on_board(world: World, who: str) -> Ask:
    return _look(world.wishes.published, world.wishes.name)


def name_when_taken(world: World, who: str) -> Ask:
    return _look(world.wishes.claimed, world.wishes.name)


def patch(world: World, who: str) -> Ask:
    return _on(world.wishes.submitted, body={"valueFen": 10_000}, versioned=True)


def patch_of_village(world: World, who: str) -> Ask:
    return _on(world.wishes.of_village, body={"valueFen": 10_000}, versioned=True)


def withdraw(world: World, who: str) -> Ask:
    return _on(world.wishes.submitted, versioned=True)


def withdraw_of_village(world: World, who: str) -> Ask:
    return _on(world.wishes.of_village, versioned=True)


def claim(world: World, who: str) -> Ask:
    return _on(world.wishes.published)


def claim_unpublished(world: World, who: str) -> Ask:
    return _on(world.wishes.submitted)


def claim_taken(world: World, who: str) -> Ask:
    return _on(world.wishes.claimed)


def give_back(world: World, who: str) -> Ask:
    return _on(world.wishes.claimed)


def deliver(world: World, who: str) -> Ask:
    return _on(world.wishes.claimed, body={"note": "放在村委会。"})


def confirm(world: World, who: str) -> Ask:
    return _on(world.wishes.delivered, body={"received": True})


def thank(world: World, who: str) -> Ask:
    return _on(world.wishes.fulfilled, body={"text": "被子很暖和,谢谢您。"})


def desk_list(world: World, who: str) -> Ask:
    return Ask(query="?state=submitted", mark=world.wishes.submitted["id"])


def publish(world: World, who: str) -> Ask:
    return _on(world.wishes.submitted, body={}, versioned=True)


def publish_of_village(world: World, who: str) -> Ask:
    return _on(world.wishes.of_village, body={}, versioned=True)


def decide(world: World, who: str) -> Ask:
    return _on(world.wishes.submitted, body=_REASON, versioned=True)


def settle(world: World, who: str) -> Ask:
    return _on(world.wishes.delivered, body={"received": True, **_REASON}, versioned=True)


def upload(world: World, who: str) -> Ask:
    return Ask(more=form(world.wishes.submitted["id"], "wish_photo"))


def upload_delivery(world: World, who: str) -> Ask:
    return Ask(more=form(world.wishes.claimed["id"], "delivery_photo"))


def photo(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.wishes.photo["id"]}, query="?variant=full")


def delivery_photo(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.wishes.delivery_photo["id"]}, query="?variant=full")


def delete_photo(world: World, who: str) -> Ask:
    return Ask(path={"document_id": world.wishes.photo["id"]}, version=1)


def _look(wish: dict[str, Any], mark: str | None = None) -> Ask:
    return Ask(path={"wish_id": wish["id"]}, mark=mark or wish["id"])


def _on(wish: dict[str, Any], *, body: Any = None, versioned: bool = False) -> Ask:
    version = wish["version"] if versioned else None
    return Ask(path={"wish_id": wish["id"]}, body=body, version=version)


SCENES: dict[str, Scene] = {
    "listWishes": board,
    "listWishes, the name behind one": name_of_board,
    "listWishKinds": kinds,
    "postWish": post,
    "listMyWishes": asked,
    "listMyWishes, those that I took up": given,
    "getWish": submitted,
    "getWish, on the board": on_board,
    "getWish, the name behind one on the board": name_on_board,
    "getWish, the name behind one that is taken": name_when_taken,
    "patchWish": patch,
    "patchWish, of the village": patch_of_village,
    "withdrawWish": withdraw,
    "withdrawWish, of the village": withdraw_of_village,
    "claimWish": claim,
    "claimWish, before it hangs on the board": claim_unpublished,
    "claimWish, when it is taken": claim_taken,
    "giveBackWish": give_back,
    "deliverWish": deliver,
    "confirmWish": confirm,
    "thankForWish": thank,
    "listDeskWishes": desk_list,
    "publishWish": publish,
    "publishWish, of the village": publish_of_village,
    "returnWish": decide,
    "rejectWish": decide,
    "settleWish": settle,
    "uploadDocument, to a wish": upload,
    "uploadDocument, of a delivery": upload_delivery,
    "getDocumentContent, of a wish": photo,
    "getDocumentContent, of a delivery": delivery_photo,
    "deleteDocument, of a wish": delete_photo,
}
