"""What the page of a task asks beyond its result: each person's check, the visit, the posting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from backend.backoffice.states import TaskName
from backend.core.errors import FieldError

FINDINGS: Final = ("fits", "differs", "unclear")  # 一致, 不一致, 查不到
SIDES: Final = frozenset({"investigators", "household"})  # 双方签字 (民发〔2021〕57号)
_CHECKS: Final = frozenset({TaskName.VERIFICATION, TaskName.RECHECK})
_MOST_PEOPLE: Final = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the snapshot's household, as far as the snapshot tells."""

    id: str
    name: str
    relation: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What a page recorded; kept sealed beside the result. `findings` are by a person's id."""

    findings: Mapping[str, str] = field(default_factory=dict)
    visited_on: date | None = None
    signed: frozenset[str] = frozenset()
    posted_as_shown: bool = False

    def to_json(self) -> dict[str, Any]:
        """What of it was said, as JSON."""
        told: dict[str, Any] = {}
        if self.findings:
            told["findings"] = dict(self.findings)
        if self.visited_on:
            told["visitedOn"] = self.visited_on.isoformat()
        if self.signed:
            told["signed"] = sorted(self.signed)
        return told


@dataclass(frozen=True, slots=True)
class Known:
    """What a record is held against."""

    people: Sequence[Person]
    accepted_on: date
    today: date


def people_of(snapshot: Mapping[str, Any]) -> list[Person]:
    """Who lives in the household and supports it; empty where the snapshot does not say so in the
    words of docs/forwarding-contract.md.
    """
    listed = snapshot.get("household")
    if not isinstance(listed, list):
        return []
    return [
        Person(
            id=str(one["memberId"]),
            name=str(one.get("name") or ""),
            relation=str(one.get("relation") or ""),
            role=str(one.get("role") or ""),
        )
        for one in listed[:_MOST_PEOPLE]
        if isinstance(one, dict) and one.get("memberId")
    ]


def record_errors(
    task: TaskName, result: str, note: str, record: Record, known: Known
) -> list[FieldError]:
    """Every part of the record that is missing or cannot be; empty when all is there."""
    if task in _CHECKS:
        return _check_errors(result, note, record, known)
    if task is TaskName.SURVEY:
        return _visit_errors(note, record, known)
    if task is TaskName.START_PUBLICITY and not record.posted_as_shown:
        return [FieldError("/posted", "bo_posted_not_checked")]
    return []


def _check_errors(result: str, note: str, record: Record, known: Known) -> list[FieldError]:
    missing = [
        FieldError(f"/person.{one.id}", "bo_person_not_marked")
        for one in known.people
        if record.findings.get(one.id) not in FINDINGS
    ]
    if result == "passed" and not note and "differs" in record.findings.values():
        missing.append(FieldError("/note", "bo_passed_despite"))
    return missing


def _visit_errors(note: str, record: Record, known: Known) -> list[FieldError]:
    wrong = []
    if not record.visited_on or not known.accepted_on <= record.visited_on <= known.today:
        wrong.append(FieldError("/visitedOn", "bo_visit_day_wrong"))
    if not record.signed >= SIDES:
        wrong.append(FieldError("/signed", "bo_signatures_missing"))
    if not note:
        wrong.append(FieldError("/note", "bo_note_missing"))
    return wrong
