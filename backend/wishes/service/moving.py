"""What every step of a wish does: move, write down, tell."""

from __future__ import annotations

from typing import Any

from backend.audit import service as audit
from backend.core.access import Actor
from backend.core.transitions import next_state
from backend.core.uow import Work
from backend.identity import service as identity
from backend.wishes.models import Wish, WishClaim
from backend.wishes.states import MOVES, ClaimEnd, WishState


def move(work: Work, wish: Wish, action: str) -> None:
    """Do one declared move and keep the board true to it; raises IllegalMove."""
    before = wish.state
    wish.state = next_state(MOVES, WishState(before), action)
    if wish.state != before:
        published = wish.state == WishState.PUBLISHED
        wish.on_board_at = work.wall.now() if published else None
    touch(work, wish)


def touch(work: Work, wish: Wish) -> None:
    """The wish counts up also when only its claim's row changed."""
    wish.updated_at = work.wall.now()


def end(claim: WishClaim | None, how: ClaimEnd) -> None:
    """End the claim that stands, if one does."""
    if claim is not None and claim.ended is None:
        claim.ended = how


def record(work: Work, actor: Actor, wish: Wish, action: str, **details: Any) -> None:
    """Append to the wish's audit chain."""
    audit.record(
        work, actor, action, f"wish:{wish.id}", case=wish.id, county=wish.county, **details
    )


def tell_asking_side(work: Work, wish: Wish, code: str) -> None:
    """Leave a notice for whoever posted it; what a desk posted waits for the person, or for the
    guardian of a minor, until they prove who they are.
    """
    if wish.owner_account_id is not None:
        identity.tell(work, code, account=wish.owner_account_id, about=wish.id)
    else:
        person = wish.guardian_person_id or wish.beneficiary_person_id
        identity.tell(work, code, person=person, about=wish.id)


def tell_giver(work: Work, claim: WishClaim, code: str) -> None:
    """Leave a notice for the giver."""
    identity.tell(work, code, account=claim.giver_account_id, about=claim.wish_id)
