"""Somebody comes and helps: the owner's request, which a colleague of the village took up."""

from __future__ import annotations

from tests.audience.scenes.ask import Ask, Scene
from tests.audience.world import World
from tests.factories.house import VILLAGE


def ask(world: World, who: str) -> Ask:
    return Ask(body={"division": VILLAGE, "note": "不会填。"})


def listed(world: World, who: str) -> Ask:
    return Ask(mark=world.things.help["id"])


def it(world: World, who: str) -> Ask:
    found = world.things.help
    return Ask(path={"help_id": found["id"]}, version=found["version"])


def done(world: World, who: str) -> Ask:
    found = world.things.help
    return Ask(path={"help_id": found["id"]}, version=found["version"], body={})


SCENES: dict[str, Scene] = {
    "askForHelp": ask,
    "listMyHelp": listed,
    "withdrawHelp": it,
    "listHelpRequests": listed,
    "claimHelp": it,
    "finishHelp": done,
}
