"""What the papers point to exists: links between documents, commands that the README names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bmake ([a-z]+)\b")
TARGET = re.compile(r"^([a-z]+):", re.M)


def papers(root: Path) -> list[Path]:
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def broken_links(root: Path) -> list[str]:
    """`file → target` of every relative link that leads nowhere."""
    return [
        f"{paper.relative_to(root)} → {target}"
        for paper in papers(root)
        for target in LINK.findall(paper.read_text())
        if not re.match(r"[a-z]+:|#", target)
        if not (paper.parent / target.partition("#")[0]).exists()
    ]


def unknown_commands(root: Path) -> set[str]:
    """What a README tells to `make` and the Makefile does not know."""
    targets = set(TARGET.findall((root / "Makefile").read_text()))
    fenced = "\n".join(
        part
        for paper in root.glob("README*.md")
        for part in re.findall(r"```.*?```|`[^`\n]+`", paper.read_text(), re.S)
    )
    return set(COMMAND.findall(fenced)) - targets


def test_links_lead_somewhere() -> None:
    assert broken_links(ROOT) == []


def test_the_commands_of_the_readme_exist() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    assert {"run", "test", "demo"} <= targets
    assert unknown_commands(ROOT) == set()


def test_no_paper_points_out_of_the_repository() -> None:
    for paper in papers(ROOT):
        assert "../" + "shared" not in paper.read_text(), paper


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "Makefile").write_text("run:\n\ttrue\n")
    (tmp_path / "README.md").write_text("[gone](docs/gone.md) [a](#b) `make run` `make tea`")
    return tmp_path


def test_planted_faults_are_found(planted: Path) -> None:
    assert broken_links(planted) == ["README.md → docs/gone.md"]
    assert unknown_commands(planted) == {"tea"}
