"""The papers of a case: the notice that is put up, and the letter that tells the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from backend.backoffice.errors import LetterNotDue, NoticeNotDue
from backend.backoffice.models import BoCase
from backend.backoffice.rules import deadlines
from backend.backoffice.rules.findings import pay_from
from backend.backoffice.service import moving, reading
from backend.backoffice.service.reading import CaseFile
from backend.backoffice.service.showing import page_of, place_of
from backend.backoffice.service.staff import staff_of
from backend.backoffice.states import CaseState, DecidedBy
from backend.core.access import Actor
from backend.core.uow import Work

_COUNTY, _TOWNSHIP = 6, 9  # digits of a division's code


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper to print: the notice that hangs, or the letter to the applicant."""

    file: CaseFile
    issuer: str
    on: date
    until: date | None = None
    pay_from: str | None = None


def notice_sheet(work: Work, actor: Actor, case_row_id: UUID) -> Sheet:
    """The notice of a case (公示单) from its opinion until it is taken down; NoticeNotDue."""
    case = reading.readable(work, actor, case_row_id)
    page = page_of(work, staff_of(work, actor), case)
    if not page.has_notice:
        raise NoticeNotDue()
    today = work.legal.today()
    until = case.publicity_until
    limits = moving.limits_of(work, case)
    issuer = place_of(work, _prefix(case, _TOWNSHIP))
    if until is None:
        return Sheet(page.file, issuer, today, deadlines.publicity_until(limits, today))
    return Sheet(page.file, issuer, until - timedelta(days=limits.publicity_days), until)


def letter(work: Work, actor: Actor, case_row_id: UUID) -> Sheet:
    """The letter that tells the applicant the decision; raises LetterNotDue."""
    case = reading.readable(work, actor, case_row_id)
    file = reading.file_of(work, case)
    if file.state not in {CaseState.APPROVED, CaseState.DENIED} or file.decided_on is None:
        raise LetterNotDue()
    paid = pay_from(file.decided_on) if file.pays and file.state == CaseState.APPROVED else None
    digits = _TOWNSHIP if case.decided_by == DecidedBy.TOWNSHIP else _COUNTY
    return Sheet(file, place_of(work, _prefix(case, digits)), file.decided_on, pay_from=paid)


def _prefix(case: BoCase, digits: int) -> str:
    return case.division[:digits].ljust(12, "0")
