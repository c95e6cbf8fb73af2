"""`docs/threats.md` is held to the code: each row has a control and tests that exist."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threats.md"
QUOTED = re.compile(r"`([^`]+)`")
HEADS = ["id", "who: threat", "control", "test", "what remains"]


@dataclass(frozen=True)
class Threat:
    """One row of the page."""

    id: str
    who: str
    controls: tuple[str, ...]
    tests: tuple[str, ...]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def threats(page: str) -> list[Threat]:
    """Every row whose first cell is an id; ValueError for one that has not all its cells."""
    found = []
    for line in page.splitlines():
        if not re.match(r"\| *T\d", line):
            continue
        row = cells(line)
        if len(row) != len(HEADS):
            raise ValueError(f"{row[0]}: {len(row)} cells")
        controls = tuple(word for word in QUOTED.findall(row[2]) if "/" in word or "." in word)
        found.append(Threat(row[0], row[1], controls, tuple(QUOTED.findall(row[3]))))
    return found


@lru_cache
def functions(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def faults(page: str) -> list[str]:
    """What the page promises and the project does not hold."""
    found, seen = [], set()
    for threat in threats(page):
        if threat.id in seen:
            found.append(f"{threat.id} stands there twice")
        seen.add(threat.id)
        found += [
            f"{threat.id}: no such control: {path}"
            for path in threat.controls
            if not (ROOT / path).exists()
        ]
        if not threat.controls:
            found.append(f"{threat.id}: no control")
        if not threat.tests:
            found.append(f"{threat.id}: no test")
        found += [f"{threat.id}: no such test: {test}" for test in threat.tests if not _is(test)]
    return found


def _is(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / path
    return (
        path.startswith("tests/")
        and file.name.startswith("test_")
        and name.startswith("test_")
        and file.is_file()
        and name in functions(file)
    )


def test_every_threat_has_its_control_and_its_test() -> None:
    page = PAGE.read_text()
    assert len(threats(page)) > 60
    assert faults(page) == []


def test_every_kind_of_attacker_is_answered() -> None:
    page = PAGE.read_text()
    named = set(re.findall(r"^\| ([A-Z]) \|", page, re.M))
    answered = {who for t in threats(page) for who in re.findall(r"\b[A-Z]\b", t.who.split(":")[0])}
    assert named
    assert named == answered


OURS = "tests/house/test_threats.py::test_a_planted_fault_is_found"
ROW = f"| T1 | N: x | `backend/app.py` | `{OURS}` | |"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW.replace("app.py", "nowhere.py"), "no such control"),
        (ROW.replace("`backend/app.py`", "care"), "no control"),
        (ROW.replace("test_a_planted_fault_is_found", "test_gone"), "no such test"),
        (ROW.replace("tests/house/test_threats", "tests/house/test_gone"), "no such test"),
        (re.sub(r"`tests.*`", "none yet", ROW), "no test"),
        (re.sub(r"`tests.*`", "`tests/house/test_threats.py::faults`", ROW), "no such test"),
        (f"{ROW}\n{ROW}", "twice"),
    ],
)
def test_a_planted_fault_is_found(row: str, said: str) -> None:
    assert faults(ROW) == []
    assert any(said in fault for fault in faults(row))


def test_a_row_without_all_its_cells_is_an_error() -> None:
    with pytest.raises(ValueError, match="T1: 4 cells"):
        threats(ROW.removesuffix(" |"))
