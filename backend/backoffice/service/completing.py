"""Complete a task, enter an objection, end a publication: every way a case moves on."""

from uuid import UUID

from backend.audit import service as audit
from backend.backoffice import queries
from backend.backoffice.errors import (
    ApprovalNotPossible,
    CaseNotFound,
    CompletionInvalid,
    NotPublished,
    ObjectionsFull,
    ReturnedAlready,
    TaskNotFound,
    TaskNotOpen,
)
from backend.backoffice.models import BoCase, BoStaff, BoTask
from backend.backoffice.permissions import OBJECTION_ENTER, TASK_COMPLETE, may_investigate, require
from backend.backoffice.rules import deadlines
from backend.backoffice.rules.cascade import steps_of
from backend.backoffice.rules.completion import Completion, field_errors, process_values
from backend.backoffice.rules.findings import (
    MAX_OBJECTIONS,
    MAX_RETURNS,
    Findings,
    may_approve,
    most_fen,
)
from backend.backoffice.rules.record import Known, people_of, record_errors
from backend.backoffice.service import moving
from backend.backoffice.service.staff import staff_of
from backend.backoffice.states import (
    DECISIONS,
    TASK_MOVES,
    CaseState,
    Message,
    Stage,
    TaskName,
    TaskState,
)
from backend.core.access import SYSTEM, Actor
from backend.core.errors import FieldError, StaleVersion
from backend.core.transitions import next_state
from backend.core.uow import Work


def complete_task(
    work: Work, actor: Actor, task_id: UUID, given: Completion, *, version: int | None = None
) -> BoTask:
    """Finish an open task with its result and move the case on.

    `version` is that of the case as its page showed it. Raises TaskNotFound (404), RoleMissing or
    DeciderInvestigated (403), TaskNotOpen, ApprovalNotPossible or ReturnedAlready (409),
    StaleVersion (412), CompletionInvalid (422).
    """
    staff = staff_of(work, actor)
    task, case = _locked(work, task_id)
    findings = moving.findings_of(work, case)
    require(TASK_COMPLETE, staff, task, findings)
    if task.state != TaskState.OPEN:
        raise TaskNotOpen()
    _require_version(case, version)
    name = TaskName(task.name)
    _check(work, staff, case, name, given, findings)
    _recognise_as(work, case, given.programme)
    learned = _learn(work, case, name, given, findings)
    run = moving.restore(work, case)
    run.complete(name, process_values(name, given))
    _close(work, staff, task, given)
    if name is TaskName.START_PUBLICITY:
        limits = moving.limits_of(work, case)
        case.publicity_until = deadlines.publicity_until(limits, work.legal.today())
    moving.settle(work, case, run, learned)
    _record(work, actor, case, "backoffice.task_completed", task=name, result=given.result)
    return task


def raise_objection(
    work: Work, actor: Actor, case_row_id: UUID, note: str, *, version: int | None = None
) -> BoCase:
    """Enter an objection against a published case.

    The first leads back to the survey, and to a new publication of the full length. A later one is
    kept for the decider while the notice goes on hanging. Raises CaseNotFound, RoleMissing,
    NotPublished, ObjectionsFull, StaleVersion.
    """
    staff = staff_of(work, actor)
    case = _locked_case(work, case_row_id)
    require(OBJECTION_ENTER, staff, case)
    if case.stage != Stage.PUBLICITY or case.state != CaseState.IN_REVIEW:
        raise NotPublished()
    _require_version(case, version)
    findings = moving.findings_of(work, case)
    if findings.objections >= MAX_OBJECTIONS:
        raise ObjectionsFull(most=MAX_OBJECTIONS)
    findings = findings.objected(note)
    run = moving.restore(work, case)
    run.send(Message.OBJECTION_RAISED, {"objections_used": findings.objections})
    moving.settle(work, case, run, findings)
    _record(work, actor, case, "backoffice.objection_raised", count=findings.objections)
    return case


