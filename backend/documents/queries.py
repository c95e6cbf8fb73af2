"""Reading documents."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from backend.core.errors import NotFound
from backend.core.prepared import Prepared
from backend.core.uow import Work
from backend.documents.models import Document
from backend.documents.states import DocumentState


def get(work: Work, document_id: UUID) -> Document:
    """A stored document; raises NotFound for one that never was or was deleted."""
    found = work.session.get(Document, document_id)
    if found is None or found.state != DocumentState.STORED:
        raise NotFound()
    return found


def of_case(work: Work, case_id: UUID) -> list[Document]:
    """A case's stored documents in the order in which they came."""
    statement = select(Document).where(*_stored_of(case_id)).order_by(Document.id)
    return list(work.session.scalars(statement))


_SLOTS = Prepared(
    select(Document.slot, Document.member_id)
    .where(Document.case_id == bindparam("case"), Document.state == DocumentState.STORED)
    .order_by(Document.id)
)


def slots_of(work: Work, case_id: UUID) -> list[tuple[str, UUID | None]]:
    """Which papers of whom a case has: slot and member (None: the household's), in order."""
    return _SLOTS.rows(work, case=case_id)


def count_of_case(work: Work, case_id: UUID) -> int:
    """How many documents a case holds."""
    statement = select(func.count()).select_from(Document).where(*_stored_of(case_id))
    return work.session.scalar(statement) or 0


def keys_in_use(work: Work, keys: Iterable[str]) -> set[str]:
    """Those of `keys` under which a stored document keeps a file."""
    wanted = list(keys)
    statement = select(Document.full_key, Document.thumb_key).where(
        Document.state == DocumentState.STORED,
        or_(Document.full_key.in_(wanted), Document.thumb_key.in_(wanted)),
    )
    return {key for row in work.session.execute(statement) for key in row if key}


def stored_after(work: Work, after: UUID | None, most: int) -> list[Document]:
    """Stored documents of all cases in order of their ids, beginning after one."""
    statement = select(Document).where(Document.state == DocumentState.STORED)
    if after is not None:
        statement = statement.where(Document.id > after)
    return list(work.session.scalars(statement.order_by(Document.id).limit(most)))


def _stored_of(case_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return Document.case_id == case_id, Document.state == DocumentState.STORED
