"""Asks the back office over HTTP for the tasks of people who work at both desks."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx

from backend.workbench.ports import MOST_TASKS, TasksUnavailable, WorkflowTask

_ANSWER_S: Final = 2.0  # for all that is asked for one page: somebody waits for it
_PAGE: Final = 100
_MOST_BYTES: Final = 1_000_000


def read_tokens(path: Path) -> dict[str, list[str]]:
    """Whose token is whose: `{"user name at the desk": ["token in the back office", …]}`; nobody's
    where there is no file.
    """
    if not path.exists():
        return {}
    found: dict[str, list[str]] = json.loads(path.read_text())
    return found


class HttpTaskSource:
    """workbench.ports.TaskSource over one pooled client."""

    def __init__(self, url: str, tokens: Mapping[str, Sequence[str]]) -> None:
        self._url = f"{url}/tasks"
        self._tokens = tokens
        self._client = httpx.Client(timeout=_ANSWER_S, follow_redirects=False, trust_env=False)

    def serves(self, username: str) -> bool:
        return bool(self._tokens.get(username))

    def open_tasks(self, username: str) -> list[WorkflowTask]:
        until = time.monotonic() + _ANSWER_S
        found: dict[UUID, WorkflowTask] = {}
        for token in self._tokens.get(username, ()):
            for task in self._all_of(token, until):
                found[task.id] = task
        return sorted(found.values(), key=lambda task: (task.due_on, task.id))[:MOST_TASKS]

    def _all_of(self, token: str, until: float) -> list[WorkflowTask]:
        tasks: list[WorkflowTask] = []
        cursor: str | None = None
        while len(tasks) < MOST_TASKS:
            body = self._ask(token, cursor, until)
            try:
                tasks += [_task(item) for item in body["items"]]
                cursor = body["nextCursor"]
            except (KeyError, TypeError, ValueError) as wrong:
                raise TasksUnavailable() from wrong
            if cursor is None:
                break
        return tasks

    def _ask(self, token: str, cursor: str | None, until: float) -> Any:
        left = until - time.monotonic()
        if left <= 0:
            raise TasksUnavailable()
        query = {"limit": str(_PAGE), **({"cursor": cursor} if cursor else {})}
        try:
            answer = self._client.get(
                self._url,
                params=query,
                headers={"Authorization": f"Bearer {token}"},
                timeout=left,
            )
            if answer.status_code != httpx.codes.OK or len(answer.content) > _MOST_BYTES:
                raise TasksUnavailable()
            return answer.json()
        except (httpx.HTTPError, ValueError) as lost:
            raise TasksUnavailable() from lost

    def close(self) -> None:
        self._client.close()


def _task(item: Mapping[str, Any]) -> WorkflowTask:
    return WorkflowTask(
        UUID(item["id"]),
        UUID(item["backofficeCaseId"]),
        str(item["name"]),
        str(item["division"]),
        date.fromisoformat(item["dueOn"]),
    )
