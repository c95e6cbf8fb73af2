"""The runbook says what the code does: its settings, its health, its figures and their alerts."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from backend.app import DESTINATIONS
from backend.audit.service import anchor
from backend.core import figures
from backend.core.ids import new_id
from backend.core.pulse import Beat, JobRuns, record
from backend.operations import health
from backend.operations.gauges import Exposition
from tests.factories.house import Town

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
SETTING = re.compile(r"\b(?:ZHANGBAN_[A-Z_]*[A-Z]|PORT)\b")
FIGURE = re.compile(r"\bzhangban_[a-z_]*[a-z]\b")
OWN = {"ZHANGBAN_GATE_FD"}  # from the supervisor to its own child


@pytest.fixture(params=["sqlite"])
def seeded_url(request: pytest.FixtureRequest, tmp_path: Any, seeded_sqlite: Any) -> str:
    """The names do not hang on the database."""
    (tmp_path / "town.db").write_bytes(seeded_sqlite.read_bytes())
    return f"sqlite:///{tmp_path}/town.db"


def first_column(heading: str) -> list[str]:
    """The first cells of the first table below a heading."""
    table: list[str] = []
    for line in RUNBOOK.partition(f"{heading}\n")[2].splitlines():
        if line.startswith("|"):
            table.append(line.split("|")[1])
        elif table or line.startswith("#"):
            break
    return table[2:]


def named(cells: list[str]) -> set[str]:
    """What stands in `code` in these cells."""
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def read_settings(source: str) -> set[str]:
    """Every setting that a source names as a whole string."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if SETTING.fullmatch(node.value)
    }


def test_every_setting_that_the_code_reads_stands_in_the_table_and_nothing_else() -> None:
    files = (ROOT / "backend").rglob("*.py")
    read = set().union(*(read_settings(file.read_text()) for file in files)) - OWN
    assert named(first_column("## Settings")) == read


def test_image_and_makefile_set_nothing_that_nobody_reads() -> None:
    known = named(first_column("## Settings"))
    for name in ("Dockerfile", "Makefile", "docs/runbook.md"):
        assert set(SETTING.findall((ROOT / name).read_text())) - known == set(), name


def test_a_setting_is_seen_in_code() -> None:
    assert read_settings("env.get('ZHANGBAN_NEW', 'x')") == {"ZHANGBAN_NEW"}
    assert read_settings("say('set ZHANGBAN_NEW to x')") == set()


def test_every_part_of_health_and_each_of_its_words_is_explained(town: Town) -> None:
    parts = health.checks(town.house, DESTINATIONS)
    assert named(first_column("### Health")) == set(parts)
    section = RUNBOOK.partition("### Health")[2].partition("### Figures")[0]
    tree = ast.parse((ROOT / "backend" / "operations" / "health.py").read_text())
    told = [
        (ast.unparse(node.args[0]), node.args[1].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Part"
        if isinstance(node.args[1], ast.Constant)
    ]
    ill = {str(word) for state, word in told if state != "_OK"} | {"never", "stale", "stuck"}
    assert len(ill) > 12
    assert {word for word in ill if f"`{word}`" not in section} == set()


def exposed(town: Town) -> tuple[set[str], set[str]]:
    """Families and samples, each labelled figure having been used once."""
    now = town.clock.now()
    with town.units.write() as work:
        runs = JobRuns("a", 1, 1, 1.0, now, now)
        record(work, Beat(new_id(), "h", now, now, now), [runs], {})
        anchor(work)
    figures.request_ended("getMe", 500, 0.1)
    figures.problem("getMe", "not_found")
    figures.FACE_JOBS.labels("queue_full")
    figures.DOCUMENTS.labels("image/jpeg")
    figures.DELIVERIES.labels("heard")
    told = Exposition(town.house, DESTINATIONS)(town.units).decode()
    families = set(re.findall(r"^# TYPE (zhangban_\w+)", told, re.M))
    samples = set(re.findall(r"^(zhangban_\w+)", told, re.M))
    return families, samples


def test_every_figure_is_explained_and_every_explained_one_exists(town: Town) -> None:
    families, _ = exposed(town)
    assert set(FIGURE.findall(" ".join(figure_rows()))) == families


def figure_rows() -> list[str]:
    section = RUNBOOK.partition("| figure | what |\n|---|---|\n")[2]
    return [line.split("|")[1] for line in section.partition("\n\n")[0].splitlines()]


def test_alerts_are_rules_over_figures_that_exist_and_the_runbook_says_what_to_do(
    town: Town,
) -> None:
    (group,) = yaml.safe_load((ROOT / "docs" / "alerts.yml").read_text())["groups"]
    _, samples = exposed(town)
    for rule in group["rules"]:
        assert rule.keys() <= {"alert", "expr", "for", "labels"}
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(FIGURE.findall(rule["expr"].replace('job="zhangban"', ""))) <= samples, rule
        assert rule["expr"].count("(") == rule["expr"].count(")")
    assert named(first_column("### Alerts")) == {rule["alert"] for rule in group["rules"]}
