"""The back office's tasks, as tests want them."""

from __future__ import annotations

from backend.workbench.ports import TasksUnavailable, WorkflowTask


class FakeTaskSource:
    """Holds the tasks of one user, or is down."""

    def __init__(self) -> None:
        self.tasks: list[WorkflowTask] = []
        self.down = False
        self.everybody = False
        self.asked = 0

    def serves(self, username: str) -> bool:
        return self.everybody

    def open_tasks(self, username: str) -> list[WorkflowTask]:
        self.asked += 1
        if self.down:
            raise TasksUnavailable()
        return sorted(self.tasks, key=lambda task: task.due_on)

    def close(self) -> None:
        """Nothing is held."""
