"""The face engine's own process: takes jobs from a socket until its parent is gone."""

from __future__ import annotations

import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any, Protocol

from backend.core.errors import AppError

_NICENESS = 19


class Jobs(Protocol):
    """What a child can be asked to do."""

    def run(self, job: str, arguments: tuple[Any, ...]) -> Any: ...


def serve(pipe: Connection, jobs: Jobs) -> None:
    """Answer jobs by ("done", result), ("refused", (class, params)) or ("failed", kind)."""
    while True:
        try:
            job, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: tuple[str, Any] = ("done", jobs.run(job, arguments))
        except AppError as refusal:
            answer = ("refused", (type(refusal), refusal.params))
        except Exception as failure:
            # Its kind only: the text of an error may quote what was in the image.
            answer = ("failed", type(failure).__name__)
        try:
            pipe.send(answer)
        except OSError:
            return


def prepare_process() -> None:
    """Last in line for the processor; no core dump, for it would hold faces; Ctrl-C not ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)


class EngineJobs:
    """The jobs of the dlib engine; its models are loaded with the first one."""

    def __init__(self) -> None:
        self._engine: Any = None

    def run(self, job: str, arguments: tuple[Any, ...]) -> Any:
        if self._engine is None:
            from backend.adapters.face.engine import DlibEngine

            self._engine = DlibEngine()
        match job:
            case "portrait":
                return self._engine.portrait(*arguments)
            case "measure":
                return self._engine.model_sha256, self._engine.measure(*arguments)
            case _:
                raise ValueError(job)


if __name__ == "__main__":
    prepare_process()
    serve(Connection(int(sys.argv[1])), EngineJobs())
