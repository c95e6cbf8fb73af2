"""The giver's part: take a wish up, deliver it, give it back; and what both sides confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from backend.core.access import Actor, require
from backend.core.errors import HiddenRefused
from backend.core.transitions import next_state
from backend.core.uow import Work
from backend.identity import service as identity
from backend.wishes import queries
from backend.wishes.errors import (
    ClaimsUsedUp,
    GiverNotProven,
    ThanksAlreadySent,
    WishNotFound,
    WishOwn,
    WishTaken,
)
from backend.wishes.models import Wish, WishClaim, WishFacts
from backend.wishes.permissions import (
    WISH_ASK,
    WISH_CLAIM,
    WISH_CONFIRM,
    WISH_GIVE,
    is_giver,
    is_not_concerned,
    was_giver,
)
from backend.wishes.rules.terms import terms_of
from backend.wishes.service.moving import (
    end,
    move,
    record,
    tell_asking_side,
    tell_giver,
    touch,
)
from backend.wishes.states import MOVES, WAS_TAKEN, ClaimEnd, WishState

_NEVER_SHOWN: Final = frozenset(WishState) - WAS_TAKEN - {WishState.PUBLISHED}


def claim(work: Work, actor: Actor, wish_id: UUID) -> Wish:
    """Let one proven giver take a published wish for some days; the others get WishTaken.

    Asking again after a dead network finds the claim that one has. Raises WishNotFound,
    GiverNotProven, WishOwn, WishTaken, ClaimsUsedUp.
    """
    facts = queries.get(work, wish_id, lock=True)
    wish = facts.wish
    if is_giver(actor, facts):
        record(work, actor, wish, "wish.name_read")  # the answer shows it again
        return wish
    _require_giver(actor, facts)
    if wish.state != WishState.PUBLISHED:
        raise WishTaken()
    terms = terms_of(wish.division)
    name, person_id = identity.name_of_account(work, actor)
    identity.hold_person(work, person_id)  # two claims at once are counted one after the other
    if queries.count_live_claims(work, person_id) >= terms.live_claims:
        raise ClaimsUsedUp(most=terms.live_claims)
    move(work, wish, "claim")
    today = work.legal.today()
    taken = WishClaim(
        id=work.new_id(),
        wish_id=wish.id,
        county=wish.county,
        giver_account_id=actor.id,
        giver_person_id=person_id,
        claimed_on=today,
        until=today + timedelta(days=terms.claim_days),
    )
    taken.seal(work.vault, giver_name=name)
    work.session.add(taken)
    work.session.flush()  # a second live claim would show here
    record(work, actor, wish, "wish.claimed", until=taken.until.isoformat(), name_shown=True)
    tell_asking_side(work, wish, "told_wish_news")
    return wish


def _require_giver(actor: Actor, facts: WishFacts) -> None:
    """The board is public, so what stands in the way is told plainly; what never hung there is
    hidden.
    """
    if facts.wish.state in _NEVER_SHOWN:
        if WISH_ASK.allows(actor, facts):
            raise WishOwn()
        raise WishNotFound()
    if WISH_CLAIM.allows(actor, facts):
        return
    if not is_not_concerned(actor, facts):
        raise WishOwn()
    raise GiverNotProven()


def give_back(work: Work, actor: Actor, wish_id: UUID) -> Wish:
    """The giver cannot do it after all; raises WishNotFound, IllegalMove once it was delivered."""
    facts = queries.get(work, wish_id, lock=True)
    taken = _own_claim(actor, facts)
    move(work, facts.wish, "give_back")
    end(taken, ClaimEnd.GIVEN_BACK)
    record(work, actor, facts.wish, "wish.given_back")
    tell_asking_side(work, facts.wish, "told_wish_back_on_board")
    return facts.wish


def deliver(work: Work, actor: Actor, wish_id: UUID, note: str) -> Wish:
    """The giver handed it over or sent it; both sides confirm next.

    Raises WishNotFound, IllegalMove.
    """
    facts = queries.get(work, wish_id, lock=True)
    taken = _own_claim(actor, facts)
    move(work, facts.wish, "deliver")
    taken.delivered_at = work.wall.now()
    days = terms_of(facts.wish.division).confirm_days
    taken.until = work.legal.today() + timedelta(days=days)
    taken.seal(work.vault, note=note or None)
    record(work, actor, facts.wish, "wish.delivered")
    tell_asking_side(work, facts.wish, "told_wish_confirm")
    return facts.wish


def confirm(work: Work, actor: Actor, wish_id: UUID, *, received: bool) -> Wish:
    """One side says that the wish arrived, or that it did not: then the township asks.

    Fulfilled once both have said yes; saying the same again changes nothing. Raises WishNotFound,
    AccessRefused, IllegalMove.
    """
    facts = queries.get(work, wish_id, lock=True)
    wish, taken = facts.wish, facts.claim
    require(WISH_CONFIRM, actor, facts)
    by_giver = is_giver(actor, facts) or was_giver(actor, facts)
    if taken is None:
        next_state(MOVES, WishState(wish.state), "confirm")  # refuses: nothing was delivered
        raise WishNotFound()
    if received:
        _agree(work, actor, facts, taken, by_giver=by_giver)
    else:
        _deny(work, actor, facts, taken, by_giver=by_giver)
    return wish


def _agree(work: Work, actor: Actor, facts: WishFacts, taken: WishClaim, *, by_giver: bool) -> None:
    column = "giver_confirmed_at" if by_giver else "received_at"
    if getattr(taken, column) is not None:
        return
    wish = facts.wish
    next_state(MOVES, WishState(wish.state), "confirm")  # also where the other side is missing
    setattr(taken, column, work.wall.now())
    side = "giver" if by_giver else "asking"
    record(work, actor, wish, "wish.confirmed", side=side)
    if taken.giver_confirmed_at is None or taken.received_at is None:
        touch(work, wish)
        if not by_giver:
            tell_giver(work, taken, "told_claim_confirm")
        return
    move(work, wish, "confirm")
    end(taken, ClaimEnd.FULFILLED)
    record(work, actor, wish, "wish.fulfilled")
    tell_asking_side(work, wish, "told_wish_news")
    tell_giver(work, taken, "told_claim_news")


def _deny(work: Work, actor: Actor, facts: WishFacts, taken: WishClaim, *, by_giver: bool) -> None:
    move(work, facts.wish, "question")
    taken.denied_at = work.wall.now()
    setattr(taken, "giver_confirmed_at" if by_giver else "received_at", None)
    record(work, actor, facts.wish, "wish.denied", side="giver" if by_giver else "asking")
    tell_asking_side(work, facts.wish, "told_wish_checking")
    tell_giver(work, taken, "told_claim_checking")


def thank(work: Work, actor: Actor, wish_id: UUID, text: str) -> Wish:
    """A word to the giver, once; raises WishNotFound, IllegalMove, ThanksAlreadySent."""
    facts = queries.get(work, wish_id, lock=True)
    require(WISH_ASK, actor, facts)
    move(work, facts.wish, "thank")
    if facts.claim is None:
        raise WishNotFound()
    if facts.claim.thanks is not None:
        raise ThanksAlreadySent()
    facts.claim.seal(work.vault, thanks=text)
    record(work, actor, facts.wish, "wish.thanked")
    tell_giver(work, facts.claim, "told_claim_thanked")
    return facts.wish


def _own_claim(actor: Actor, facts: WishFacts) -> WishClaim:
    """The caller's claim; to everybody else there is nothing here."""
    if facts.claim is None or not WISH_GIVE.allows(actor, facts):
        raise HiddenRefused(WISH_GIVE.name)
    return facts.claim
