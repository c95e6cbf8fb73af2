"""The links of the document: each leads on from a real answer, and schemathesis walks them."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings

from tests.fuzz.openapi import Operation, operations, replay
from tests.fuzz.scenes import caller, scene_of
from tests.fuzz.walking import machine
from tests.fuzz.world import World

WALKS = int(os.environ.get("FUZZ_WALKS", "40"))
SEED = int(os.environ.get("FUZZ_SEED", "0"))
STEPS = 8
TURNS, WALKS_A_TURN, STEPS_OF_A_LINK = 8, 4, 4


def leads() -> list[tuple[str, str]]:
    """Source and target of every link."""
    return [
        (name, link["operationId"])
        for name, one in operations().items()
        for answer in one.doc["responses"].values()
        for link in answer.get("links", {}).values()
    ]


def link_of(source: Operation, target: str) -> dict[str, str]:
    [found] = [a["links"] for a in source.doc["responses"].values() if target in a.get("links", {})]
    return dict(found[target]["parameters"])


@pytest.mark.parametrize(("source", "target"), leads())
def test_a_link_leads_to_an_operation_that_takes_what_it_gives(
    world: World, source: str, target: str
) -> None:
    begin, then = operations()[source], operations()[target]
    came = replay(world, begin)
    given = {
        name: value_of(told, came, begin, world) for name, told in link_of(begin, target).items()
    }
    known = {p["name"] for p in then.parameters("path")} | {
        p["name"] for p in then.parameters("header")
    }
    assert set(given) <= known, "the link names a parameter that is none"
    token = came.get_json()["token"] if source == "identifySigner" else None
    if token is None and set(begin.doc["x-audience"]) & set(then.doc["x-audience"]):
        who = caller(scene_of(world, begin.doc), begin.doc)
        token = world.tokens.get(str(who))  # the same person goes on
    answer = replay(world, then, given=given, token=token)
    assert answer.status_code not in (400, 404, 412, 428), answer.get_data(as_text=True)


def value_of(expression: str, came: Any, begin: Operation, world: World) -> str:
    """A runtime expression of OpenAPI, read off the answer; an embedded one stands in braces."""
    head, brace, rest = expression.partition("{")
    if brace:
        inner, _, tail = rest.partition("}")
        return head + value_of(inner, came, begin, world) + tail
    kind, _, place = expression.removeprefix("$").partition("#/")
    if kind == "response.body":
        found: Any = came.get_json()
        for step in place.split("/"):
            found = found[int(step)] if isinstance(found, list) else found[step]
        return str(found)
    if kind == "response.header.ETag":
        return str(came.headers["ETag"])
    name = kind.removeprefix("request.path.")
    return scene_of(world, begin.doc).path.get(name) or world.facts["link"]


# Links that one person cannot follow to the end at once, and what says so: the next step there is
# somebody else's, or lacks what a third operation makes.
REFUSED = {
    ("createApplication", "submitApplication"): "application_incomplete",  # no photo is there yet
    ("submitApplication", "inviteConsent"): "not_a_signer",  # the receipt names no member
    ("createCounterApplication", "submitApplication"): "application_incomplete",
    # whoever walks goes on in the same seat where one may be of both audiences: the applicant here
    ("submitApplication", "acceptApplication"): "not_allowed",
    ("submitApplication", "requestCorrection"): "not_allowed",
    ("submitApplication", "rejectApplication"): "not_allowed",
    ("getWorklist", "acceptApplication"): "consents_outstanding",
    ("createFaceChallenge", "checkFace"): "reference_broken",  # the portrait of another sitting
    ("recordCounterConsent", "confirmCounterConsent"): "same_witness",
    ("postWish", "publishWish"): "not_allowed",  # by who posted it
    ("listBackofficeTasks", "enterBackofficeObjection"): "bo_role_missing",
}


@pytest.mark.parametrize(("source", "target"), leads())
def test_schemathesis_walks_each_link(
    world: World, as_documented: schemathesis.BaseSchema, source: str, target: str
) -> None:
    """A walk over the whole document takes a few of them by chance, so each gets its own, in turns
    of a few walks until it was followed; the seeds are the same in every run.
    """
    wanted = (source, target, REFUSED.get((source, target), ""))
    walked: set[tuple[str, str, str]] = set()
    for turn in range(TURNS):
        world.put_back()
        pair = as_documented.include(operation_id=[source, target])
        walking = machine(world, pair, SEED)
        seed(SEED + turn)(walking).run(settings=walks(WALKS_A_TURN, STEPS_OF_A_LINK))
        walked |= walking.walked
        if wanted in walked:
            return
    pytest.fail(f"{wanted} was never walked, only {sorted(walked)}")


def test_schemathesis_walks_the_whole_document(
    world: World, schema: schemathesis.BaseSchema
) -> None:
    walking = machine(world, schema, SEED)
    seed(SEED)(walking).run(settings=walks(WALKS, STEPS))
    assert {code for *_, code in walking.walked} > {""}  # some are followed, some refused


def walks(number: int, steps: int) -> settings:
    return settings(
        max_examples=number, stateful_step_count=steps, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
