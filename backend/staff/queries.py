"""Reads other rooms' tables for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.applications import queries as applications
from backend.applications.models import Application, CaseNote
from backend.applications.permissions import CASE_CHECK
from backend.applications.states import ApplicationState
from backend.consent.models import ConsentInvitation, CounterRecord
from backend.consent.states import LIVE, CounterState
from backend.core.access import Actor, require
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.households.models import HouseholdMember
from backend.identity.models import StaffMember
from backend.regions import queries as regions

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
        regions.lies_within(Application.division, scope),
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


@dataclass(frozen=True, slots=True)
class DeskNote:
    """What one colleague left for the others."""

    id: UUID
    text: str
    by: str
    created_at: datetime


def notes(work: Work, actor: Actor, application_id: UUID, wanted: PageRequest) -> Page[DeskNote]:
    """The notes of a case, the newest first; raises ApplicationNotFound, AccessRefused."""
    case = applications.get(work, application_id)
    require(CASE_CHECK, actor, case)
    statement = select(CaseNote).where(CaseNote.case_id == case.id)
    page = keyset(work.session, statement, [CaseNote.id], [UUID], wanted)
    names = _staff_names(work, {row.staff_id for row in page.items})
    return Page([_note(work, row, names) for row in page.items], page.next_cursor)


def _note(work: Work, row: CaseNote, names: dict[UUID, str]) -> DeskNote:
    text = str(row.unseal(work.vault, "text"))
    return DeskNote(row.id, text, names.get(row.staff_id, ""), row.created_at)


@dataclass(frozen=True, slots=True)
class WaitingRecord:
    """A consent at the counter that one of two people of staff has witnessed."""

    id: UUID
    case_id: UUID
    member_id: UUID
    recorded_by: str
    by_me: bool
    papers_seen: str
    reason: str
    created_at: datetime


def waiting_at_counter(work: Work, actor: Actor, wanted: PageRequest) -> Page[WaitingRecord]:
    """The records of a scope that wait for a second witness and can still count, the oldest
    first.
    """
    statement = (
        select(CounterRecord)
        .join(CounterRecord.invitation)
        .where(
            CounterRecord.state == CounterState.RECORDED,
            ConsentInvitation.state.in_(LIVE),
            regions.lies_within(ConsentInvitation.division, actor.scope or "none"),
        )
    )
    page = keyset(work.session, statement, [CounterRecord.id], [UUID], wanted, descending=False)
    names = _staff_names(work, {row.first_witness for row in page.items})
    items = [
        WaitingRecord(
            row.id,
            row.invitation.case_id,
            row.invitation.member_id,
            names.get(row.first_witness, ""),
            row.first_witness == actor.id,
            str(row.unseal(work.vault, "papers_seen")),
            str(row.unseal(work.vault, "reason")),
            row.created_at,
        )
        for row in page.items
    ]
    return Page(items, page.next_cursor)


def _staff_names(work: Work, staff_ids: set[UUID]) -> dict[UUID, str]:
    rows = work.session.scalars(select(StaffMember).where(StaffMember.id.in_(staff_ids)))
    return {row.id: str(row.unseal(work.vault, "name")) for row in rows}


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
