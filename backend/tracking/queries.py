"""Reads other rooms' tables for the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from backend.applications.models import Application
from backend.audit.models import AuditRow
from backend.core.uow import Work
from backend.identity.models import Person
from backend.tracking.rules import SHOWN


def steps(work: Work, case_id: UUID) -> Sequence[AuditRow]:
    """What happened to a case, first things first; only what is shown counts towards the bound."""
    statement = select(AuditRow).where(
        AuditRow.chain == f"case:{case_id}", AuditRow.action.in_(SHOWN)
    )
    return list(work.session.scalars(statement.order_by(AuditRow.seq).limit(500)))


def case_by_receipt(work: Work, receipt_code: str) -> tuple[Application, str] | None:
    """A case and its applicant's ID number, by the receipt code."""
    statement = select(Application, Person).join(
        Person, Person.id == Application.applicant_person_id
    )
    found = work.session.execute(
        statement.where(Application.receipt_code == receipt_code)
    ).one_or_none()
    if found is None:
        return None
    return found[0], str(found[1].unseal(work.vault, "id_number"))
