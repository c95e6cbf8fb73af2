"""The shipped policy, as values and in the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backend.core.uow import Work
from backend.policy import service as policy
from backend.policy.rules.files import read_folder
from backend.policy.rules.values import PolicySet
from backend.policy.service.load import DATA
from backend.regions import service as regions


def shipped_files() -> dict[str, bytes]:
    """The shipped policy folder, by name."""
    return {path.relative_to(DATA).as_posix(): path.read_bytes() for path in DATA.rglob("*.toml")}


@pytest.fixture(scope="session")
def shipped() -> PolicySet:
    return read_folder(shipped_files())


@pytest.fixture
def seed() -> Callable[[Work], str]:
    """Load the divisions and the policy that ship; gives the policy version."""

    def load(work: Work) -> str:
        for name in ("divisions-6103.tsv", "divisions-3714.tsv"):
            regions.load_divisions(work, regions.DATA / name)
        return policy.load_policy(work).version

    return load


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policy folder to change."""
    for name, content in shipped_files().items():
        path = tmp_path / "policy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "policy"
