"""Who filed a case, who works here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from backend.core.uow import Work
from backend.identity.models import Account, Mandate, StaffMember
from backend.regions import queries as regions


@dataclass(frozen=True, slots=True)
class Filer:
    """Whose account a case was filed from, and under which mandate. `name` is as that account
    typed it; `assurance` says whether anybody ever proved it.
    """

    name: str
    assurance: str | None
    mandate_id: UUID | None
    mandate_state: str | None


def filed_by(work: Work, account_id: UUID | None, mandate_id: UUID | None) -> Filer | None:
    """The account behind a case; None where the counter filed it."""
    account = work.session.get(Account, account_id) if account_id else None
    if account is None:
        return None
    mandate = work.session.get(Mandate, mandate_id) if mandate_id else None
    return Filer(
        str(account.unseal(work.vault, "name") or ""),
        account.assurance,
        mandate_id,
        mandate.state if mandate else None,
    )


def staff_name(work: Work, staff_id: UUID | None) -> str:
    """The name of somebody who works at a desk; empty where there is none."""
    member = work.session.get(StaffMember, staff_id) if staff_id else None
    return "" if member is None else str(member.unseal(work.vault, "name"))


def staff_names(work: Work, staff_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of those of these who work at a desk."""
    rows = work.session.scalars(select(StaffMember).where(StaffMember.id.in_(staff_ids)))
    return {row.id: str(row.unseal(work.vault, "name")) for row in rows}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody made-up who can sit down with one click."""

    username: str
    name: str
    roles: list[str]


def demo_people(work: Work) -> list[DemoPerson]:
    """A demo's staff, for its log-in page; nobody elsewhere."""
    if not work.is_demo:
        return []
    wanted = select(StaffMember).where(StaffMember.active).order_by(StaffMember.id).limit(20)
    return [
        DemoPerson(row.username, str(row.unseal(work.vault, "name")), list(row.roles))
        for row in work.session.scalars(wanted)
    ]


def username(work: Work, staff_id: UUID | None) -> str:
    """The user name of somebody who works at a desk; empty where there is none."""
    member = work.session.get(StaffMember, staff_id) if staff_id else None
    return "" if member is None else member.username


def place_name(work: Work, division: str) -> str:
    """A place with the one above it: 陈仓镇一村."""
    return "".join(place.name for place in regions.division_path(work, division)[-2:])
