"""Whose photos lie with a wish: the asking side's at posting, the giver's at delivery."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.core.access import Actor, require
from backend.core.uow import Work
from backend.wishes import queries
from backend.wishes.permissions import WISH_ASK, WISH_GIVE, WISH_PERSON, was_giver
from backend.wishes.service.reading import DELIVERY_PHOTO, WISH_PHOTO, delivery_photos
from backend.wishes.states import TAKES_DELIVERY_PHOTO, TAKES_PHOTO, WishState


@dataclass(frozen=True, slots=True)
class PhotoSlots:
    """The slots of a wish that are open to somebody; none while the wish is in another state."""

    county: str
    slots: frozenset[str]


def slots_to_add(work: Work, actor: Actor, case_id: UUID) -> PhotoSlots | None:
    """Which photos the caller may add now; None where there is no such wish.

    Raises what a stranger to the wish is told.
    """
    facts = queries.find(work, case_id)
    if facts is None:
        return None
    state = WishState(facts.wish.state)
    if WISH_GIVE.allows(actor, facts):
        open_slots = {DELIVERY_PHOTO} if state in TAKES_DELIVERY_PHOTO else set()
    else:
        require(WISH_ASK, actor, facts)
        open_slots = {WISH_PHOTO} if state in TAKES_PHOTO else set()
    return PhotoSlots(facts.wish.county, frozenset(open_slots))


def slots_to_read(work: Work, actor: Actor, case_id: UUID, photo_id: UUID) -> PhotoSlots | None:
    """The same for looking at one photo: the giver sees those of his own delivery only."""
    facts = queries.find(work, case_id)
    if facts is None:
        return None
    is_giver = WISH_GIVE.allows(actor, facts) or was_giver(actor, facts)
    if not (is_giver and photo_id in delivery_photos(work, facts)):
        require(WISH_PERSON, actor, facts)
    return PhotoSlots(facts.wish.county, frozenset({WISH_PHOTO, DELIVERY_PHOTO}))


def slots_to_delete(work: Work, actor: Actor, case_id: UUID) -> PhotoSlots | None:
    """The same for taking a photo out again, which the asking side does before the review."""
    facts = queries.find(work, case_id)
    if facts is None:
        return None
    require(WISH_ASK, actor, facts)
    is_open = WishState(facts.wish.state) in TAKES_PHOTO
    return PhotoSlots(facts.wish.county, frozenset({WISH_PHOTO} if is_open else set()))
