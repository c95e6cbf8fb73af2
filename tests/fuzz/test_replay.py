"""Every request example of the OpenAPI is sent: with real ids in it it succeeds, as it is published
it is at least never called invalid.
"""

from __future__ import annotations

import pytest

from tests.fuzz.openapi import operations, replay
from tests.fuzz.scenes import scene_of
from tests.fuzz.world import World

NOT_UNDERSTOOD = {400, 415, 422}


@pytest.mark.parametrize("operation", sorted(operations()))
def test_every_operation_is_reached(either_world: World, operation: str) -> None:
    response = replay(either_world, operations()[operation])
    assert 200 <= response.status_code < 300, response.get_data(as_text=True)


WITH_EXAMPLE = sorted(name for name, one in operations().items() if one.example is not None)


@pytest.mark.parametrize("operation", WITH_EXAMPLE)
def test_an_example_as_it_is_published_is_never_called_invalid(
    world: World, operation: str
) -> None:
    found = operations()[operation]
    response = replay(world, found, as_shown=True)
    refused = response.status_code in NOT_UNDERSTOOD
    assert refused == bool(scene_of(world, found.doc).as_shown), response.get_data(as_text=True)
