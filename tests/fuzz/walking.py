"""Schemathesis' state machine with a seat for every step: along a link the same person goes on,
with what the answers so far have told.
"""

from __future__ import annotations

from random import Random
from typing import Any

import schemathesis
from schemathesis import GenerationMode

from tests.fuzz.checks import checks
from tests.fuzz.openapi import Operation, operations
from tests.fuzz.scenes import caller, scene_of
from tests.fuzz.seating import Case, seat
from tests.fuzz.world import World

_SIGNERS = {"signer", "challenged", "verified"}
_TOLD = ("invitationId", "challengeId", "reference", "receiptCode", "memberId")


class Memory:
    """Fields of the answers so far, and the sessions that came of them."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self.sitting = self.session = ""

    def look(self, response: Any, operation: Operation) -> None:
        """Keep what later bodies and headers may name."""
        kind = response.headers.get("content-type", [""])[0]
        if response.status_code >= 300 or not response.content or "json" not in kind:
            return
        body = response.json()
        self.known |= {name: body[name] for name in _TOLD if name in body}
        if "statement" in body:
            self.known["statementHash"] = body["statement"]["hash"]
        if body.get("members") and "id" in body["members"][0]:
            self.known["memberId"] = body["members"][0]["id"]
        if operation.id == "identifySigner":
            self.sitting = f"Bearer {body['token']}"

    def session_of(self, world: World, operation: Operation, source: Operation | None) -> str:
        """Who takes this step; empty where the scene's own caller does."""
        if self.sitting and caller(scene_of(world, operation.doc), operation.doc) in _SIGNERS:
            return self.sitting
        if source and set(source.doc["x-audience"]) & set(operation.doc["x-audience"]):
            return self.session
        return ""


def machine(world: World, schema: schemathesis.BaseSchema, seed: int) -> Any:  # noqa: C901 - methods
    """The machine's class; `walked` holds the pairs of operations that a link led along, and the
    problem's code with which the second was refused, empty where it succeeded.
    """
    # What is wrong by itself is asked for elsewhere; a walk is about what follows from what.
    schema.config.phases.stateful.generation.modes = [GenerationMode.POSITIVE]
    base: Any = schema.as_state_machine()
    by_label = {f"{one.method} {one.path}": one for one in operations().values()}

    class Walking(base):  # type: ignore[misc]
        walked: set[tuple[str, str, str]] = set()  # noqa: RUF012 - of all walks together

        def setup(self) -> None:
            world.put_back()
            self.memory, self.random = Memory(), Random(seed)  # noqa: S311 - repeatable
            self.linked: frozenset[str | None] = frozenset()
            self.source: Operation | None = None

        def step(self, input: Any) -> Any:
            self.linked = frozenset(name for _, name in input.applied_parameters)
            self.source = None
            if input.transition is not None:
                parent = self.recorder.cases[input.transition.parent_id].value
                self.source = by_label[parent.operation.label]
            return super().step(input)

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            operation, memory = by_label[case.operation.label], self.memory
            sent = seat(case, world, operation, self.random, linked=self.linked, known=memory.known)
            session = memory.session_of(world, operation, self.source)
            if session:
                sent["headers"]["Authorization"] = session
            memory.session = sent["headers"].get("Authorization", "")
            return sent

        def after_call(self, response: Any, case: Case) -> None:
            super().after_call(response, case)
            operation = by_label[case.operation.label]
            self.memory.look(response, operation)
            if self.source and self.linked:
                refused = response.status_code >= 300
                code = str(response.json()["code"]) if refused else ""
                self.walked.add((self.source.id, operation.id, code))

        def validate_response(self, response: Any, case: Case, **sent: Any) -> None:
            case.validate_response(
                response,
                checks(case, probing=False),
                headers=sent["headers"],
                transport_kwargs=sent,
                recorder=self.recorder,
            )

    return Walking
