"""Reads of the back office: bounded lists and single rows."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from backend.backoffice.models import BoCase, BoEvent, BoInbox, BoSpec, BoStaff, BoTask
from backend.backoffice.permissions import tasks_of
from backend.backoffice.states import CaseState, StaffRole, Stage, TaskState
from backend.core.paging import Page, PageRequest, keyset
from backend.core.uow import Work
from backend.regions import queries as regions

MAX_COLLEAGUES = 200
MAX_TASKS_OF_CASE = 50


def staff_by_token_hash(work: Work, token_hash: bytes) -> BoStaff | None:
    """The active member of staff with this token, if any."""
    return work.session.scalar(
        select(BoStaff).where(BoStaff.token_hash == token_hash, BoStaff.active.is_(True))
    )


def staff_by_id(work: Work, staff_id: UUID) -> BoStaff | None:
    """One active member of staff."""
    staff = work.session.get(BoStaff, staff_id)
    return staff if staff is not None and staff.active else None


def colleagues(work: Work, division: str, role: StaffRole) -> list[BoStaff]:
    """Active staff of this role who may work in this division, at most MAX_COLLEAGUES."""
    prefixes = [division[:digits] for digits in (2, 4, 6, 9, 12)]
    rows = work.session.scalars(
        select(BoStaff)
        .where(BoStaff.scope.in_(prefixes), BoStaff.active.is_(True))
        .order_by(BoStaff.id)
        .limit(MAX_COLLEAGUES)
    )
    return [row for row in rows if role in row.roles]


def open_tasks(work: Work, staff: BoStaff, wanted: PageRequest) -> Page[BoTask]:
    """The open tasks that this person may do, the earliest due first."""
    statement = select(BoTask).where(
        BoTask.state == TaskState.OPEN,
        BoTask.name.in_(sorted(tasks_of(staff))),
        regions.lies_within(BoTask.division, staff.scope),
    )
    columns = [BoTask.due_on, BoTask.id]
    return keyset(
        work.session, statement, columns, [date.fromisoformat, UUID], wanted, descending=False
    )


def task(work: Work, task_id: UUID) -> BoTask | None:
    """One task, open or not."""
    return work.session.get(BoTask, task_id)


def tasks_of_case(work: Work, case_row_id: UUID) -> Sequence[BoTask]:
    """The tasks of a case from the first on, at most MAX_TASKS_OF_CASE."""
    statement = select(BoTask).where(BoTask.case_row_id == case_row_id)
    return work.session.scalars(statement.order_by(BoTask.id).limit(MAX_TASKS_OF_CASE)).all()


def open_task_of(work: Work, case_row_id: UUID) -> BoTask | None:
    """The one open task of a case; None while it is published and after its end."""
    return work.session.scalar(
        select(BoTask).where(BoTask.case_row_id == case_row_id, BoTask.state == TaskState.OPEN)
    )


def case(work: Work, row_id: UUID) -> BoCase | None:
    """One case by the back office's own id."""
    return work.session.get(BoCase, row_id)


def locked_case(work: Work, row_id: UUID) -> BoCase:
    """One case, held until the commit: the moves of one case come one after the other."""
    statement = select(BoCase).where(BoCase.id == row_id)
    return work.session.execute(
        statement.with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one()


def case_of(work: Work, case_id: UUID) -> BoCase | None:
    """One case by the main system's id."""
    return work.session.scalar(select(BoCase).where(BoCase.case_id == case_id))


def locked_case_of(work: Work, case_id: UUID) -> BoCase | None:
    """The case with the main system's id, held until the commit."""
    return work.session.scalar(select(BoCase).where(BoCase.case_id == case_id).with_for_update())


def last_sequence_in(work: Work, case_id: UUID) -> int:
    """The number of the last event taken for this case; 0 before the first."""
    statement = select(func.max(BoInbox.sequence)).where(BoInbox.case_id == case_id)
    return work.session.scalar(statement) or 0


def spec(work: Work, digest: str) -> BoSpec | None:
    """A stored process by the digest of its text."""
    return work.session.scalar(select(BoSpec).where(BoSpec.digest == digest))


def published_before(work: Work, day: date, after: UUID | None, most: int) -> list[UUID]:
    """Ids of up to `most` cases whose notice hung for its whole time before `day`, in id order."""
    statement = select(BoCase.id).where(
        BoCase.state == CaseState.IN_REVIEW,
        BoCase.stage == Stage.PUBLICITY,
        BoCase.publicity_until < day,
    )
    if after is not None:
        statement = statement.where(BoCase.id > after)
    return list(work.session.scalars(statement.order_by(BoCase.id).limit(most)))


def published_in(work: Work, division: str, wanted: PageRequest) -> Page[BoCase]:
    """The cases of a division prefix that are being published now, the newest first."""
    statement = select(BoCase).where(
        BoCase.state == CaseState.IN_REVIEW,
        BoCase.stage == Stage.PUBLICITY,
        regions.lies_within(BoCase.division, division),
    )
    return keyset(work.session, statement, [BoCase.id], [UUID], wanted)


def event(work: Work, case_id: UUID, sequence: int) -> BoEvent | None:
    """What was told about a case under this number."""
    return work.session.scalar(
        select(BoEvent).where(BoEvent.case_id == case_id, BoEvent.sequence == sequence)
    )


def inbox_has(work: Work, webhook_id: str) -> bool:
    """Whether a webhook with this id was taken before."""
    found = select(BoInbox.id).where(BoInbox.webhook_id == webhook_id)
    return work.session.scalar(found) is not None
