"""A fresh platform for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.factories.platform import Platform, running_platform


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as running:
        yield running
