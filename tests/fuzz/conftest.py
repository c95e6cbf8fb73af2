"""The world of the fuzz, made once a test process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis

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


@pytest.fixture(scope="session")
def schema(told: World) -> schemathesis.BaseSchema:
    """The served document as schemathesis reads it."""
    found = schemathesis.openapi.from_wsgi("/openapi.json", told.app)
    # Too large, and a version that never was (If-Match), are refusals too.
    found.config.checks.negative_data_rejection.expected_statuses += ["412", "413"]
    found.config.checks.missing_required_header.expected_statuses += ["428"]
    found.config.output.sanitization.enabled = False
    return found
