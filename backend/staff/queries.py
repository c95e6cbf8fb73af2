"""Reads other rooms' tables for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.applications.models import Application
from backend.applications.states import ApplicationState
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.households.models import HouseholdMember

OPEN_AT_DESK = (ApplicationState.AWAITING_CONSENT, ApplicationState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One case of a worklist."""

    id: UUID
    programme: str
    state: str
    division: str
    applicant_name: str
    submitted_on: date | None
    due_on: date | None
    by_helper: bool
    version: int


def worklist(work: Work, scope: str, states: list[str], wanted: PageRequest) -> Page[DeskItem]:
    """The cases of a scope in these states (those that wait for the township by default), first
    submitted first.
    """
    statement = select(Application).where(
        Application.state.in_(states or OPEN_AT_DESK),
        Application.submitted_at.is_not(None),  # what was given up as a draft is nobody's business
        Application.division.startswith(scope, autoescape=True),
    )
    page = keyset(
        work.session,
        statement,
        [Application.submitted_at, Application.id],
        [datetime.fromisoformat, UUID],
        wanted,
        descending=False,
    )
    names = _applicant_names(work, [case.id for case in page.items])
    return Page([_item(case, names.get(case.id, "")) for case in page.items], page.next_cursor)


def _item(case: Application, name: str) -> DeskItem:
    return DeskItem(
        case.id,
        case.programme,
        case.state,
        case.division,
        name,
        case.submitted_on,
        case.due_on,
        case.mandate_id is not None,
        case.version,
    )


def _applicant_names(work: Work, case_ids: list[UUID]) -> dict[UUID, Any]:
    rows = work.session.scalars(
        select(HouseholdMember).where(
            HouseholdMember.case_id.in_(case_ids), HouseholdMember.relation == "01"
        )
    )
    return {row.case_id: row.unseal(work.vault, "name") for row in rows}
