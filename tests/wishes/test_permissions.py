"""Who may do what with a wish, read off the table, for everybody who could come."""

from __future__ import annotations

from uuid import UUID

import pytest

from backend.core.access import ANONYMOUS, SYSTEM, Actor, Permission, Role
from backend.core.clocks import FixedClock
from backend.core.ids import new_id
from backend.wishes import permissions as may
from backend.wishes.models import Wish, WishClaim, WishFacts
from backend.wishes.states import ClaimEnd

PLACE = "610304001001"
SHE, GUARDIAN, GIVER, STRANGER = (UUID(int=n) for n in range(1, 5))


def citizen(person: UUID, *, account: UUID | None = None, proven: bool = True) -> Actor:
    return Actor(frozenset({Role.CITIZEN}), account or new_id(), person_id=person, proven=proven)


def staff(role: Role, scope: str) -> Actor:
    return Actor(frozenset({role}), new_id(), scope=scope)


OWNER_ACCOUNT, GIVER_ACCOUNT = new_id(), new_id()
VILLAGE_POSTER = staff(Role.VILLAGE, PLACE)
WHO = {
    "owner": citizen(SHE, account=OWNER_ACCOUNT, proven=False),
    "herself": citizen(SHE),
    "claims to be her": citizen(SHE, proven=False),
    "guardian": citizen(GUARDIAN),
    "claims to be the guardian": citizen(GUARDIAN, proven=False),
    "giver": citizen(GIVER, account=GIVER_ACCOUNT),
    "the giver's other account": citizen(GIVER),
    "stranger": citizen(STRANGER),
    "unproven stranger": citizen(STRANGER, proven=False),
    "village": VILLAGE_POSTER,
    "other village": staff(Role.VILLAGE, "610304001002"),
    "township": staff(Role.TOWNSHIP, PLACE[:9]),
    "other township": staff(Role.TOWNSHIP, "610304101"),
    "county": staff(Role.COUNTY, PLACE[:6]),
    "auditor": staff(Role.AUDITOR, "6103"),
    "other county": staff(Role.COUNTY, "610302"),
    "back office": Actor(frozenset({Role.BACKOFFICE}), new_id(), scope="6103"),
    "signer": Actor(frozenset({Role.SIGNER}), new_id(), invitation_id=new_id()),
    "nobody": ANONYMOUS,
    "the clock": SYSTEM,
}


def facts(*, minor: bool = False, by_desk: bool = False, ended: str | None = "none") -> WishFacts:
    wish = Wish(
        id=new_id(),
        division=PLACE,
        owner_account_id=None if by_desk else OWNER_ACCOUNT,
        posted_by=VILLAGE_POSTER.id if by_desk else OWNER_ACCOUNT,
        beneficiary_person_id=SHE,
        guardian_person_id=GUARDIAN if minor else None,
    )
    if ended == "none":
        return WishFacts(wish, None)
    claim = WishClaim(giver_account_id=GIVER_ACCOUNT, giver_person_id=GIVER, ended=ended)
    return WishFacts(wish, claim)


OWN = {"owner", "herself"}
DESK = {"village", "township"}
ABOVE = {"county", "auditor"}
CASES = [
    # the asking side
    (may.WISH_ASK, facts(), OWN),
    (may.WISH_ASK, facts(minor=True), {"owner", "guardian"}),
    (may.WISH_ASK, facts(by_desk=True), {"herself"} | DESK),
    (may.WISH_ASK, facts(by_desk=True, minor=True), {"guardian"} | DESK),
    (may.WISH_PERSON, facts(ended=None), OWN | DESK),
    (may.WISH_PERSON, facts(by_desk=True), {"herself"} | DESK),
    (may.WISH_READ, facts(), OWN | DESK | ABOVE),
    (may.WISH_READ, facts(ended=None), OWN | DESK | ABOVE | {"giver"}),
    (may.WISH_READ, facts(ended=ClaimEnd.FULFILLED), OWN | DESK | ABOVE | {"giver"}),
    # the township
    (may.WISH_REVIEW, facts(), {"township"}),
    (may.WISH_SETTLE, facts(ended=None), {"township"}),
    # the giver
    (may.WISH_GIVE, facts(), set()),
    (may.WISH_GIVE, facts(ended=None), {"giver"}),
    (may.WISH_GIVE, facts(ended=ClaimEnd.FULFILLED), set()),
    (may.WISH_GIVE, facts(ended=ClaimEnd.LAPSED), set()),
    (may.WISH_CONFIRM, facts(ended=None), OWN | {"giver"}),
    (may.WISH_CONFIRM, facts(ended=None, by_desk=True), {"herself", "giver"} | DESK),
    (
        may.WISH_CLAIM,
        facts(),
        {"guardian", "giver", "the giver's other account", "stranger"},
    ),
    (
        may.WISH_CLAIM,
        facts(minor=True),
        {"giver", "the giver's other account", "stranger"},
    ),
]


@pytest.mark.parametrize(("permission", "target", "allowed"), CASES)
def test_exactly_these_may(permission: Permission, target: WishFacts, allowed: set[str]) -> None:
    assert {who for who, actor in WHO.items() if permission.allows(actor, target)} == allowed


def test_everybody_with_a_log_in_may_read_what_hangs_on_the_board() -> None:
    target = facts()
    target.wish.on_board_at = FixedClock().now()
    assert all(may.WISH_READ.allows(actor, target) for actor in WHO.values())


def test_who_may_post_where() -> None:
    citizens = {who for who, actor in WHO.items() if actor.has(Role.CITIZEN)}
    allowed = {who for who, actor in WHO.items() if may.WISH_POST.allows(actor, PLACE)}
    assert allowed == citizens | DESK


def test_who_posted_it_does_not_review_it() -> None:
    poster = staff(Role.TOWNSHIP, PLACE[:9])
    target = facts(by_desk=True)
    target.wish.posted_by = poster.id  # type: ignore[assignment]
    assert not may.WISH_REVIEW.allows(poster, target)
    assert may.WISH_REVIEW.allows(WHO["township"], target)
