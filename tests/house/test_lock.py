"""The locks: hashed, free of registry addresses and of GPL parts, and told truly in the notices."""

import json
import re
import site
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import notices

ROOT = Path(__file__).parents[2]
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-build.lock",
    "tools/portraits.lock",
)
ADDRESS = re.compile(
    r"https?://(?!127\.0\.0\.1)|--(extra-)?index-url|--find-links|pythonhosted|pypi\.org|npmjs"
)


def pinned(lock: str) -> dict[str, set[str]]:
    """The versions that a lock holds of each package."""
    found: dict[str, set[str]] = {}
    for requirement in notices.locked((ROOT / lock).read_text()):
        versions = found.setdefault(canonicalize_name(requirement.name), set())
        versions.add(str(requirement.specifier).removeprefix("=="))
    return found


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_hashed(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.findall(r"^[a-z0-9].*==.*(?:\n {4}--hash=.*)*", text, re.M)
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    "name",
    [*LOCKS, "requirements-build.in", "requirements.overrides", "pyproject.toml", "Makefile",
     "Dockerfile", ".ci/run", "tools/setup.py", "tools/clients/package.json",
     "tools/clients/.npmrc", "tools/browser/package.json", "tools/browser/.npmrc"],
)  # fmt: skip
def test_no_registry_is_named(name: str) -> None:
    assert ADDRESS.findall((ROOT / name).read_text()) == []


def test_no_lock_with_addresses_is_committed() -> None:
    files = tracked_files()
    assert [path for path in files if path.name in {"uv.lock", "poetry.lock", "Pipfile.lock"}] == []
    npm_locks = [path for path in files if path.name in {"package-lock.json", ".package-lock.json"}]
    assert [path for path in npm_locks if '"resolved"' in path.read_text()] == []


@pytest.mark.parametrize("folder", ["tools/clients", "tools/browser"])
def test_every_npm_package_is_pinned_with_its_hash(folder: str) -> None:
    clients = ROOT / folder
    package = json.loads((clients / "package.json").read_text())
    asked = package.get("dependencies", {}) | package["devDependencies"]
    assert all(version[0].isdigit() for version in asked.values())
    lock = (clients / "package-lock.json").read_text()
    assert not re.search(r"registry|npmjs", lock)  # the rest are addresses of maintainers
    packages = json.loads(lock)["packages"]
    packages.pop("")
    assert {f"node_modules/{name}" for name in asked} <= packages.keys()
    assert [name for name, one in packages.items() if "sha512-" not in one["integrity"]] == []
    assert "omit-lockfile-registry-resolved=true" in (clients / ".npmrc").read_text()


def test_the_runtime_lock_is_part_of_the_dev_lock() -> None:
    runtime, everything = pinned("requirements.lock"), pinned("requirements-dev.lock")
    assert {name: everything.get(name) for name in runtime} == runtime


def test_the_locks_satisfy_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [text for group in project["optional-dependencies"].values() for text in group]
    for lock, asked in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", extras),
    ):
        held = pinned(lock)
        for requirement in map(Requirement, asked):
            if requirement.name != project["name"]:
                versions = held[canonicalize_name(requirement.name)]
                assert all(requirement.specifier.contains(v) for v in versions), requirement


def test_the_lock_holds_no_gpl_part() -> None:
    parts = notices.parts((ROOT / "requirements.lock").read_text())
    assert len(parts) > 40
    assert [part for part in parts if not part.licence or notices.is_gpl(part.licence)] == []


def test_no_package_bundles_the_gpl_video_encoder() -> None:
    """Wheels of pillow-heif bundle x265 (GPL), those of pi-heif must not."""
    packages = [Path(folder) for folder in site.getsitepackages()]
    assert [path for folder in packages for path in folder.rglob("*x265*")] == []


@pytest.mark.parametrize(
    ("licence", "gpl"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("MIT AND GPL-2.0-only", True),
        ("GNU General Public License v2 (GPLv2)", True),
        ("GPLv2", True),
        ("GPL-2.0-only OR MIT", False),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("Apache-2.0 OR BSD-3-Clause", False),
    ],
)
def test_a_gpl_licence_is_known_in_every_spelling(licence: str, gpl: bool) -> None:
    assert notices.is_gpl(licence) is gpl


def test_the_notices_are_those_of_the_lock() -> None:
    parts = notices.parts((ROOT / "requirements.lock").read_text())
    in_browsers = notices.browser_parts(notices.BROWSER_LOCK.read_text())
    assert {"glass-easel", "htmx.org", "bpmn-js"} <= {part.name for part in in_browsers}
    assert [part for part in in_browsers if notices.is_gpl(part.licence)] == []
    assert (ROOT / "THIRD_PARTY_NOTICES.md").read_text() == notices.render(parts, in_browsers)
