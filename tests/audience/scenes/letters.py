"""Letters: of a case handed in, of a signer, and the check that anybody may make."""

from __future__ import annotations

from typing import Any

from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World


def of_waiting(world: World, who: str) -> Ask:
    matter = world.matter(who)
    letter = _letters(world, who)[0]
    return Ask(path={"application_id": matter.waiting["id"]}, mark=letter["id"])


def receipt(world: World, who: str) -> Ask:
    return Ask(path={"application_id": world.matter(who).waiting["id"]})


def one(world: World, who: str) -> Ask:
    return Ask(path={"letter_id": _letters(world, who)[0]["id"]})


def signers(world: World, who: str) -> Ask:
    """The son's authorisation, as the desk lists it."""
    matter = world.matter(who)
    path = f"/applications/{matter.ready['id']}/letters"
    consent = world.visitors["township"].get(path).get_json()["items"]
    letter = next(o for o in reversed(consent) if o["kind"] == "authorisation")
    return Ask(path={"letter_id": letter["id"]})


def of_consent(world: World, who: str) -> Ask:
    return Ask(path={"consent_id": world.matter(who).consent}, seat="signed")


def check(world: World, who: str) -> Ask:
    letter = _letters(world, "owner")[0]
    return Ask(body={"code": letter["code"]}, mark=letter["number"])


def _letters(world: World, who: str) -> list[dict[str, Any]]:
    matter = world.matter(who)
    path = f"/applications/{matter.waiting['id']}/letters"
    return list(world.visitors["township"].get(path).get_json()["items"])


SCENES: dict[str, Scene] = {
    "listLetters": of_waiting,
    "getReceipt": receipt,
    "getLetter": one,
    "getLetter, what a signer signed": signers,
    "getConsentLetter": of_consent,
    "checkLetter": check,
}
