"""Posting a wish for oneself, for a ward, or at the desk for somebody without a phone; mending it
and taking it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend.core.access import Actor, require
from backend.core.uow import Work
from backend.identity import service as identity
from backend.identity.rules import age_on, birth_date, normalise_id_number
from backend.regions import queries as regions
from backend.regions.rules import CODE_DIGITS, DIGITS, Level, county_of
from backend.wishes import queries
from backend.wishes.errors import (
    BeneficiaryMissing,
    ForAnotherAdult,
    GuardianForeign,
    GuardianMissing,
    GuardianTooYoung,
    WishesUsedUp,
    WishTooDear,
)
from backend.wishes.models import Wish
from backend.wishes.permissions import WISH_ASK, WISH_POST
from backend.wishes.ports import Verdict
from backend.wishes.rules.terms import FEN_PER_YUAN, terms_of
from backend.wishes.service.moving import move, record, tell_asking_side
from backend.wishes.states import WishState

OF_AGE: Final = 18  # 民法典 Art. 17


@dataclass(frozen=True, slots=True)
class Named:
    """A person by name and ID number, as typed."""

    name: str
    id_number: str


@dataclass(frozen=True, slots=True)
class NewWish:
    """What a wish begins with; without `beneficiary` a citizen wishes for himself."""

    kind: str
    text: str
    value_fen: int
    division: str
    beneficiary: Named | None
    guardian: Named | None
    phone: str | None
    may_show_phone: bool


@dataclass(frozen=True, slots=True)
class _Asking:
    """Whom the wish is for, and who speaks for a minor."""

    person: Named
    guardian: Named | None


def post(work: Work, actor: Actor, new: NewWish, said: Verdict | None = None) -> Wish:
    """Hand a wish to the township of its place, with what content safety `said` of its text.

    Raises DivisionUnknown, DivisionTooWide, IdentityMissing, WishTooDear, BeneficiaryMissing,
    ForAnotherAdult, GuardianMissing, GuardianTooYoung, GuardianForeign, WishesUsedUp.
    """
    regions.get_local(work, new.division, path="/division")
    require(WISH_POST, actor, new.division)
    _require_value(new.division, new.kind, new.value_fen)
    asking = _asking(work, actor, new)
    beneficiary = identity.ensure_person(work, asking.person.id_number)
    guardian = asking.guardian and identity.ensure_person(work, asking.guardian.id_number)
    owner = None if actor.is_staff else actor.id
    _require_room(work, new.division, beneficiary, owner)
    assert actor.id is not None  # noqa: S101 - whoever passed WISH_POST has a session
    wish = Wish(
        id=work.new_id(),
        county=county_of(new.division),
        township=new.division[: DIGITS[Level.TOWNSHIP]].ljust(CODE_DIGITS, "0"),
        division=new.division,
        kind=new.kind,
        value_fen=new.value_fen,
        state=WishState.SUBMITTED,
        owner_account_id=owner,
        posted_by=actor.id,
        vouched=actor.is_staff or actor.proven,
        beneficiary_person_id=beneficiary,
        guardian_person_id=guardian,
        may_show_phone=new.may_show_phone and new.phone is not None,
        text_check=said,
        updated_at=work.wall.now(),
    )
    guardian_name = asking.guardian.name if asking.guardian else None
    wish.seal(
        work.vault,
        name=asking.person.name,
        guardian_name=guardian_name,
        phone=new.phone,
        text=new.text,
    )
    work.session.add(wish)
    record(work, actor, wish, "wish.posted", by_desk=actor.is_staff, minor=guardian is not None)
    if actor.is_staff:
        tell_asking_side(work, wish, "told_wish_posted_for_you")
    return wish


def edit(
    work: Work,
    actor: Actor,
    wish_id: UUID,
    version: int,
    changes: dict[str, Any],
    said: Verdict | None = None,
) -> Wish:
    """Mend an unclaimed wish; it goes to the township again and leaves the board.

    `changes` holds any of kind, text, value_fen, phone, may_show_phone. Raises WishNotFound,
    StaleVersion, IllegalMove, WishTooDear.
    """
    wish = _for_asking_side(work, actor, wish_id, version)
    move(work, wish, "edit")
    sealed = {name: changes[name] for name in ("text", "phone") if name in changes}
    wish.seal(work.vault, **sealed, reason=None)
    for name in ("kind", "value_fen", "may_show_phone"):
        setattr(wish, name, changes.get(name, getattr(wish, name)))
    wish.may_show_phone = wish.may_show_phone and wish.phone is not None
    if "text" in changes:
        wish.text_check = said
    wish.public_text = None
    _require_value(wish.division, wish.kind, wish.value_fen)
    record(work, actor, wish, "wish.changed", fields=sorted(changes))
    return wish


def withdraw(work: Work, actor: Actor, wish_id: UUID, version: int) -> Wish:
    """Take an unclaimed wish back; raises WishNotFound, StaleVersion, IllegalMove."""
    wish = _for_asking_side(work, actor, wish_id, version)
    move(work, wish, "withdraw")
    record(work, actor, wish, "wish.withdrawn")
    return wish


def _for_asking_side(work: Work, actor: Actor, wish_id: UUID, version: int) -> Wish:
    facts = queries.get(work, wish_id, lock=True)
    require(WISH_ASK, actor, facts)
    work.check_version(facts.wish, version)
    return facts.wish


def _require_value(division: str, kind: str, value_fen: int) -> None:
    cap = terms_of(division).cap_fen(kind)
    if value_fen > cap:
        raise WishTooDear(path="/valueFen", yuan=cap // FEN_PER_YUAN)


def _asking(work: Work, actor: Actor, new: NewWish) -> _Asking:
    if actor.is_staff:
        if new.beneficiary is None:
            raise BeneficiaryMissing(path="/beneficiary")
        return _with_guardian(work, new.beneficiary, new.guardian)
    name, person_id = identity.name_of_account(work, actor)
    poster = Named(name, identity.id_number_of(work, person_id))
    if new.beneficiary is None or _same(new.beneficiary, poster):
        return _with_guardian(work, poster, new.guardian)
    if _is_of_age(work, new.beneficiary):
        raise ForAnotherAdult(path="/beneficiary")
    if new.guardian is not None and not _same(new.guardian, poster):
        raise GuardianForeign(path="/guardian")
    return _with_guardian(work, new.beneficiary, poster)


def _with_guardian(work: Work, person: Named, guardian: Named | None) -> _Asking:
    """An adult acts alone, whoever was named; a minor has a guardian who is of age."""
    if _is_of_age(work, person):
        return _Asking(person, None)
    if guardian is None:
        raise GuardianMissing(path="/guardian")
    if not _is_of_age(work, guardian):
        raise GuardianTooYoung(path="/guardian/idNumber")
    return _Asking(person, guardian)


def _is_of_age(work: Work, person: Named) -> bool:
    return age_on(birth_date(person.id_number), work.legal.today()) >= OF_AGE


def _same(one: Named, other: Named) -> bool:
    return normalise_id_number(one.id_number) == normalise_id_number(other.id_number)


def _require_room(work: Work, division: str, person_id: UUID, owner: UUID | None) -> None:
    terms = terms_of(division)
    identity.hold_person(work, person_id)  # two posts at once are counted one after the other
    if queries.count_open_for(work, person_id, owner) >= terms.open_per_person:
        raise WishesUsedUp(most=terms.open_per_person)
    if owner is not None and queries.count_open_by(work, owner) >= terms.open_per_account:
        raise WishesUsedUp(most=terms.open_per_account)
