"""A wish in every state that a door of wishes waits for, and what must succeed there."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.house import Town
from tests.factories.people import Human
from tests.factories.wishes import Street
from tests.fuzz.scenes import Scene
from tests.fuzz.world import World

FREE = Human("郑光明", date(1975, 6, 1))
STATES = ("submitted", "published", "claimed", "delivered", "checking", "fulfilled")


def tell(world: World) -> None:
    """A neighbour who asks and one who gives for each wish, and a giver whose hands are free."""
    world.tokens["giver"] = Street(world.town).proven(FREE).token
    for number, state in enumerate(STATES):
        street = _street(world.town, number)
        world.facts[f"wish_{state}"] = street.in_state(state)
        world.tokens[f"asker_{state}"] = street.owner.token
        world.tokens[f"giver_{state}"] = street.giver.token


def _street(town: Town, number: int) -> Street:
    street = Street(town)
    street.__dict__["owner"] = street.proven(Human("周小满", date(1950, 1, 1 + number)))
    street.__dict__["giver"] = street.proven(Human("吴大勇", date(1970, 1, 1 + number)))
    return street


def scenes(f: dict[str, Any]) -> dict[str, Scene]:
    """The lines of wishes."""

    def of(state: str, who: str | None = None) -> Scene:
        wish = f[f"wish_{state}"]
        return Scene(who, {"wish_id": wish["id"]}, version=wish["version"])

    return {
        "postWish": Scene(
            "helper",
            body={"beneficiary": None, "guardian": None},
            as_shown="somebody else's wish is no citizen's to post",
        ),
        "getWish": of("submitted", "asker_submitted"),
        "patchWish": of("submitted", "asker_submitted"),
        "withdrawWish": of("submitted", "asker_submitted"),
        "publishWish": of("submitted"),
        "returnWish": of("submitted"),
        "rejectWish": of("submitted"),
        "settleWish": of("checking"),
        "claimWish": of("published", "giver"),
        "giveBackWish": of("claimed", "giver_claimed"),
        "deliverWish": of("claimed", "giver_claimed"),
        "confirmWish": of("delivered", "asker_delivered"),
        "thankForWish": of("fulfilled", "asker_fulfilled"),
    }
