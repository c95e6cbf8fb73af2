"""What a step of the process changes around it: tasks, stage, outcome, and what is told."""

from datetime import date
from typing import Any

from backend.backoffice import queries
from backend.backoffice.models import BoCase, BoSpec, BoTask
from backend.backoffice.rules import deadlines
from backend.backoffice.rules.findings import Findings, pay_from
from backend.backoffice.service import engine
from backend.backoffice.service.telling import tell
from backend.backoffice.states import (
    CASE_MOVES,
    ROLE_OF,
    STAGE_OF,
    CaseState,
    Stage,
    TaskName,
    TaskState,
)
from backend.core.transitions import next_state
from backend.core.uow import Work
from backend.regions import queries as regions


def restore(work: Work, case: BoCase) -> engine.Run:
    """The case's process as it was left."""
    spec = work.session.get_one(BoSpec, case.spec_id)
    process = engine.process_from_text(spec.digest, spec.text)
    return engine.Run.restore(process, case.unseal(work.vault, "workflow_state"))


def findings_of(work: Work, case: BoCase) -> Findings:
    """What the case's tasks found out so far."""
    return Findings.from_json(case.unseal(work.vault, "findings"))


def limits_of(work: Work, case: BoCase) -> deadlines.Deadlines:
    """The time limits of the case's place as they stood when it arrived."""
    return deadlines.limits_for(deadlines.shipped(), case.division, case.opened_on)


def settle(work: Work, case: BoCase, run: engine.Run, findings: Findings) -> None:
    """Keep the process and the findings, and bring tasks, stage and outcome in line with them."""
    case.seal(work.vault, workflow_state=run.state(), findings=findings.to_json())
    outcome = run.outcome()
    if outcome is not None:
        _conclude(work, case, outcome, findings)
        return
    name = run.open_task()
    task = _open_task(work, case, TaskName(name)) if name else None
    _enter_stage(work, case, STAGE_OF[TaskName(name)] if name else Stage.PUBLICITY, task)


def _open_task(work: Work, case: BoCase, name: TaskName) -> BoTask:
    today = work.legal.today()
    calendar = regions.calendar(work, case.division)
    task = BoTask(
        id=work.new_id(),
        case_row_id=case.id,
        county=case.county,
        division=case.division,
        name=name,
        role=ROLE_OF[name],
        state=TaskState.OPEN,
        opened_on=today,
        due_on=deadlines.task_due(limits_of(work, case), name, today, case.due_on, calendar),
    )
    work.session.add(task)
    return task


def follow_due(work: Work, case: BoCase) -> None:
    """Set the open task's day anew after the case's own has moved."""
    task = queries.open_task_of(work, case.id)
    if task is not None:
        limits, calendar = limits_of(work, case), regions.calendar(work, case.division)
        name = TaskName(task.name)
        task.due_on = deadlines.task_due(limits, name, task.opened_on, case.due_on, calendar)


def _enter_stage(work: Work, case: BoCase, stage: Stage, task: BoTask | None) -> None:
    rechecked = task is not None and task.name == TaskName.RECHECK
    if case.stage == stage and not rechecked:
        return
    case.stage = stage
    if stage is not Stage.PUBLICITY:
        case.publicity_until = None
    due_on = task.due_on if task else None
    body: dict[str, Any] = {
        "stage": stage,
        "since": work.legal.today().isoformat(),
        "dueOn": _iso(due_on),
    }
    if rechecked:
        body["recheck"] = True  # the check failed: the applicant is told and may bring proof
    if stage is Stage.PUBLICITY:
        body["publicityUntil"] = _iso(case.publicity_until)
    tell(work, case, "case.stage_changed", body)


def _conclude(work: Work, case: BoCase, outcome: str, findings: Findings) -> None:
    action = {"approved": "approve", "denied": "deny"}[outcome]
    case.state = next_state(CASE_MOVES, CaseState(case.state), action)
    approved = case.state == CaseState.APPROVED
    decided_on = findings.decided_on or work.legal.today()
    tell(
        work,
        case,
        "case.decided",
        {
            "decision": outcome,
            "programme": case.programme,
            "amountFen": findings.amount_fen if approved else None,
            "pays": case.pays,
            "reasons": list(findings.reasons),
            "decidedOn": decided_on.isoformat(),
            "decidedBy": case.decided_by,
        },
    )
    if approved and case.pays:
        snapshot = case.unseal(work.vault, "snapshot")
        tell(
            work,
            case,
            "benefit.granted",
            {
                "programme": case.programme,
                "area": case.area,
                "amountFen": findings.amount_fen,
                "headcount": snapshot["headcount"],
                "payFrom": pay_from(decided_on),
            },
        )


def withdraw(work: Work, case: BoCase) -> None:
    """End a case that the applicant took back; its open task is closed, nothing is told."""
    case.state = next_state(CASE_MOVES, CaseState(case.state), "withdraw")
    task = queries.open_task_of(work, case.id)
    if task is not None:
        task.state = TaskState.CANCELLED


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