def end_publicity(work: Work, case_row_id: UUID) -> bool:
    """Let a case go on whose notice hung for its whole time; False where there is nothing to do."""
    case = queries.locked_case(work, case_row_id)
    until = case.publicity_until
    if case.stage != Stage.PUBLICITY or case.state != CaseState.IN_REVIEW or until is None:
        return False
    if not deadlines.is_publicity_over(until, work.legal.today()):
        return False
    run = moving.restore(work, case)
    run.send(Message.PUBLICITY_OVER, {})
    moving.settle(work, case, run, moving.findings_of(work, case).shown_in_full())
    _record(work, SYSTEM, case, "backoffice.publicity_over", until=until.isoformat())
    return True


def _require_version(case: BoCase, shown: int | None) -> None:
    if shown is not None and shown != case.version:
        raise StaleVersion()


def _locked(work: Work, task_id: UUID) -> tuple[BoTask, BoCase]:
    task = queries.task(work, task_id)
    if task is None:
        raise TaskNotFound()
    case = queries.locked_case(work, task.case_row_id)
    work.session.refresh(task)  # another may have completed it before we held the case
    return task, case


def _locked_case(work: Work, case_row_id: UUID) -> BoCase:
    if queries.case(work, case_row_id) is None:
        raise CaseNotFound()
    return queries.locked_case(work, case_row_id)


def _check(
    work: Work,
    staff: BoStaff,
    case: BoCase,
    name: TaskName,
    given: Completion,
    findings: Findings,
) -> None:
    snapshot = case.unseal(work.vault, "snapshot")
    most = most_fen(snapshot)
    steps = steps_of(snapshot, case.programme, pays=case.pays)
    errors = field_errors(name, given, findings, most, pays=case.pays, steps=steps)
    if given.record is not None:
        known = Known(people_of(snapshot), case.accepted_on, work.legal.today())
        errors += record_errors(name, given.result, given.note, given.record, known)
    if not errors and name is TaskName.SURVEY:
        errors = _investigator_errors(work, staff, case, given)
    if errors:
        raise CompletionInvalid(errors=errors)
    if name not in DECISIONS:
        return
    exempt = case.publicity_exempt
    if given.result == "approved" and not may_approve(findings, publicity_exempt=exempt):
        raise ApprovalNotPossible()
    if given.result == "returned" and findings.returns >= MAX_RETURNS:
        raise ReturnedAlready()


def _recognise_as(work: Work, case: BoCase, programme: str | None) -> None:
    """From here on the case is of the programme that the opinion chose: in notice and letter."""
    snapshot = case.unseal(work.vault, "snapshot")
    for step in steps_of(snapshot, case.programme, pays=case.pays):
        if step.programme == programme:
            case.programme, case.pays = step.programme, step.pays


def _investigator_errors(
    work: Work, staff: BoStaff, case: BoCase, given: Completion
) -> list[FieldError]:
    if staff.id not in given.investigators:
        return [FieldError("/investigators", "bo_investigator_self")]
    return [
        FieldError(f"/investigators/{index}", "bo_investigator_unknown")
        for index, one in enumerate(given.investigators)
        if not may_investigate(queries.staff_by_id(work, one), case)
    ]


def _learn(
    work: Work, case: BoCase, name: TaskName, given: Completion, findings: Findings
) -> Findings:
    if name is TaskName.SURVEY:
        return findings.visited(given.investigators)
    if name is TaskName.FIRST_OPINION:
        return findings.judged(given.result, given.amount_fen, given.reasons)
    if name in DECISIONS and given.result == "returned":
        return findings.returned(given.reasons)
    if name in DECISIONS:
        return findings.decided(work.legal.today(), given.reasons)
    return findings


def _close(work: Work, staff: BoStaff, task: BoTask, given: Completion) -> None:
    task.state = next_state(TASK_MOVES, TaskState(task.state), "complete")
    task.completed_at = work.wall.now()
    task.completed_by = staff.id
    task.result = given.result
    said: dict[str, object] = {"note": given.note, "reasons": list(given.reasons)}
    if given.record is not None:
        said |= {"record": given.record.to_json()}
    if given.investigators:
        said |= {"investigators": [str(one) for one in given.investigators]}
    task.seal(work.vault, note=said)


def _record(work: Work, actor: Actor, case: BoCase, action: str, **details: object) -> None:
    audit.record(
        work,
        actor,
        action,
        f"bo_case:{case.id}",
        case=case.case_id,
        county=case.county,
        **details,
    )
