"""Tells numbered steps, holds what comes against what should come, and waits within bounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from miniprogram_mock.client import Problem

T = TypeVar("T")
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.1


class Differs(Exception):
    """A step did not end as it should; the text says what was expected and what came."""


class Story:
    """Prints the play; the first difference ends it as `Differs`."""

    def __init__(self) -> None:
        self.number = 0
        self.began = time.monotonic()

    def step(self, zh: str, en: str) -> None:
        """Begin the next step."""
        self.number += 1
        _say(f"\n{self.number:2d}. {zh}  [{self.seconds:.1f} s]\n    {en}")

    def result(self, zh: str, en: str = "") -> None:
        """Say what came of the step, or of a part of it."""
        _say(f"    ✓ {zh}" + (f" · {en}" if en else ""))

    def line(self, text: str) -> None:
        """A line of something that is shown, such as the timeline."""
        _say(f"      {text}")

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began


def expect(what: str, got: object, wanted: object) -> None:
    """Raise Differs unless both are equal."""
    if got != wanted:
        raise Differs(f"{what}: expected {wanted!r}, got {got!r}")


def expect_that(what: str, holds: object) -> None:
    """Raise Differs unless it holds."""
    if not holds:
        raise Differs(what)


def expect_problem(call: Callable[[], Any], status: int, code: str) -> Problem:
    """The refusal that `call` must meet, with its sentences in both languages."""
    try:
        call()
    except Problem as problem:
        expect("status of the refusal", problem.status, status)
        expect("code of the refusal", problem.code, code)
        for sentence in ("title", "detail", "titleEn", "detailEn"):
            expect_that(f"{code} has no {sentence}", problem.body.get(sentence))
        return problem
    raise Differs(f"expected the refusal {status} {code}, but the server said yes")


def wait_for(what: str, look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """What `look` finds, asked again and again; Differs when it finds nothing for too long."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > until:
            raise Differs(f"{what}: not within {seconds:g} s")
        time.sleep(POLL_SECONDS)


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{fen // 100:,}.{fen % 100:02d}"


def _say(text: str) -> None:
    print(text, flush=True)
