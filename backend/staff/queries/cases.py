"""Cases, notes and consents at the counter as the desk reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from backend.applications import queries as applications
from backend.applications.models import Application, CaseNote
from backend.applications.permissions import CASE_CHECK, CASE_READ
from backend.applications.states import EDITABLE, ApplicationState
from backend.consent.models import ConsentInvitation, CounterRecord, FaceReview
from backend.consent.states import LIVE, CounterState, ReviewState
from backend.core.access import Actor, require
from backend.core.errors import NotFound
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.households.models import HouseholdMember
from backend.regions import queries as regions
from backend.staff.queries.people import staff_names

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
class Unfinished:
    """A case that the counter keeps and that is still to be handed in."""

    id: UUID
    programme: str
    state: str
    applicant_name: str
    begun_by: str
    updated_at: datetime


def unfinished_at_counter(work: Work, actor: Actor, most: int = 50) -> list[Unfinished]:
    """Those of a desk's scope, what was worked on last first."""
    statement = select(Application).where(
        Application.state.in_(EDITABLE),
        Application.recorded_by.is_not(None),
        regions.lies_within(Application.division, actor.scope or "none"),
    )
    rows = list(work.session.scalars(statement.order_by(Application.updated_at.desc()).limit(most)))
    names = _applicant_names(work, [case.id for case in rows])
    officers = staff_names(work, {case.recorded_by for case in rows if case.recorded_by})
    return [
        Unfinished(
            case.id,
            case.programme,
            case.state,
            names.get(case.id, ""),
            officers.get(case.recorded_by, "") if case.recorded_by else "",
            case.updated_at,
        )
        for case in rows
    ]


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
    names = staff_names(work, {row.staff_id for row in page.items})
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
    names = staff_names(work, {row.first_witness for row in page.items})
    items = [_waiting(work, actor, row, names) for row in page.items]
    return Page(items, page.next_cursor)


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


def counter_record(work: Work, actor: Actor, record_id: UUID) -> WaitingRecord:
    """One record that waits for its second witness; raises NotFound, AccessRefused."""
    row = work.session.get(CounterRecord, record_id)
    if row is None or row.state != CounterState.RECORDED:
        raise NotFound()
    require(CASE_CHECK, actor, applications.get(work, row.invitation.case_id))
    return _waiting(work, actor, row, staff_names(work, {row.first_witness}))


def records_of_case(work: Work, actor: Actor, case_id: UUID) -> list[WaitingRecord]:
    """Those of one case that wait for a second witness, for whoever may read the case."""
    statement = (
        select(CounterRecord)
        .join(CounterRecord.invitation)
        .where(
            CounterRecord.state == CounterState.RECORDED,
            ConsentInvitation.state.in_(LIVE),
            ConsentInvitation.case_id == case_id,
        )
    )
    rows = list(work.session.scalars(statement.order_by(CounterRecord.id)))
    names = staff_names(work, {row.first_witness for row in rows})
    return [_waiting(work, actor, row, names) for row in rows]


def reviews_of_case(work: Work, case_id: UUID) -> list[tuple[UUID, UUID]]:
    """The open face reviews of a case: review and member."""
    statement = select(FaceReview).where(
        FaceReview.case_id == case_id, FaceReview.state == ReviewState.OPEN
    )
    rows = work.session.scalars(statement.order_by(FaceReview.id))
    return [(row.id, row.invitation.member_id) for row in rows]


def _waiting(work: Work, actor: Actor, row: CounterRecord, names: dict[UUID, str]) -> WaitingRecord:
    return WaitingRecord(
        row.id,
        row.invitation.case_id,
        row.invitation.member_id,
        names.get(row.first_witness, ""),
        row.first_witness == actor.id,
        str(row.unseal(work.vault, "papers_seen")),
        str(row.unseal(work.vault, "reason")),
        row.created_at,
    )


def case_by_receipt(work: Work, actor: Actor, receipt_code: str) -> UUID | None:
    """The case of a receipt, where this person may read it; for others there is none."""
    case = work.session.scalar(select(Application).where(Application.receipt_code == receipt_code))
    return case.id if case is not None and CASE_READ.allows(actor, case) else None
