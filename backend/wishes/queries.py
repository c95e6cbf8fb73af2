"""Look-ups of wishes and claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import load_only

from backend.core.access import Actor
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.regions import queries as regions
from backend.regions.rules import CODE_DIGITS, DIGITS, Level, is_code, level_of
from backend.wishes.errors import WishNotFound
from backend.wishes.models import Wish, WishClaim, WishFacts
from backend.wishes.states import OPEN, ClaimEnd, WishState

_STANDING = or_(WishClaim.ended.is_(None), WishClaim.ended == ClaimEnd.FULFILLED)


def find(work: Work, wish_id: UUID, *, lock: bool = False) -> WishFacts | None:
    """A wish with the claim that counts; `lock` holds the wish until the commit."""
    wish = work.session.get(Wish, wish_id, with_for_update=lock or None)
    return None if wish is None else WishFacts(wish, claim_of(work, wish_id))


def get(work: Work, wish_id: UUID, *, lock: bool = False) -> WishFacts:
    """The same; raises WishNotFound."""
    found = find(work, wish_id, lock=lock)
    if found is None:
        raise WishNotFound()
    return found


def claim_of(work: Work, wish_id: UUID) -> WishClaim | None:
    """The claim that stands, or that fulfilled the wish."""
    statement = select(WishClaim).where(WishClaim.wish_id == wish_id, _STANDING)
    return work.session.scalar(statement.order_by(WishClaim.id.desc()).limit(1))


def board_statement(prefix: str) -> Select[Wish]:
    """What hangs on the board within a division prefix ('' is everywhere).

    Counties and townships are met by equality, so that an index gives the rows in their order.
    """
    statement = select(Wish).where(Wish.on_board_at.is_not(None), *_within(prefix))
    return statement.options(
        load_only(
            Wish.kind,
            Wish.value_fen,
            Wish.public_text,
            Wish.township,
            Wish.on_board_at,
            raiseload=True,
        )
    )


def _within(prefix: str) -> list[ColumnElement[bool]]:
    if is_code(prefix):  # a whole code may be a county's as well as a village's
        prefix = prefix[: DIGITS[level_of(prefix)]]
    if len(prefix) >= DIGITS[Level.TOWNSHIP]:
        return [Wish.township == prefix[: DIGITS[Level.TOWNSHIP]].ljust(CODE_DIGITS, "0")]
    if len(prefix) == DIGITS[Level.COUNTY]:
        return [Wish.county == prefix]
    if prefix:
        return [Wish.county.between(prefix.ljust(6, "0"), prefix.ljust(6, "9"))]
    return []


def board(work: Work, prefix: str, wanted: PageRequest) -> Page[Wish]:
    """The public board, the newest first."""
    return keyset(
        work.session,
        board_statement(prefix),
        [Wish.on_board_at, Wish.id],
        [datetime.fromisoformat, UUID],
        wanted,
    )


def asked_by(work: Work, actor: Actor, wanted: PageRequest) -> Page[Wish]:
    """What the account posted, and once it is proven what concerns its person; newest first."""
    mine = Wish.owner_account_id == actor.id
    if actor.proven and actor.person_id:
        person = actor.person_id
        mine = or_(mine, Wish.beneficiary_person_id == person, Wish.guardian_person_id == person)
    return keyset(work.session, select(Wish).where(mine), [Wish.id], [UUID], wanted)


@dataclass(frozen=True, slots=True)
class Taken:
    """A wish as its giver's list shows it."""

    claim: WishClaim
    wish: Wish


def taken_by(work: Work, actor: Actor, wanted: PageRequest) -> Page[Taken]:
    """The claims of an account that stand or were fulfilled, newest first."""
    statement = select(WishClaim).where(WishClaim.giver_account_id == actor.id, _STANDING)
    page = keyset(work.session, statement, [WishClaim.id], [UUID], wanted)
    wishes = _by_id(work, [claim.wish_id for claim in page.items])
    return Page([Taken(claim, wishes[claim.wish_id]) for claim in page.items], page.next_cursor)


def at_desk(work: Work, scope: str, states: Sequence[str], wanted: PageRequest) -> Page[Wish]:
    """The wishes of a desk's scope in these states, the oldest first."""
    statement = select(Wish).where(
        Wish.state.in_(states), regions.lies_within(Wish.division, scope)
    )
    return keyset(work.session, statement, [Wish.id], [UUID], wanted, descending=False)


def count_open_for(work: Work, person_id: UUID, account_id: UUID | None) -> int:
    """Open wishes of a person: what the account itself posted, and what was posted by somebody
    who was proven or stood at a desk. A stranger who only claims to be this person uses up
    nothing.
    """
    counts = or_(Wish.vouched, Wish.owner_account_id == account_id)
    return _count(work, Wish.beneficiary_person_id == person_id, Wish.state.in_(OPEN), counts)


def count_open_by(work: Work, account_id: UUID) -> int:
    """Open wishes that an account posted."""
    return _count(work, Wish.owner_account_id == account_id, Wish.state.in_(OPEN))


def count_live_claims(work: Work, person_id: UUID) -> int:
    """Claims of a giver that stand."""
    return _count(work, WishClaim.giver_person_id == person_id, WishClaim.ended.is_(None))


def overdue(work: Work, today: date, state: WishState, after: UUID | None, most: int) -> list[UUID]:
    """Wishes in this state whose claim's last day is over, in the order of their ids."""
    statement = (
        select(Wish.id)
        .join(WishClaim, WishClaim.wish_id == Wish.id)
        .where(WishClaim.ended.is_(None), WishClaim.until < today, Wish.state == state)
    )
    if after is not None:
        statement = statement.where(Wish.id > after)
    return list(work.session.scalars(statement.order_by(Wish.id).limit(most)))


def _by_id(work: Work, ids: Sequence[UUID]) -> dict[UUID, Wish]:
    rows = work.session.scalars(select(Wish).where(Wish.id.in_(ids)))
    return {row.id: row for row in rows}


def _count(work: Work, *where: ColumnElement[bool]) -> int:
    return work.session.scalar(select(func.count()).where(*where)) or 0
