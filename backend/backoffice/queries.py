"""Reads of the back office: bounded lists and single rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from backend.backoffice.models import (
    BoCase,
    BoEvent,
    BoInbox,
    BoSession,
    BoSpec,
    BoStaff,
    BoTask,
)
from backend.backoffice.permissions import tasks_of
from backend.backoffice.states import CaseState, StaffRole, Stage, TaskName, TaskState
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


def staff_by_username(work: Work, username: str) -> BoStaff | None:
    """The active member of staff who logs in under this name, if any."""
    return work.session.scalar(
        select(BoStaff).where(BoStaff.username == username, BoStaff.active.is_(True))
    )


def has_username(work: Work, username: str) -> bool:
    """Whether somebody logs in under this name, or did before leaving."""
    return work.session.scalar(select(BoStaff.id).where(BoStaff.username == username)) is not None


def session_by_token(work: Work, token_hash: bytes) -> BoSession | None:
    """One log-in, over or not."""
    return work.session.scalar(select(BoSession).where(BoSession.token_hash == token_hash))


def staff_names(work: Work, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these members of staff, active or not."""
    rows = work.session.scalars(select(BoStaff).where(BoStaff.id.in_(ids)))
    return {row.id: str(row.unseal(work.vault, "name")) for row in rows}


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


def seated(work: Work) -> list[BoStaff]:
    """Active staff who have a seat at the pages, at most MAX_COLLEAGUES."""
    wanted = select(BoStaff).where(BoStaff.username.is_not(None), BoStaff.active.is_(True))
    return list(work.session.scalars(wanted.order_by(BoStaff.id).limit(MAX_COLLEAGUES)))


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which of the open tasks: of one kind, due by a day, in a smaller place."""

    name: TaskName | None = None
    due_by: date | None = None
    division: str = ""


ALL_TASKS = TaskFilter()


def open_tasks(
    work: Work, staff: BoStaff, wanted: PageRequest, which: TaskFilter = ALL_TASKS
) -> Page[BoTask]:
    """The open tasks that this person may do, the earliest due first."""
    statement = select(BoTask).where(
        BoTask.state == TaskState.OPEN,
        BoTask.name.in_(sorted(tasks_of(staff))),
        regions.lies_within(BoTask.division, staff.scope),
    )
    if which.name is not None:
        statement = statement.where(BoTask.name == which.name)
    if which.due_by is not None:
        statement = statement.where(BoTask.due_on <= which.due_by)
    if which.division:
        statement = statement.where(regions.lies_within(BoTask.division, which.division))
    columns = [BoTask.due_on, BoTask.id]
    return keyset(
        work.session, statement, columns, [date.fromisoformat, UUID], wanted, descending=False
    )


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which of the cases: still under review or ended, at one stage, in a smaller place."""

    ended: bool = False
    stage: Stage | None = None
    division: str = ""


def cases_within(work: Work, scope: str, which: CaseFilter, wanted: PageRequest) -> Page[BoCase]:
    """The cases of a place, the earliest due first; of those that ended, the latest due first."""
    states = [state for state in CaseState if (state is not CaseState.IN_REVIEW) is which.ended]
    statement = select(BoCase).where(
        BoCase.state.in_(states), regions.lies_within(BoCase.division, scope)
    )
    if which.stage is not None:
        statement = statement.where(BoCase.stage == which.stage)
    if which.division:
        statement = statement.where(regions.lies_within(BoCase.division, which.division))
    columns = [BoCase.due_on, BoCase.id]
    return keyset(
        work.session,
        statement,
        columns,
        [date.fromisoformat, UUID],
        wanted,
        descending=which.ended,
    )


def cases_by_id(work: Work, row_ids: Collection[UUID]) -> dict[UUID, BoCase]:
    """These cases by the back office's own id."""
    rows = work.session.scalars(select(BoCase).where(BoCase.id.in_(row_ids)))
    return {row.id: row for row in rows}


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
