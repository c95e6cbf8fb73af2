"""The world of the fuzz, made once a test process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from tests.factories.house import open_town
from tests.fuzz import story
from tests.fuzz.world import World


@pytest.fixture(scope="session")
def told(
    seeded_sqlite: Path, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "world.db"
    shutil.copy(seeded_sqlite, path)
    for town in open_town(f"sqlite:///{path}", ring, FixedClock(), folder):
        world = World(town, path)
        story.tell(world)
        yield world
        world.close()


@pytest.fixture
def world(told: World) -> World:
    """As the story left it."""
    told.put_back()
    return told
