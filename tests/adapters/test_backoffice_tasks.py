"""The desk asks the back office for tasks: a real server, its delays, and its nonsense."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from backend.adapters.backoffice.tasks import HttpTaskSource, read_tokens
from backend.workbench.ports import TasksUnavailable


def task(due_on: str) -> dict[str, str]:
    return {
        "id": str(uuid4()),
        "backofficeCaseId": str(uuid4()),
        "name": "survey",
        "division": "610304001001",
        "dueOn": due_on,
    }


class Office:
    """Answers as it is told, and remembers who asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {"items": [], "nextCursor": None}
        self.asked: list[str | None] = []
        office = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                office.asked.append(self.headers.get("Authorization"))
                body = office.body(self.path) if callable(office.body) else office.body
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(office.status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def office() -> Iterator[Office]:
    made = Office()
    yield made
    made.server.shutdown()
    made.thread.join(10)
    made.server.server_close()


@pytest.fixture
def source(office: Office) -> Iterator[HttpTaskSource]:
    made = HttpTaskSource(office.url, {"zhou": ["bo_one", "bo_two"]})
    yield made
    made.close()


def test_tasks_of_all_tokens_come_once_the_earliest_first(
    office: Office, source: HttpTaskSource
) -> None:
    late, early = task("2026-04-01"), task("2026-03-01")
    office.body = {"items": [late, early], "nextCursor": None}
    assert source.serves("zhou")
    assert not source.serves("li")
    assert [str(one.due_on) for one in source.open_tasks("zhou")] == ["2026-03-01", "2026-04-01"]
    assert office.asked == ["Bearer bo_one", "Bearer bo_two"]


def test_pages_are_followed_as_far_as_anybody_reads(office: Office, source: HttpTaskSource) -> None:
    office.body = lambda _: {"items": [task("2026-03-01") for _ in range(100)], "nextCursor": "x"}
    assert len(source.open_tasks("zhou")) == 300
    assert len(office.asked) == 6


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, {"items": [{}], "nextCursor": None}), (200, []), (500, {}),
     (302, {}), (401, {}), (200, {"items": [{**task("2026-03-01"), "dueOn": "soon"}]})],
)  # fmt: skip
def test_garbage_is_unavailable(
    office: Office, source: HttpTaskSource, status: int, body: Any
) -> None:
    office.status, office.body = status, body
    with pytest.raises(TasksUnavailable):
        source.open_tasks("zhou")


def test_nobody_there_is_unavailable() -> None:
    source = HttpTaskSource("http://127.0.0.1:9", {"zhou": ["bo_one"]})
    with pytest.raises(TasksUnavailable):
        source.open_tasks("zhou")
    source.close()


def test_tokens_come_from_a_file_and_without_it_are_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "desk-tokens.json"
    assert read_tokens(path) == {}
    path.write_text('{"zhou": ["bo_one"]}')
    assert read_tokens(path) == {"zhou": ["bo_one"]}
