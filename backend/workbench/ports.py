"""What the desk needs from outside: the workflow tasks of the same person in the back office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

MOST_TASKS = 300


@dataclass(frozen=True, slots=True)
class WorkflowTask:
    """A task in the back office: what is to be done, where, and by when."""

    id: UUID
    case_row_id: UUID
    name: str
    division: str
    due_on: date


class TasksUnavailable(Exception):
    """The back office does not answer, or answers nothing that can be read."""


class TaskSource(Protocol):
    """The back office's own API, asked with the token of one of its staff."""

    def serves(self, username: str) -> bool:
        """Whether this user of the desk also works in the back office."""
        ...

    def open_tasks(self, username: str) -> list[WorkflowTask]:
        """That person's open tasks, the earliest due first, at most MOST_TASKS; raises
        TasksUnavailable within some seconds.
        """
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...
