"""Jobs of wishes: what a giver lets lie goes back to the board, what nobody confirms to the
township.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from backend.core.access import SYSTEM
from backend.core.uow import ChangedMeanwhile, Units, Work
from backend.wishes import queries
from backend.wishes.models import Wish, WishClaim
from backend.wishes.service.moving import end, move, record, tell_asking_side, tell_giver
from backend.wishes.states import ClaimEnd, WishState

BATCH: Final = 50


def lapse_claims(units: Units) -> int:
    """Put wishes back whose giver delivered nothing in time; both are told. Returns how many."""
    return _each(units, WishState.CLAIMED, _lapse)


def question_deliveries(units: Units) -> int:
    """Hand deliveries that were not confirmed in time to the township. Returns how many."""
    return _each(units, WishState.DELIVERED, _question)


def _each(units: Units, state: WishState, run: Callable[[Work, Wish, WishClaim], None]) -> int:
    """One short write unit per wish, so that one which is just being changed stops no other."""
    done, after = 0, None
    while True:
        with units.read() as work:
            found = queries.overdue(work, work.legal.today(), state, after, BATCH)
        for wish_id in found:
            done += _run(units, wish_id, state, run)
        if len(found) < BATCH:
            return done
        after = found[-1]


def _run(
    units: Units, wish_id: UUID, state: WishState, run: Callable[[Work, Wish, WishClaim], None]
) -> bool:
    try:
        with units.write() as work:
            facts = queries.get(work, wish_id, lock=True)
            claim = facts.claim
            if claim is None or facts.wish.state != state or claim.until >= work.legal.today():
                return False  # the giver was quicker
            run(work, facts.wish, claim)
            return True
    except ChangedMeanwhile:
        return False  # somebody works on the wish just now; the next run sees it again


def _lapse(work: Work, wish: Wish, claim: WishClaim) -> None:
    move(work, wish, "lapse")
    end(claim, ClaimEnd.LAPSED)
    record(work, SYSTEM, wish, "wish.claim_lapsed")
    tell_asking_side(work, wish, "told_wish_back_on_board")
    tell_giver(work, claim, "told_claim_lapsed")


def _question(work: Work, wish: Wish, claim: WishClaim) -> None:
    move(work, wish, "question")
    record(work, SYSTEM, wish, "wish.unconfirmed")
    tell_asking_side(work, wish, "told_wish_checking")
    tell_giver(work, claim, "told_claim_checking")
