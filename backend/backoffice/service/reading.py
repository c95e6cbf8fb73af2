"""What the back office's staff, and the public during a publication, may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import CaseNotFound
from backend.backoffice.models import BoCase, BoTask
from backend.backoffice.permissions import CASE_READ, require
from backend.backoffice.rules.cascade import applied_for
from backend.backoffice.rules.findings import LostConsent, notice
from backend.backoffice.service import moving
from backend.backoffice.service.staff import staff_of
from backend.backoffice.states import StaffRole, Stage
from backend.core.access import Actor
from backend.core.paging import Page, PageRequest
from backend.core.uow import Work


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as its staff see it; amounts are fen a month."""

    id: UUID
    case_id: UUID
    programme: str
    area: str
    division: str
    state: str
    stage: str
    decided_by: str
    opened_on: date
    accepted_on: date
    due_on: date
    due_provisional: bool
    publicity_until: date | None
    notice: Mapping[str, Any]
    objections: Sequence[str]
    lost_consents: Sequence[LostConsent]
    tasks: Sequence[BoTask]
    version: int
    publicity_exempt: bool
    pays: bool
    applied_for: str
    opinion: str | None
    reasons: Sequence[str]
    decided_on: date | None


def tasks_for(work: Work, actor: Actor, wanted: PageRequest) -> Page[BoTask]:
    """The open tasks that this person may do, the earliest due first."""
    return queries.open_tasks(work, staff_of(work, actor), wanted)


def case_for(work: Work, actor: Actor, case_row_id: UUID) -> CaseFile:
    """A case without the household's data; raises CaseNotFound outside one's division."""
    return file_of(work, readable(work, actor, case_row_id))


def file_of(work: Work, case: BoCase) -> CaseFile:
    """A case that its reader may see."""
    findings = moving.findings_of(work, case)
    snapshot = case.unseal(work.vault, "snapshot")
    amount = findings.amount_fen if findings.opinion else snapshot["amountFen"]
    if not case.pays:
        amount = None
    return CaseFile(
        id=case.id,
        case_id=case.case_id,
        programme=case.programme,
        area=case.area,
        division=case.division,
        state=case.state,
        stage=case.stage,
        decided_by=case.decided_by,
        opened_on=case.opened_on,
        accepted_on=case.accepted_on,
        due_on=case.due_on,
        due_provisional=case.due_provisional,
        publicity_until=case.publicity_until,
        notice=notice(snapshot, amount),
        objections=findings.objection_notes,
        lost_consents=findings.lost_consents,
        tasks=queries.tasks_of_case(work, case.id),
        version=case.version,
        publicity_exempt=case.publicity_exempt,
        pays=case.pays,
        applied_for=applied_for(snapshot, case.programme),
        opinion=findings.opinion,
        reasons=findings.reasons,
        decided_on=findings.decided_on,
    )


def snapshot_for(work: Work, actor: Actor, case_row_id: UUID, purpose: Stage) -> dict[str, Any]:
    """The whole forwarded snapshot; who read it and for which stage is audited after this unit."""
    case = readable(work, actor, case_row_id)
    subject, case_id, county = f"bo_case:{case.id}", case.case_id, case.county

    def note(after: Work) -> None:
        audit.record(
            after,
            actor,
            "backoffice.snapshot_read",
            subject,
            case=case_id,
            county=county,
            purpose=purpose,
        )

    work.after_end(note)
    snapshot: dict[str, Any] = case.unseal(work.vault, "snapshot")
    return snapshot


def colleagues_for(work: Work, actor: Actor, role: StaffRole) -> list[dict[str, Any]]:
    """Id and name of the staff of this role who work in one's own division."""
    staff = staff_of(work, actor)
    found = queries.colleagues(work, staff.scope, role)
    return [{"id": one.id, "name": one.unseal(work.vault, "name")} for one in found]


def notices_in(work: Work, division: str, wanted: PageRequest) -> Page[dict[str, Any]]:
    """The notices that hang now in a division (公示): name, headcount, amount and last day."""
    page = queries.published_in(work, division, wanted)
    return Page([_notice(work, case) for case in page.items], page.next_cursor)


def _notice(work: Work, case: BoCase) -> dict[str, Any]:
    amount = moving.findings_of(work, case).amount_fen
    shown = notice(case.unseal(work.vault, "snapshot"), amount)
    return {**shown, "publicity_until": case.publicity_until}


def readable(work: Work, actor: Actor, case_row_id: UUID) -> BoCase:
    """A case of one's own place; raises CaseNotFound."""
    staff = staff_of(work, actor)
    case = queries.case(work, case_row_id)
    if case is None:
        raise CaseNotFound()
    require(CASE_READ, staff, case)
    return case
