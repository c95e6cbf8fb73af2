"""Who may post, see, review, take up and confirm a wish."""

from __future__ import annotations

from backend.core.access import Actor, Permission, Predicate, Role
from backend.wishes.models import WishFacts
from backend.wishes.states import ClaimEnd


def is_citizen(actor: Actor, _: object) -> bool:
    return actor.has(Role.CITIZEN)


def is_desk_of_division(actor: Actor, division: str) -> bool:
    """Village or township staff for a place of theirs."""
    return actor.has(Role.VILLAGE, Role.TOWNSHIP) and actor.covers(division)


def is_owner(actor: Actor, facts: WishFacts) -> bool:
    """The account that posted it."""
    return actor.has(Role.CITIZEN) and actor.id == facts.wish.owner_account_id


def is_proven_beneficiary(actor: Actor, facts: WishFacts) -> bool:
    return actor.proven and actor.person_id == facts.wish.beneficiary_person_id


def is_proven_guardian(actor: Actor, facts: WishFacts) -> bool:
    return actor.proven and actor.person_id == facts.wish.guardian_person_id


def has_no_guardian(_: Actor, facts: WishFacts) -> bool:
    """Of age when it was posted: acts for himself."""
    return facts.wish.guardian_person_id is None


def is_desk_of_place(actor: Actor, facts: WishFacts) -> bool:
    return is_desk_of_division(actor, facts.wish.division)


def is_township_of_place(actor: Actor, facts: WishFacts) -> bool:
    return actor.has(Role.TOWNSHIP) and actor.covers(facts.wish.division)


def is_above_place(actor: Actor, facts: WishFacts) -> bool:
    return actor.has(Role.COUNTY, Role.CITY, Role.AUDITOR) and actor.covers(facts.wish.division)


def is_posted_by_desk(_: Actor, facts: WishFacts) -> bool:
    """For a person without a phone, who comes to the desk again."""
    return facts.wish.owner_account_id is None


def is_not_poster(actor: Actor, facts: WishFacts) -> bool:
    """Nobody reviews what he posted himself."""
    return actor.id != facts.wish.posted_by


def is_on_board(_: Actor, facts: WishFacts) -> bool:
    return facts.wish.on_board_at is not None


def is_giver(actor: Actor, facts: WishFacts) -> bool:
    """Whoever holds the claim that stands."""
    claim = facts.claim
    return (
        claim is not None
        and claim.ended is None
        and actor.has(Role.CITIZEN)
        and actor.id == claim.giver_account_id
    )


def was_giver(actor: Actor, facts: WishFacts) -> bool:
    """Whoever fulfilled it."""
    claim = facts.claim
    return (
        claim is not None
        and claim.ended == ClaimEnd.FULFILLED
        and actor.has(Role.CITIZEN)
        and actor.id == claim.giver_account_id
    )


def is_proven(actor: Actor, _: object) -> bool:
    return actor.has(Role.CITIZEN) and actor.proven


def is_not_concerned(actor: Actor, facts: WishFacts) -> bool:
    """Neither who posted it nor whom it is for, nor the guardian."""
    if actor.id == facts.wish.owner_account_id:
        return False
    people = {facts.wish.beneficiary_person_id, facts.wish.guardian_person_id}
    return actor.person_id is None or actor.person_id not in people


ASKING_SIDE: list[list[Predicate]] = [
    [is_owner],
    [is_proven_beneficiary, has_no_guardian],
    [is_proven_guardian],
    [is_desk_of_place, is_posted_by_desk],
]
WISH_POST = Permission("wish.post", [[is_citizen], [is_desk_of_division]])
WISH_ASK = Permission("wish.ask", ASKING_SIDE)  # edit, withdraw, thank
WISH_READ = Permission(
    "wish.read",
    [*ASKING_SIDE, [is_on_board], [is_giver], [was_giver], [is_desk_of_place], [is_above_place]],
)
WISH_PERSON = Permission("wish.person", [*ASKING_SIDE, [is_desk_of_place]])
WISH_REVIEW = Permission("wish.review", [[is_township_of_place, is_not_poster]])
WISH_SETTLE = Permission("wish.settle", [[is_township_of_place]])
WISH_CLAIM = Permission("wish.claim", [[is_proven, is_not_concerned]])
WISH_GIVE = Permission("wish.give", [[is_giver]])  # deliver, give back; the name
WISH_CONFIRM = Permission("wish.confirm", [*ASKING_SIDE, [is_giver], [was_giver]])
