"""A generated case gets a seat in the world: a real session, real ids and versions most of the
time, so that it comes behind the door.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from schemathesis.core.parameters import ParameterLocation as Place
from schemathesis.generation.case import Case as AnyCase

from backend.core.ids import new_id
from tests.fuzz.nasty import spoilt
from tests.fuzz.openapi import Operation
from tests.fuzz.scenes import Scene, caller, path_values, scene_of, signature
from tests.fuzz.world import World

Case = AnyCase[Any]


def seat(
    case: Case,
    world: World,
    operation: Operation,
    random: Random,
    *,
    linked: frozenset[str | None] = frozenset(),
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Change the case in place; returns what is to be sent beside it. `linked` names parameters
    that an earlier answer gave and that stay; `known` are fields of earlier answers.
    """
    scene = scene_of(world, operation.doc)
    if known is not None:
        body = {name: known[name] for name in operation.example or {} if name in known}
        scene = replace(scene, body={**scene.body, **body})
    _ids(case, world, scene, random, linked)
    _headers(case, scene, random, linked)
    _query(case, scene, random)
    if known is not None:
        case.query = dict(scene.query)
    _body(case, operation, scene, random, calm=known is not None)
    sent: dict[str, Any] = {"headers": _session(world, operation, scene, random)}
    if scene.signed and isinstance(case.body, dict):
        raw = json.dumps(case.body).encode()
        sent["headers"] |= signature(world, raw, _sendable(case.body.get("id")))
        sent["data"] = raw
    return sent


def _sendable(message_id: Any) -> str:
    """As much of it as a header carries."""
    text = str(message_id).encode("ascii", "ignore").decode()
    return "".join(sign for sign in text if sign.isprintable()).strip() or "none"


def _negative(case: Case, place: Place) -> bool:
    return case.meta is not None and case.meta.is_negative_at(place)


def _ids(
    case: Case, world: World, scene: Scene, random: Random, linked: frozenset[str | None]
) -> None:
    if _negative(case, Place.PATH) or random.random() < 0.1:
        return
    real = {**path_values(world), **scene.path}
    for name in case.path_parameters:
        if name in real and name not in linked and random.random() < 0.95:
            case.path_parameters[name] = real[name]


def _headers(case: Case, scene: Scene, random: Random, linked: frozenset[str | None]) -> None:
    if _negative(case, Place.HEADER):
        return
    if "If-Match" in case.headers and "If-Match" not in linked and random.random() < 0.9:
        case.headers["If-Match"] = f'"{scene.version}"'
    if "Idempotency-Key" in case.headers and random.random() < 0.8:
        case.headers["Idempotency-Key"] = str(new_id())


def _query(case: Case, scene: Scene, random: Random) -> None:
    if _negative(case, Place.QUERY):
        return
    for name, value in scene.query.items():
        if random.random() < 0.5:
            case.query[name] = value


def _body(case: Case, operation: Operation, scene: Scene, random: Random, *, calm: bool) -> None:
    """What a door's rules take is rarely met by chance: begin with what succeeds, and change it
    (on a walk, which wants to get somewhere, less often).
    """
    if scene.form is not None and not _negative(case, Place.BODY) and random.random() < 0.6:
        case.body = dict(scene.form)
    if operation.example is None or _negative(case, Place.BODY) or not isinstance(case.body, dict):
        return
    works = {**operation.example, **scene.body}
    if scene.signed:
        works["id"] = str(new_id())
    choice = random.random()
    if choice < (0.7 if calm else 0.1):
        case.body = works
    elif choice < 0.5:
        case.body = spoilt(works, random)
    elif choice < 0.8:
        drawn = {key: value for key, value in case.body.items() if random.random() < 0.3}
        case.body = {**works, **drawn}


def _session(world: World, operation: Operation, scene: Scene, random: Random) -> dict[str, str]:
    who = caller(scene, operation.doc)
    if random.random() < 0.05:
        who = random.choice(sorted(world.tokens))
    return {} if who is None else {"Authorization": f"Bearer {world.tokens[who]}"}
