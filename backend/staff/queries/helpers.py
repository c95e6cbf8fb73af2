"""Who acts for how many people under mandates, and for how many one may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from backend.core.access import Actor
from backend.core.uow import Work
from backend.identity import queries as identity
from backend.identity.models import Account, Mandate
from backend.policy import queries as policy
from backend.regions import queries as regions

_MOST_SHOWN = 100


def most_acted_for(work: Work, division: str) -> int:
    """For how many people of the county one private helper may act (county data)."""
    return policy.rules_for(work, division, work.legal.today()).helper_live_mandates_most


@dataclass(frozen=True, slots=True)
class HeldMandate:
    """One of a helper's mandates within the desk's scope."""

    id: UUID
    principal: str


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who acts for at least as many people of the county as one may; `acts_for` counts the
    whole county, `mandates` are those of the desk.
    """

    account_id: UUID
    name: str
    assurance: str | None
    acts_for: int
    mandates: Sequence[HeldMandate]


def helpers_of_many(work: Work, actor: Actor) -> list[Helper]:
    """Those of them who hold a live mandate within the desk's scope, the busiest first."""
    scope = actor.scope or "none"
    live = identity.live_mandates(work.legal.today())
    here = select(Mandate.helper_account_id).where(
        regions.lies_within(Mandate.division, scope), *live
    )
    count = func.count(Mandate.principal_person_id.distinct())
    statement = (
        select(Mandate.helper_account_id, count)
        .where(Mandate.county == scope[:6], Mandate.helper_account_id.in_(here), *live)
        .group_by(Mandate.helper_account_id)
        .having(count >= most_acted_for(work, f"{scope:0<12}"))
        .order_by(count.desc(), Mandate.helper_account_id)
        .limit(_MOST_SHOWN)
    )
    return [_helper(work, scope, *row) for row in work.session.execute(statement)]


def _helper(work: Work, scope: str, account_id: UUID, acts_for: int) -> Helper:
    account = work.session.get_one(Account, account_id)
    statement = select(Mandate).where(
        Mandate.helper_account_id == account_id,
        regions.lies_within(Mandate.division, scope),
        *identity.live_mandates(work.legal.today()),
    )
    held = [
        HeldMandate(one.id, str(one.unseal(work.vault, "principal_name")))
        for one in work.session.scalars(statement.order_by(Mandate.id).limit(_MOST_SHOWN))
    ]
    name = str(account.unseal(work.vault, "name") or "")
    return Helper(account_id, name, account.assurance, acts_for, held)
