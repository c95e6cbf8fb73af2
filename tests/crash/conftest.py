"""Homes for real processes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def town_home() -> Iterator[Path]:
    """Not pytest's own folder: it shuts that to PostgreSQL's user whenever another run begins."""
    with tempfile.TemporaryDirectory(prefix="zhangban-", ignore_cleanup_errors=True) as home:
        yield Path(home)
