"""A child for the pool's tests: answers, refuses, fails, dies or hangs as it is told."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from backend.adapters.face.child import prepare_process, serve
from backend.consent.errors import WrongTurn

SECRET = "a text that must not get out"


class ToldJobs:
    def run(self, job: str, arguments: tuple[Any, ...]) -> Any:
        return getattr(self, job)(*arguments)

    def echo(self, value: object) -> object:
        return value

    def process(self) -> tuple[int, int, list[str]]:
        return os.getpid(), os.nice(0), sorted(os.environ)

    def refuse(self) -> None:
        raise WrongTurn(action="turn_left")

    def fail(self) -> None:
        raise ZeroDivisionError(SECRET)

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def die_once(self, marker: str) -> str:
        if not Path(marker).exists():
            Path(marker).touch()
            self.die()
        return "second time"

    def hang(self, marker: str) -> None:
        Path(marker).write_text("hanging")
        signal.pause()

    def wait_for(self, fifo: str) -> str:
        with open(fifo) as told:
            return told.read()


if __name__ == "__main__":
    prepare_process()
    serve(Connection(int(sys.argv[1])), ToldJobs())
