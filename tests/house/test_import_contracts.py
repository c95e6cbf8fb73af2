"""The import contracts hold, and each kind of them catches a fault planted in a copy."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
READ_ROOMS = ("staff", "tracking", "statistics")


class Fault(NamedTuple):
    """An import that a contract forbids: which contract, who imports, what."""

    contract: str
    importer: str
    imported: str


FAULTS = (
    Fault("floors", "backend.core.planted", "backend.relay"),
    Fault("floors", "backend.staff.planted", "backend.tracking"),
    Fault("floors", "backend.backoffice.planted", "backend.applications"),
    Fault("files", "backend.consent.states.planted", "backend.consent.service"),
    Fault("no-flask-below-the-door", "backend.documents.rules.planted", "flask"),
    Fault("adapters-know-ports", "backend.adapters.planted", "backend.consent.service"),
    Fault("backoffice-is-apart", "backend.tracking.planted", "backend.backoffice"),
    Fault("mock-is-outside", "miniprogram_mock.planted", "backend.core"),
    Fault("tables-of-applications", "backend.forwarding.planted", "backend.applications.models"),
)


def all_but_python(folder: str, names: list[str]) -> set[str]:
    """What copytree leaves out: data, pages and caches."""
    code = {n for n in names if n.endswith(".py") or Path(folder, n).is_dir()}
    return set(names) - code | {"__pycache__", "node_modules"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the linted packages and of the contracts."""
    for package in ("backend", "miniprogram_mock"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=all_but_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run lint-imports in `tree` for the named contracts, all when none is named."""
    chosen = [part for name in contracts for part in ("--contract", name)]
    return subprocess.run(
        [LINT_IMPORTS, "--no-logo", "--no-cache", *chosen],
        cwd=tree,
        env={"PATH": "/usr/bin:/bin", "NO_COLOR": "1", "COLUMNS": "400"},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(tree: Path, fault: Fault) -> None:
    """Write the module `fault.importer`; a file that stands where it needs a folder becomes one."""
    *folders, name = fault.importer.split(".")
    package = tree.joinpath(*folders)
    as_file = package.with_suffix(".py")
    package.mkdir(exist_ok=True)
    if as_file.exists():
        as_file.rename(package / "__init__.py")
    (package / "__init__.py").touch()
    (package / f"{name}.py").write_text(f"import {fault.imported}\n")


def contracts() -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return {contract["id"]: contract for contract in settings["contracts"]}


def test_the_tree_keeps_every_contract() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.contract}: {fault.importer}")
def test_a_planted_import_breaks_its_contract(copy: Path, fault: Fault) -> None:
    assert lint(copy, fault.contract).returncode == 0
    plant(copy, fault)
    result = lint(copy, fault.contract)
    assert result.returncode == 1, result.stdout
    assert f"{contracts()[fault.contract]['name']} BROKEN" in result.stdout
    assert fault.importer in result.stdout or fault.importer.rpartition(".")[0] in result.stdout


def test_a_stray_module_breaks_the_floors(copy: Path) -> None:
    (copy / "backend" / "utils.py").touch()
    result = lint(copy, "floors")
    assert result.returncode == 1
    assert "backend.utils" in result.stdout


def test_two_files_that_import_each_other_break_the_cycle_contract(copy: Path) -> None:
    plant(copy, Fault("no-cycles", "backend.core.egg", "backend.core.hen"))
    plant(copy, Fault("no-cycles", "backend.core.hen", "backend.core.egg"))
    result = lint(copy, "no-cycles")
    assert result.returncode == 1
    assert ".egg -> .hen" in result.stdout or ".hen -> .egg" in result.stdout


def test_every_contract_that_stands_alone_has_a_planted_fault() -> None:
    planted = {fault.contract for fault in FAULTS} | {"no-cycles"}
    alike = {name for name in contracts() if name.startswith("tables-of-")}
    assert set(contracts()) - alike == planted - alike
    assert planted & alike


def test_the_tables_of_every_room_are_private() -> None:
    rooms = {path.parent.name for path in ROOT.glob("backend/*/models.py")}
    rooms |= {path.parent.name for path in ROOT.glob("backend/*/models/")}
    rooms.discard("backoffice")  # no room may import any of it
    readers = [r for r in READ_ROOMS if (ROOT / "backend" / r).is_dir()]
    for room in rooms:
        contract = contracts()[f"tables-of-{room}"]
        assert contract["protected_modules"] == [f"backend.{room}.models"]
        wanted = {f"backend.{reader}.queries" for reader in readers if reader != room}
        assert set(contract["allowed_importers"]) == {f"backend.{room}", *wanted}


def test_every_folder_with_code_is_a_package() -> None:
    """A folder without `__init__.py` is invisible to the contracts."""
    bare = {
        str(path.parent.relative_to(ROOT))
        for path in ROOT.glob("backend/**/*.py")
        if not (path.parent / "__init__.py").exists()
    }
    assert bare == set()
