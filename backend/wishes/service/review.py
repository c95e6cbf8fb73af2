"""What the township decides: publish without a name, send back, reject, settle a delivery."""

from __future__ import annotations

from uuid import UUID

from backend.core.access import Actor, Permission, require
from backend.core.uow import Work
from backend.wishes import queries
from backend.wishes.errors import TextNamesPerson, WishTooDear
from backend.wishes.models import Wish, WishFacts
from backend.wishes.permissions import WISH_REVIEW, WISH_SETTLE
from backend.wishes.rules.terms import FEN_PER_YUAN, terms_of
from backend.wishes.rules.texts import names_somebody
from backend.wishes.service.moving import end, move, record, tell_asking_side, tell_giver
from backend.wishes.states import ClaimEnd


def publish(
    work: Work,
    actor: Actor,
    wish_id: UUID,
    version: int,
    *,
    public_text: str | None,
    value_fen: int | None,
) -> Wish:
    """Put it on the public board with the text as reviewed: the poster's own, or an edited one.

    Raises StaleVersion, IllegalMove, TextNamesPerson, WishTooDear.
    """
    wish = _for_decision(work, actor, wish_id, version, WISH_REVIEW).wish
    shown = public_text or str(wish.unseal(work.vault, "text"))
    names = (wish.unseal(work.vault, column) for column in ("name", "guardian_name"))
    if names_somebody(shown, filter(None, names)):
        raise TextNamesPerson(path="/publicText")
    if value_fen is not None:
        cap = terms_of(wish.division).cap_fen(wish.kind)
        if value_fen > cap:
            raise WishTooDear(path="/valueFen", yuan=cap // FEN_PER_YUAN)
        wish.value_fen = value_fen
    move(work, wish, "publish")
    wish.public_text = shown
    wish.seal(work.vault, reason=None)
    record(work, actor, wish, "wish.published", edited=public_text is not None)
    tell_asking_side(work, wish, "told_wish_news")
    return wish


def send_back(work: Work, actor: Actor, wish_id: UUID, version: int, reason: str) -> Wish:
    """Ask the poster to mend it and send it again; raises StaleVersion, IllegalMove."""
    wish = _for_decision(work, actor, wish_id, version, WISH_REVIEW).wish
    move(work, wish, "return")
    wish.public_text = None
    wish.seal(work.vault, reason=reason)
    record(work, actor, wish, "wish.returned")
    tell_asking_side(work, wish, "told_wish_returned")
    return wish


def reject(work: Work, actor: Actor, wish_id: UUID, version: int, reason: str) -> Wish:
    """End it for good, with the reason; a giver who holds it is told.

    Raises StaleVersion, IllegalMove.
    """
    facts = _for_decision(work, actor, wish_id, version, WISH_REVIEW)
    move(work, facts.wish, "reject")
    end(facts.claim, ClaimEnd.CLOSED)
    facts.wish.seal(work.vault, reason=reason)
    record(work, actor, facts.wish, "wish.rejected")
    tell_asking_side(work, facts.wish, "told_wish_news")
    if facts.claim is not None:
        tell_giver(work, facts.claim, "told_claim_over")
    return facts.wish


def settle(
    work: Work, actor: Actor, wish_id: UUID, version: int, *, received: bool, reason: str
) -> Wish:
    """The township asked both: the delivery arrived (fulfilled), or it did not and the wish hangs
    on the board again. Raises StaleVersion, IllegalMove.
    """
    facts = _for_decision(work, actor, wish_id, version, WISH_SETTLE)
    move(work, facts.wish, "settle" if received else "reopen")
    end(facts.claim, ClaimEnd.FULFILLED if received else ClaimEnd.REOPENED)
    facts.wish.seal(work.vault, reason=reason)
    record(work, actor, facts.wish, "wish.settled", received=received)
    tell_asking_side(work, facts.wish, "told_wish_news")
    if facts.claim is not None:
        tell_giver(work, facts.claim, "told_claim_news" if received else "told_claim_over")
    return facts.wish


def _for_decision(
    work: Work, actor: Actor, wish_id: UUID, version: int, permission: Permission
) -> WishFacts:
    facts = queries.get(work, wish_id, lock=True)
    require(permission, actor, facts)
    work.check_version(facts.wish, version)
    return facts
