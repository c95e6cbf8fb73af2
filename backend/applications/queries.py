"""Look-ups of applications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, not_, or_, select

from backend.applications.errors import ApplicationNotFound
from backend.applications.models import Application, CaseNote
from backend.core.access import Actor
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.identity import queries as identity


def get(work: Work, application_id: UUID, *, lock: bool = False) -> Application:
    """One application; raises ApplicationNotFound. `lock` holds the row until the commit."""
    found = work.session.get(Application, application_id, with_for_update=lock or None)
    if found is None:
        raise ApplicationNotFound()
    return found


def mine(work: Work, actor: Actor, wanted: PageRequest) -> Page[Application]:
    """What the account created, and once it is proven what concerns its person; newest first.

    What a helper created under a mandate that was taken back is hidden from the helper.
    """
    owned = Application.owner_account_id == actor.id
    if ended := identity.ended_mandates_of(work, actor.id):
        hidden = Application.mandate_id.in_(ended)
        owned = and_(owned, or_(Application.mandate_id.is_(None), not_(hidden)))
    if actor.proven and actor.person_id:
        owned = or_(owned, Application.applicant_person_id == actor.person_id)
    return keyset(work.session, select(Application).where(owned), [Application.id], [UUID], wanted)


def notes(work: Work, application_id: UUID) -> Sequence[CaseNote]:
    statement = select(CaseNote).where(CaseNote.case_id == application_id)
    return list(work.session.scalars(statement.order_by(CaseNote.id)))


def due_before(work: Work, day: date) -> Sequence[Application]:
    """Cases past their statutory date."""
    return list(work.session.scalars(select(Application).where(Application.due_on < day)))
