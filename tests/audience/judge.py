"""Asks for real, and holds what came against the line of the table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from werkzeug.test import TestResponse

from backend.core.ids import new_id
from tests.audience.scenes import SCENES
from tests.audience.scenes.ask import Ask
from tests.audience.slate import changed
from tests.audience.table import Operation, Row
from tests.audience.world import NOW, STATES, World
from tests.factories.people import APPLICANT

_addresses = itertools.count(1)


def judge(
    world: World, operation: Operation, row: Row, audiences: Iterable[str] | None = None
) -> list[str]:
    """A sentence for each audience that did not get what its cell says."""
    told: list[str] = []
    for who in audiences or row.cells:
        with world.as_it_was(STATES.get(who, NOW)):
            got = attempt(world, operation, row.label, who)
        if got != row.cells[who]:
            told.append(f"{row.label} as {who}: {got}, and the table says {row.cells[who]}.")
    return told


def attempt(world: World, operation: Operation, label: str, who: str) -> str:
    """One request and its outcome as a cell says it; a refusal that does harm says which."""
    ask = SCENES[label](world, who)
    before = world.picture()
    response = send(world, operation, ask, token_of(world, ask, who))
    shown = response.data.decode(errors="replace")
    if response.status_code < 300:
        return "yes" if ask.mark is None or ask.mark in shown else "own"
    told = str(response.status_code)
    if APPLICANT.name in shown or APPLICANT.number in shown:
        told += ", which names the applicant"
    if touched := changed(before, world.picture()):
        told += f", which changed {touched}"
    return told


def send(world: World, operation: Operation, ask: Ask, token: str | None) -> TestResponse:
    """The request as a client would make it, each time from an address of its own."""
    path = operation.path.format(**ask.path) + ask.query
    number = next(_addresses)
    more = dict(ask.more)
    if ask.body is not None:
        more["json"] = ask.body
    return world.town.client.send(
        operation.method,
        path,
        base="",
        token=token,
        version=ask.version,
        key=str(new_id()) if operation.wants("Idempotency-Key") else None,
        address=f"10.201.{number >> 8 & 255}.{number & 255}",
        **more,
    )


def token_of(world: World, ask: Ask, who: str) -> str | None:
    """What this audience holds; a signer sits where the scene says."""
    if who == "anonymous":
        return None
    seats = world.own.seats
    by_seat = {
        "signer": ask.seat,
        "other signer": "son" if ask.seat == "husband" else "husband",
        "far signer": "far",
    }
    if who in by_seat:
        return seats[by_seat[who]].visitor.token
    return world.visitors[who].token
