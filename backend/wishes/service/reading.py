"""A wish as each of those concerned may see it: its people, its giver, its desk, everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.core.access import Actor, require
from backend.core.paging import Page, PageRequest
from backend.core.transitions import legal_moves
from backend.core.uow import Work
from backend.documents import queries as documents
from backend.identity.rules import mask_name
from backend.regions import queries as regions
from backend.wishes import queries
from backend.wishes.models import Wish, WishClaim, WishFacts
from backend.wishes.permissions import (
    WISH_ASK,
    WISH_CLAIM,
    WISH_CONFIRM,
    WISH_GIVE,
    WISH_PERSON,
    WISH_READ,
    WISH_REVIEW,
    WISH_SETTLE,
    was_giver,
)
from backend.wishes.service.moving import record
from backend.wishes.states import MOVES, WishState

WISH_PHOTO, DELIVERY_PHOTO = "wish_photo", "delivery_photo"
_MAY = {
    "publish": WISH_REVIEW,
    "return": WISH_REVIEW,
    "reject": WISH_REVIEW,
    "edit": WISH_ASK,
    "withdraw": WISH_ASK,
    "claim": WISH_CLAIM,
    "deliver": WISH_GIVE,
    "give_back": WISH_GIVE,
    "confirm": WISH_CONFIRM,
    "settle": WISH_SETTLE,
    "reopen": WISH_SETTLE,
    "thank": WISH_ASK,
}


@dataclass(frozen=True, slots=True)
class Card:
    """A wish as the public board shows it."""

    id: UUID
    kind: str
    text: str
    value_fen: int
    division: str  # never below the township
    place: str
    published_at: Any


@dataclass(frozen=True, slots=True)
class Listed:
    """A wish in a list of those concerned."""

    wish: Wish
    text: str
    until: date | None = None
    name: str | None = None  # masked, for the desk

    @property
    def minor(self) -> bool:
        return self.wish.guardian_person_id is not None


def read(work: Work, actor: Actor, wish_id: UUID) -> WishFacts:
    """A wish that the caller may see; a look at the person behind it by staff or by the giver is
    recorded. Raises WishNotFound, AccessRefused.
    """
    facts = queries.get(work, wish_id)
    require(WISH_READ, actor, facts)
    if WISH_GIVE.allows(actor, facts):
        work.after_end(lambda later: record(later, actor, facts.wish, "wish.name_read"))
    elif actor.is_staff:
        work.after_end(lambda later: record(later, actor, facts.wish, "wish.read"))
    return facts


def board(work: Work, prefix: str, wanted: PageRequest) -> Page[Card]:
    """What hangs on the public board, the newest first."""
    page = queries.board(work, prefix, wanted)
    places = regions.names_of(work, {wish.township for wish in page.items})
    return Page([_card(wish, places) for wish in page.items], page.next_cursor)


def _card(wish: Wish, places: dict[str, str]) -> Card:
    return Card(
        wish.id,
        wish.kind,
        wish.public_text or "",
        wish.value_fen,
        wish.township,
        places.get(wish.township, ""),
        wish.on_board_at,
    )


def list_asked(work: Work, actor: Actor, wanted: PageRequest) -> Page[Listed]:
    """The caller's own wishes and his wards'."""
    page = queries.asked_by(work, actor, wanted)
    return Page([Listed(wish, _typed(work, wish)) for wish in page.items], page.next_cursor)


def list_given(work: Work, actor: Actor, wanted: PageRequest) -> Page[Listed]:
    """The wishes that the caller took up."""
    page = queries.taken_by(work, actor, wanted)
    items = [
        Listed(
            one.wish, one.wish.public_text or "", one.claim.until if not one.claim.ended else None
        )
        for one in page.items
    ]
    return Page(items, page.next_cursor)


def list_desk(work: Work, actor: Actor, states: Sequence[str], wanted: PageRequest) -> Page[Listed]:
    """The wishes of a desk's place in these states, the oldest first, names masked."""
    page = queries.at_desk(work, actor.scope or "none", states, wanted)
    items = [
        Listed(wish, _typed(work, wish), name=mask_name(wish.unseal(work.vault, "name")))
        for wish in page.items
    ]
    return Page(items, page.next_cursor)


