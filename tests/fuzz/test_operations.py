"""Schemathesis over every operation: the edges of each schema one by one, then drawn requests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.fuzz.checks import checks
from tests.fuzz.openapi import Operation, operations
from tests.fuzz.seating import Case, seat
from tests.fuzz.world import World

# `make fuzz N=…` asks for more, from another seed.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
MODES = list(GenerationMode)


def ask(case: Case, world: World, operation: Operation, random: Random) -> None:
    """Send one case from its seat, hold the answer against the document, put the world back."""
    sent = seat(case, world, operation, random)
    response = case.call(**sent)
    reached = 200 <= response.status_code < 300
    wanted = checks(case, probing=reached and operation.id not in world.probed)
    case.validate_response(response, wanted, headers=sent["headers"], transport_kwargs=sent)
    if reached:
        world.probed.add(operation.id)
    world.put_back()


@pytest.mark.parametrize("name", sorted(operations()))
def test_the_edges_of_every_schema(world: World, schema, name: str) -> None:
    operation = operations()[name]
    found = schema[operation.path][operation.method]
    config = schema.config.generation_for(operation=found, phase="coverage")
    cases: Iterator[Case] = schema.iter_coverage_cases(
        found, generation_modes=MODES, generation_config=config
    )
    for number, case in enumerate(cases):
        ask(case, world, operation, Random(f"{SEED}{name}{number}"))  # noqa: S311 - repeatable


@pytest.mark.parametrize("name", sorted(operations()))
def test_drawn_requests(world: World, schema, name: str) -> None:
    operation = operations()[name]
    found = schema[operation.path][operation.method]
    drawn = st.one_of([found.as_strategy(generation_mode=mode) for mode in MODES])

    @settings(
        max_examples=EXAMPLES, derandomize=not SEED, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=drawn, salt=st.integers(0, 2**32))
    def asked(case: Case, salt: int) -> None:
        ask(case, world, operation, Random(salt))  # noqa: S311 - repeatable

    if SEED:
        asked = seed(SEED)(asked)
    asked()
