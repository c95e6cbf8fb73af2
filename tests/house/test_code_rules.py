"""House rules that a reader of the code can check, each proven on a planted fault."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMITS = {Path("backend/core/uow.py")}  # the only place that commits
WAITS = {Path("backend/core/write_lock.py")}  # asks again for a lock that knows no time-out

Rule = Callable[[ast.AST], Iterator[int]]


def commits(tree: ast.AST) -> Iterator[int]:
    """`anything.commit(…)`, also when it is handed on: `partial(session.commit)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "commit":
            yield node.lineno


def patches(tree: ast.AST) -> Iterator[int]:
    """Mocks, and code that is replaced under test."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names]
            module = getattr(node, "module", None) or ""
            if "mock" in module.split(".") or any("mock" in name.split(".") for name in names):
                yield node.lineno
        if isinstance(node, ast.Attribute) and (
            isinstance(node.value, ast.Name)
            and node.value.id == "monkeypatch"
            and node.attr in {"setattr", "delattr", "setitem", "delitem"}
        ):
            yield node.lineno


def sleeps(tree: ast.AST) -> Iterator[int]:
    """`time.sleep(…)` or `sleep(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name == "sleep":
                yield node.lineno


def reads_the_clock(tree: ast.AST) -> Iterator[int]:
    """`datetime.now()` and its kin: time comes in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}:
            on = node.value
            named = on.id if isinstance(on, ast.Name) else ""
            if named in {"datetime", "date", "dt"}:
                yield node.lineno


def has_purpose(tree: ast.AST) -> Iterator[int]:
    """A module without its sentence of purpose."""
    if isinstance(tree, ast.Module) and tree.body and not ast.get_docstring(tree):
        yield 1


def faults(rule: Rule, *folders: str, but: set[Path] | None = None) -> list[str]:
    """`file:line` of every breach."""
    return [
        f"{file.relative_to(ROOT)}:{line}"
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file.relative_to(ROOT) not in (but or set())
        for line in rule(ast.parse(file.read_text()))
    ]


def test_only_the_unit_of_work_commits() -> None:
    assert faults(commits, "backend", but=COMMITS) == []
    assert all(list(commits(ast.parse((ROOT / file).read_text()))) for file in COMMITS)


def test_tests_fake_ports_and_patch_nothing() -> None:
    assert faults(patches, "tests", "backend", "miniprogram_mock") == []


def test_rooms_are_told_the_time() -> None:
    """Only the clocks, the first birth of a row, and what lies outside the rooms read it."""
    allowed = {
        Path("backend/core/clocks.py"), Path("backend/core/db.py"),
    }  # fmt: skip
    rooms = [
        f"backend/{room}"
        for room in (
            "core", "web", "relay", "audit", "regions", "policy", "identity", "households",
            "consent", "documents", "applications", "wishes", "help", "forwarding", "tracking",
            "staff", "backoffice", "workbench",
        )
    ]  # fmt: skip
    assert faults(reads_the_clock, *rooms, but=allowed) == []


def test_nothing_sleeps_in_a_room() -> None:
    rooms = ("backend/web", "backend/core", "backend/relay", "backend/applications")
    assert faults(sleeps, *rooms, but=WAITS) == []


def test_every_module_says_its_purpose() -> None:
    assert faults(has_purpose, "backend", "miniprogram_mock") == []


PLANTED: list[tuple[Rule, str]] = [
    (commits, "with s() as session:\n    session.commit()"),
    (commits, "after(work.session.commit)"),
    (patches, "from unittest.mock import Mock"),
    (patches, "import unittest.mock as m"),
    (patches, "from unittest import mock"),
    (patches, "def test(monkeypatch):\n    monkeypatch.setattr(a, 'b', 1)"),
    (sleeps, "import time\ntime.sleep(1)"),
    (sleeps, "from time import sleep\nsleep(1)"),
    (reads_the_clock, "from datetime import datetime\nx = datetime.now(UTC)"),
    (reads_the_clock, "default = date.today"),
    (has_purpose, "x = 1"),
]


@pytest.mark.parametrize(("rule", "source"), PLANTED)
def test_a_planted_fault_is_found(rule: Rule, source: str) -> None:
    assert list(rule(ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "source"),
    [(commits, "x = commit\n'session.commit()'"), (patches, "monkeypatch.setenv('a', 'b')"),
     (sleeps, "asleep()"), (reads_the_clock, "work.wall.now()"), (has_purpose, "'''Why.'''")],
)  # fmt: skip
def test_what_is_allowed_is_no_fault(rule: Rule, source: str) -> None:
    assert list(rule(ast.parse(source))) == []