def moves_of(actor: Actor, facts: WishFacts) -> list[str]:
    """What the caller can do now."""
    state = WishState(facts.wish.state)
    return [
        name
        for name in legal_moves(MOVES, state)
        if name in _MAY and _MAY[name].allows(actor, facts)
    ]


def person_of(work: Work, actor: Actor, facts: WishFacts) -> dict[str, Any] | None:
    """The asking side's part in clear, for that side and the desk of the place; None for others."""
    if not WISH_PERSON.allows(actor, facts):
        return None
    wish = facts.wish
    columns = ("text", "name", "guardian_name", "phone", "reason")
    return {
        **{column: wish.unseal(work.vault, column) for column in columns},
        "minor": wish.guardian_person_id is not None,
        "division": wish.division,
        "may_show_phone": wish.may_show_phone,
        "by_desk": wish.owner_account_id is None,
        "vouched": wish.vouched,
        "photos": _photos(work, wish, WISH_PHOTO),
    }


def handover_of(work: Work, actor: Actor, facts: WishFacts) -> dict[str, Any] | None:
    """For whom and where, for the giver whose claim stands; None for others.

    A minor's own name is masked: the giver meets the guardian.
    """
    if not WISH_GIVE.allows(actor, facts):
        return None
    wish = facts.wish
    name, guardian = (wish.unseal(work.vault, c) for c in ("name", "guardian_name"))
    path = regions.division_path(work, wish.division)
    return {
        "name": mask_name(name) if guardian else name,
        "guardian_name": guardian,
        "place": "".join(place.name for place in path[-2:]),
        "phone": wish.unseal(work.vault, "phone") if wish.may_show_phone else None,
    }


def claim_of(work: Work, actor: Actor, facts: WishFacts) -> dict[str, Any] | None:
    """The giver's part, for both sides and the desk; None for others."""
    claim = facts.claim
    sides = WISH_PERSON.allows(actor, facts) or WISH_GIVE.allows(actor, facts)
    if claim is None or not (sides or was_giver(actor, facts)):
        return None
    return {
        "until": None if claim.ended else claim.until,
        "delivered_at": claim.delivered_at,
        "giver_confirmed": claim.giver_confirmed_at is not None,
        "received": claim.received_at is not None,
        "denied": claim.denied_at is not None,
        "note": claim.unseal(work.vault, "note"),
        "thanks": claim.unseal(work.vault, "thanks"),
        "giver_name": _giver_name(work, actor, facts, claim),
        "photos": delivery_photos(work, facts),
    }


def delivery_photos(work: Work, facts: WishFacts) -> list[UUID]:
    """Those of the claim that counts: what an earlier giver showed is no business of the next."""
    claim = facts.claim
    return [
        found.id
        for found in documents.of_case(work, facts.wish.id)
        if claim is not None
        and found.slot == DELIVERY_PHOTO
        and found.uploaded_by == claim.giver_account_id
        and found.created_at >= claim.created_at
    ]


def _giver_name(work: Work, actor: Actor, facts: WishFacts, claim: WishClaim) -> str | None:
    """For the desk, which may have to ask him."""
    desk = actor.is_staff and WISH_PERSON.allows(actor, facts)
    return str(claim.unseal(work.vault, "giver_name")) if desk else None


def _typed(work: Work, wish: Wish) -> str:
    return str(wish.unseal(work.vault, "text"))


def _photos(work: Work, wish: Wish, slot: str) -> list[UUID]:
    return [found.id for found in documents.of_case(work, wish.id) if found.slot == slot]
