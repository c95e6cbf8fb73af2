"""What the back office refuses, by name."""

from backend.core.errors import (
    AccessRefused,
    Conflict,
    Invalid,
    NotFound,
    Unauthenticated,
    Unavailable,
)


class SequenceGap(Unavailable):
    """An earlier event of the case has not arrived yet; the sender tries again later."""

    code = "bo_sequence_gap"


class EventInvalid(Invalid):
    """A signed event does not keep to the forwarding contract."""

    code = "bo_event_invalid"


class CaseNotFound(NotFound):
    """No such case, or it lies outside this person's division."""

    code = "bo_case_not_found"


class TaskNotFound(NotFound):
    """No such task, or it lies outside this person's division."""

    code = "bo_task_not_found"


class TaskNotOpen(Conflict):
    """Somebody has completed the task already, or the case has ended."""

    code = "bo_task_not_open"


class RoleMissing(AccessRefused):
    """The task belongs to another role."""

    code = "bo_role_missing"

    def __init__(self) -> None:
        super().__init__("backoffice.role")


class DeciderInvestigated(AccessRefused):
    """Whoever visited the household may not decide its case (调查与审批分离)."""

    code = "bo_decider_investigated"

    def __init__(self) -> None:
        super().__init__("backoffice.decide")


class CompletionInvalid(Invalid):
    """The completion does not fit this task; `errors` names the fields."""

    code = "bo_completion_invalid"


class ApprovalNotPossible(Conflict):
    """Only a case with a positive opinion that was published in full can be approved."""

    code = "bo_approval_not_possible"


class ReturnedAlready(Conflict):
    """A case goes back to the survey once only."""

    code = "bo_returned_already"


class NotPublished(Conflict):
    """An objection can be entered while the case is published, not before or after."""

    code = "bo_not_published"


class ObjectionsFull(Conflict):
    """A case keeps so many objections and no more."""

    code = "bo_objections_full"


class StaffInvalid(Invalid):
    """A member of staff cannot be entered like this."""

    code = "bo_staff_invalid"


class LogInRefused(Unauthenticated):
    """User name, password or one-time code is wrong: the answer does not say which."""

    code = "bo_log_in_refused"


class NoticeNotDue(Conflict):
    """The notice of a case is there from its positive opinion to the end of its publication."""

    code = "bo_notice_not_due"


class LetterNotDue(Conflict):
    """The letter to the applicant is written when the case was decided."""

    code = "bo_letter_not_due"
