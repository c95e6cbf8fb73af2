"""A town in which people wish and give."""

from __future__ import annotations

import pytest

from tests.factories.house import Town
from tests.factories.wishes import Street


@pytest.fixture
def street(town: Town) -> Street:
    return Street(town)
