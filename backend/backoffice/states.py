"""The life of a case and of its tasks in the back office."""

from enum import StrEnum

from backend.core.transitions import Move


class CaseState(StrEnum):
    """Where a case ended, if it did."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """The stages of the contract, as the citizen's timeline knows them."""

    VERIFICATION = "verification"  # 核对
    SURVEY = "survey"  # 入户调查
    FIRST_OPINION = "first_opinion"  # 初审
    PUBLICITY = "publicity"  # 公示
    DECISION = "decision"  # 审核确认


class TaskName(StrEnum):
    """The user tasks of process/assistance.bpmn, by their ids."""

    VERIFICATION = "verification"
    RECHECK = "recheck"
    SURVEY = "survey"
    FIRST_OPINION = "first_opinion"
    START_PUBLICITY = "start_publicity"
    COUNTY_DECISION = "county_decision"
    TOWNSHIP_DECISION = "township_decision"


class Message(StrEnum):
    """The messages that the process waits for while a case is published."""

    PUBLICITY_OVER = "publicity_over"
    OBJECTION_RAISED = "objection_raised"


class TaskState(StrEnum):
    """A task is open until somebody completes it or the case ends without it."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class StaffRole(StrEnum):
    """What a member of the back office's own staff does."""

    VERIFIER = "verifier"
    SURVEYOR = "surveyor"
    REVIEWER = "reviewer"
    DECIDER = "decider"


class DecidedBy(StrEnum):
    """Who decides: the county, or a township that the county has delegated it to."""

    COUNTY = "county"
    TOWNSHIP = "township"


CASE_MOVES: dict[str, Move[CaseState]] = {
    "approve": Move(to=CaseState.APPROVED, frm=frozenset({CaseState.IN_REVIEW})),
    "deny": Move(to=CaseState.DENIED, frm=frozenset({CaseState.IN_REVIEW})),
    "withdraw": Move(to=CaseState.WITHDRAWN, frm=frozenset({CaseState.IN_REVIEW})),
}

TASK_MOVES: dict[str, Move[TaskState]] = {
    "complete": Move(to=TaskState.DONE, frm=frozenset({TaskState.OPEN})),
    "cancel": Move(to=TaskState.CANCELLED, frm=frozenset({TaskState.OPEN})),
}

DECISIONS = frozenset({TaskName.COUNTY_DECISION, TaskName.TOWNSHIP_DECISION})

# Posting the notice still belongs to the first opinion; the stage turns when the notice hangs.
STAGE_OF: dict[TaskName, Stage] = {
    TaskName.VERIFICATION: Stage.VERIFICATION,
    TaskName.RECHECK: Stage.VERIFICATION,
    TaskName.SURVEY: Stage.SURVEY,
    TaskName.FIRST_OPINION: Stage.FIRST_OPINION,
    TaskName.START_PUBLICITY: Stage.FIRST_OPINION,
    TaskName.COUNTY_DECISION: Stage.DECISION,
    TaskName.TOWNSHIP_DECISION: Stage.DECISION,
}

ROLE_OF: dict[TaskName, StaffRole] = {
    TaskName.VERIFICATION: StaffRole.VERIFIER,
    TaskName.RECHECK: StaffRole.VERIFIER,
    TaskName.SURVEY: StaffRole.SURVEYOR,
    TaskName.FIRST_OPINION: StaffRole.REVIEWER,
    TaskName.START_PUBLICITY: StaffRole.REVIEWER,
    TaskName.COUNTY_DECISION: StaffRole.DECIDER,
    TaskName.TOWNSHIP_DECISION: StaffRole.DECIDER,
}
