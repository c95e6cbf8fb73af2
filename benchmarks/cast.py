"""Whom the API's operations are measured on: readers, filers with ready drafts, creators."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta

from backend.households.rules import PersonRole
from backend.policy import queries as policy
from backend.policy.rules.income import Household, Item, Member
from backend.policy.rules.values import Area, Period
from backend.policy.service import CheckInput, assess_household
from benchmarks import people
from benchmarks.filling import Filler
from benchmarks.place import Place
from benchmarks.rows import DONE, DRAFT, WAITING, Known, Link, Maker, moments

DIVISION = "610304001001"  # 宝鸡市陈仓区虢镇街道, a community
# The cast's households begin here; a growing crowd has the numbers below.
FIRST = people.MOST - 100_000
CREATORS = 2000  # an account may have 30 drafts: so many that no run meets the bound


@dataclass
class Cast:
    """Tokens, and the ids that they may read or hand in."""

    readers: list[tuple[str, str]] = field(default_factory=list)  # token, a case with signers
    lists: list[str] = field(default_factory=list)  # tokens with a full page of cases
    drafts: list[tuple[str, str]] = field(default_factory=list)  # token, a draft ready to hand in
    filers: list[str] = field(default_factory=list)  # the accounts that the drafts belong to
    creators: list[tuple[str, int]] = field(default_factory=list)  # token, the household number
    links: list[Link] = field(default_factory=list)  # signers who were asked
    fresh: int = FIRST + 50_000  # the next household that nobody has met


def known_to_all(place: Place) -> Known:
    """The policy in force, and what it says about the household that every case is about."""
    units = place.units()
    with units.read() as work:
        version = policy.policy_version(work)
        members = tuple(_member(n) for n in range(people.HEADS) if _lives_there(n))
        check = CheckInput(DIVISION, Area.URBAN, Household(members, 500_000))
        found = assess_household(work, check, version)
    units.kit.database.close()
    kept = {
        "outcome": str(found.outcome),
        "per_head_fen": found.per_head_fen,
        "standard_fen": found.standard_fen,
        "amount_fen_per_month": found.amount_fen_per_month,
        "single_persons": [
            {"number": one.number, "amountFenPerMonth": one.amount_fen_per_month}
            for one in found.single_persons
        ],
        "lines": [asdict(line) for line in found.lines],
    }
    return Known(version, kept)


def assemble(
    place: Place, filler: Filler, known: Known, *, accounts: int = 40, drafts: int = 40
) -> Cast:
    """`accounts` readers with 24 cases each, and as many filers with `drafts` drafts each."""
    now = datetime.now(UTC)
    maker, cast = Maker(place.vault, known, now), Cast()
    for n in range(accounts):
        token = secrets.token_urlsafe(24)
        owner = maker.account(FIRST + n, now - timedelta(days=710), token=token)
        states = [DONE, WAITING, WAITING, DRAFT, DONE, WAITING] * 4
        for turn, (state, at) in enumerate(zip(states, moments(24, now), strict=True)):
            others = FIRST + 1000 + n * 24 + turn
            case = maker.case(FIRST + n, owner, DIVISION, state, at, others=others)
            if state == WAITING:
                cast.readers.append((token, case))
        cast.lists.append(token)
    for n in range(CREATORS):
        token, household = secrets.token_urlsafe(24), FIRST + 40_000 + n
        maker.account(household, now - timedelta(days=1), token=token)
        cast.creators.append((token, household))
    for n in range(accounts):
        token = secrets.token_urlsafe(24)
        owner = maker.account(FIRST + 10_000 + n, now - timedelta(days=1), token=token)
        cast.filers.append(owner[0])
        for turn in range(drafts):
            others, at = FIRST + 20_000 + n * drafts + turn, now - timedelta(hours=2)
            case = maker.case(FIRST + 10_000 + n, owner, DIVISION, DRAFT, at, others=others)
            cast.drafts.append((token, case))
    filler.put(maker.take())
    cast.links = maker.links
    return cast


def _lives_there(place: int) -> bool:
    return bool(people.person(0, place)["role"] == PersonRole.MEMBER)


def _member(place: int) -> Member:
    body = people.person(0, place)
    incomes, expenses = (
        tuple(Item(i["kind"], i["amountFen"], Period(i["period"])) for i in body.get(kind, []))
        for kind in ("incomes", "deductions")
    )
    return Member(incomes, expenses, people.name(0, place))
