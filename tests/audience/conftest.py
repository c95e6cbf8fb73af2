"""The world of the audience matrix, built once a test process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from tests.audience.slate import Slate
from tests.audience.table import PAPER, Operation, operations_of
from tests.audience.world import World, build, keep_states
from tests.factories.house import open_town


@pytest.fixture(scope="session")
def world(
    seeded_sqlite: Path, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """On SQLite, whose file can be wiped after each request."""
    folder = tmp_path_factory.mktemp("audience")
    path = folder / "world.db"
    shutil.copy(seeded_sqlite, path)
    for town in open_town(f"sqlite:///{path}", ring, FixedClock(), folder):
        built = build(town)
        slate = Slate(path)
        keep_states(built, slate)
        yield built
        slate.close()


@pytest.fixture(scope="session")
def operations(world: World) -> dict[str, Operation]:
    """The app's own OpenAPI, with the demo's and the back office's operations."""
    return operations_of(world.app.test_client().get("/openapi.json").get_json())


@pytest.fixture(scope="session")
def paper() -> str:
    return PAPER.read_text()
