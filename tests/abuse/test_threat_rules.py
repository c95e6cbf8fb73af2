"""Threats that are answered by what the code does not do, each rule proven on a planted fault."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.core import messages
from backend.openapi import document

ROOT = Path(__file__).parents[2]
NETWORK = {"httpx", "http", "urllib", "requests", "socket", "smtplib", "ftplib", "xmlrpc"}
HARMLESS = {"urllib.parse", "http.HTTPStatus", "socket.gethostname"}
# The adapters go out; the supervisor speaks to its own children on this machine, and so does the
# face pool over a socket pair.
MAY_SPEAK = ("backend/adapters/", "backend/supervisor/")
RAW_SQL = {"text", "exec_driver_sql"}
# Words of our own in a PRAGMA, which takes no parameters.
PRAGMAS = {"backend/core/db.py"}


def sources(*, but: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    for file in sorted((ROOT / "backend").rglob("*.py")):
        name = str(file.relative_to(ROOT))
        if not name.startswith(but):
            yield name, ast.parse(file.read_text())


def speaks(tree: ast.AST) -> bool:
    """Whether it imports what opens connections."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            harmless = any(name.startswith(known) for known in HARMLESS)
            if name.split(".")[0] in NETWORK and not harmless:
                return True
    return False


def sql_from_text(tree: ast.AST) -> list[int]:
    """Lines where a statement is put together: f-strings, `+`, `%` and `format`."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        built = ast.JoinedStr | ast.BinOp | ast.Call
        if name in RAW_SQL and isinstance(node.args[0], built):
            found.append(node.lineno)
    return found


def test_only_adapters_speak_to_the_outside() -> None:
    """So an address can come from the settings only: rooms know ports and no URL."""
    but = (*MAY_SPEAK, "backend/cli")  # `zhangban serve` hands its socket down
    assert [name for name, tree in sources(but=but) if speaks(tree)] == []
    assert any(speaks(tree) for name, tree in sources() if name.startswith(MAY_SPEAK))


def test_no_sql_is_put_together_from_text() -> None:
    found = {name for name, tree in sources() if sql_from_text(tree)}
    assert found <= PRAGMAS


@pytest.mark.parametrize(
    "planted",
    [
        "import httpx",
        "from urllib.request import urlopen",
        "import socket as s",
        "import http.client",
    ],
)
def test_a_planted_connection_is_found(planted: str) -> None:
    assert speaks(ast.parse(planted))
    assert not speaks(ast.parse("from urllib.parse import quote"))


@pytest.mark.parametrize(
    "planted",
    ['text(f"SELECT {x}")', 'text("SELECT " + x)', 'c.exec_driver_sql("A %s" % x)',
     'sa.text("SELECT {}".format(x))'],
)  # fmt: skip
def test_a_planted_statement_is_found(planted: str) -> None:
    assert sql_from_text(ast.parse(planted))
    assert not sql_from_text(ast.parse('text("SELECT :x")'))


@pytest.mark.parametrize(
    "evil",
    ["{count.__class__}", "{0}", "{title!r}", "%(count)s", "{{7*7}}", "<script>", "{" * 50],
)
def test_a_sentence_is_filled_with_text_and_looks_into_nothing(evil: str) -> None:
    said = messages.say("application_incomplete", {"count": evil})
    assert said.en == f"{evil} things are missing."
    assert evil in said.zh


def test_nothing_is_given_out_for_a_spreadsheet() -> None:
    """Whoever adds the first export adds what keeps formulas out of it, and its row."""
    kinds = {
        kind
        for operations in document()["paths"].values()
        for operation in operations.values()
        if isinstance(operation, dict)
        for answer in operation.get("responses", {}).values()
        for kind in answer.get("content", {})
    }
    assert {"application/json", "application/problem+json"} <= kinds
    assert [k for k in kinds if any(w in k for w in ("csv", "excel", "sheet", "tab-sep"))] == []
