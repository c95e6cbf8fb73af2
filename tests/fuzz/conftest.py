"""The world of the fuzz, made once a test process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis

from backend.core.clocks import FixedClock
from backend.core.crypto import KeyRing
from tests.conftest import own_database
from tests.factories.house import open_town, seed
from tests.fuzz import story
from tests.fuzz.keeping import FileKeeper, Keeper, TemplateKeeper
from tests.fuzz.world import World


@pytest.fixture(scope="session")
def told(
    seeded_sqlite: Path, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "world.db"
    shutil.copy(seeded_sqlite, path)
    yield from _told(f"sqlite:///{path}", FileKeeper(path), ring, folder)


@pytest.fixture(scope="session")
def told_on_postgres(
    postgres_server: str, worker_name: str, ring: KeyRing, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with own_database(postgres_server, f"zb_{worker_name}_fuzz") as url:
        seed(url, ring)
        yield from _told(url, TemplateKeeper(url), ring, tmp_path_factory.mktemp("fuzz-pg"))


def _told(url: str, keeper: Keeper, ring: KeyRing, folder: Path) -> Iterator[World]:
    for town in open_town(url, ring, FixedClock(), folder):
        world = World(town, keeper)
        story.tell(world)
        yield world
        world.close()


@pytest.fixture(params=["told", "told_on_postgres"], ids=["sqlite", "postgresql"])
def either_world(request: pytest.FixtureRequest) -> World:
    """As `world`, on either database."""
    told: World = request.getfixturevalue(request.param)
    told.put_back()
    return told


@pytest.fixture
def world(told: World) -> World:
    """As the story left it."""
    told.put_back()
    return told


@pytest.fixture(scope="session")
def schema(told: World) -> schemathesis.BaseSchema:
    """The served document as schemathesis reads it."""
    return _read(told)


@pytest.fixture(scope="session")
def as_documented(told: World) -> schemathesis.BaseSchema:
    """The same, with no links but the document's own: schemathesis infers many more."""
    found = _read(told)
    found.config.phases.stateful.inference.algorithms = []
    return found


def _read(told: World) -> schemathesis.BaseSchema:
    found = schemathesis.openapi.from_wsgi("/openapi.json", told.app)
    # Too large, and a version that never was (If-Match), are refusals too.
    found.config.checks.negative_data_rejection.expected_statuses += ["412", "413"]
    found.config.checks.missing_required_header.expected_statuses += ["428"]
    found.config.output.sanitization.enabled = False
    return found
