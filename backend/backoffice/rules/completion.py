"""What a completed task must say, and what the process learns from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.backoffice.rules.cascade import Recognition
from backend.backoffice.rules.findings import Findings
from backend.backoffice.rules.record import Record
from backend.backoffice.states import DECISIONS, TaskName
from backend.core.errors import FieldError

INVESTIGATORS: Final = 2  # 入户调查 is made by two (民发〔2021〕57号)

RESULTS: Final[Mapping[TaskName, tuple[str, ...]]] = {
    TaskName.VERIFICATION: ("passed", "failed"),
    TaskName.RECHECK: ("passed", "failed"),
    TaskName.SURVEY: ("done",),
    TaskName.FIRST_OPINION: ("positive", "negative"),
    TaskName.START_PUBLICITY: ("posted",),
    TaskName.COUNTY_DECISION: ("approved", "denied", "returned"),
    TaskName.TOWNSHIP_DECISION: ("approved", "denied", "returned"),
}

# The value that the conditions of the diagram read after each task; the others decide nothing.
_LEARNED: Final[Mapping[TaskName, str]] = {
    TaskName.VERIFICATION: "verification_result",
    TaskName.RECHECK: "recheck_result",
    TaskName.FIRST_OPINION: "opinion",
    TaskName.COUNTY_DECISION: "decision",
    TaskName.TOWNSHIP_DECISION: "decision",
}

_WITH_REASONS: Final = frozenset({"failed", "negative", "denied", "returned"})


@dataclass(frozen=True, slots=True)
class Completion:
    """What somebody says on completing a task; amounts are fen a month for the household."""

    result: str
    note: str = ""
    amount_fen: int | None = None
    reasons: Sequence[str] = ()
    investigators: Sequence[UUID] = ()
    programme: str | None = None  # as which of the cascade; None: as what the case is
    record: Record | None = None  # what a page asks for; the API does not


def field_errors(
    task: TaskName,
    given: Completion,
    findings: Findings,
    most_fen: int | None = None,
    *,
    pays: bool = True,
    steps: Sequence[Recognition] = (),
) -> list[FieldError]:
    """Every field that does not fit this task; empty when all do.

    `most_fen` is the standard of all heads together, None where the case names no standard: more
    than that cannot be the difference between the standard and an income. A programme that pays
    nothing (低保边缘家庭认定) takes no amount at any step. The first opinion may choose another of
    the `steps`; whether money follows is that one's then.
    """
    allowed = RESULTS[task]
    if given.result not in allowed:
        return [FieldError("/result", "bo_result_not_possible", {"allowed": ", ".join(allowed)})]
    chosen = next((step for step in steps if step.programme == given.programme), None)
    pays = chosen.pays if chosen else pays
    return [
        *_programme_errors(task, given, steps),
        *_reasons_errors(given),
        *(_amount_errors(task, given, findings, most_fen) if pays else _unpaid_errors(given)),
        *_investigators_errors(task, given),
    ]


def _programme_errors(
    task: TaskName, given: Completion, steps: Sequence[Recognition]
) -> list[FieldError]:
    if given.programme is None:
        return []
    if task is not TaskName.FIRST_OPINION or given.result != "positive":
        return [FieldError("/programme", "bo_field_not_wanted")]
    if given.programme not in {step.programme for step in steps}:
        return [FieldError("/programme", "bo_programme_not_possible")]
    return []


def _reasons_errors(given: Completion) -> list[FieldError]:
    wanted = given.result in _WITH_REASONS
    if wanted and not given.reasons:
        return [FieldError("/reasons", "bo_reasons_missing")]
    if given.reasons and not wanted:
        return [FieldError("/reasons", "bo_field_not_wanted")]
    return []


def _unpaid_errors(given: Completion) -> list[FieldError]:
    return [] if given.amount_fen is None else [FieldError("/amountFen", "bo_amount_unpaid")]


def _amount_errors(
    task: TaskName, given: Completion, findings: Findings, most_fen: int | None
) -> list[FieldError]:
    proposes = task is TaskName.FIRST_OPINION and given.result == "positive"
    approves = task in DECISIONS and given.result == "approved"
    if given.amount_fen is not None and not (proposes or approves):
        return [FieldError("/amountFen", "bo_field_not_wanted")]
    if proposes and not given.amount_fen:
        return [FieldError("/amountFen", "bo_amount_missing")]
    if proposes and most_fen is not None and (given.amount_fen or 0) > most_fen:
        return [FieldError("/amountFen", "bo_amount_too_high", {"most": f"{most_fen / 100:.2f}"})]
    if approves and given.amount_fen not in {None, findings.amount_fen}:
        return [FieldError("/amountFen", "bo_amount_differs")]
    return []


def _investigators_errors(task: TaskName, given: Completion) -> list[FieldError]:
    if task is not TaskName.SURVEY:
        named = bool(given.investigators)
        return [FieldError("/investigators", "bo_field_not_wanted")] if named else []
    if len(given.investigators) != INVESTIGATORS or len(set(given.investigators)) != INVESTIGATORS:
        return [FieldError("/investigators", "bo_two_investigators")]
    return []


def process_values(task: TaskName, given: Completion) -> dict[str, str]:
    """What the process learns from a completed task."""
    name = _LEARNED.get(task)
    return {name: given.result} if name else {}
