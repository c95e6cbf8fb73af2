"""A real server for the attacks that come over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.core.crypto import KeyRing
from tests.factories.served import Place, Process, place


@pytest.fixture
def home(tmp_path: Path, seeded_sqlite: Path, ring: KeyRing) -> Iterator[Place]:
    """A home nobody serves yet."""
    found = place(tmp_path / "home", seeded_sqlite, ring)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, seeded_sqlite: Path, ring: KeyRing
) -> Iterator[Process]:
    """One web process for all attacks of a file: it must outlive them."""
    found = place(tmp_path_factory.mktemp("served"), seeded_sqlite, ring)
    yield found.start()
    found.stop()
