"""One child process beside the web process that does the face work, one job at a time.

dlib keeps Python's lock, so it must not run in the web process. The child is a fresh interpreter
(as with the "spawn" start method, but without loading the parent's main module, which would cost it
the memory of the whole server). Images go to it by a socket pair: no disk, no jobs table.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from socket import socketpair
from typing import Any, Final

from backend.consent.errors import FaceEngineDown, FaceQueueFull
from backend.core import figures
from backend.core.errors import AppError

log = logging.getLogger(__name__)

ENGINE_CHILD: Final = ("-m", "backend.adapters.face.child")
_RETRY_AFTER_S: Final = 5
_END_WAIT_S: Final = 2.0


class ChildDied(Exception):
    """The child ended in the middle of a job."""


class FacePool:
    """Runs named jobs in the child; starts it on first use, and again after it broke.

    At most `max_waiting` callers wait (then FaceQueueFull with Retry-After); a job that is not done
    after `timeout` seconds ends the child and is FaceEngineDown; a child that died is rebuilt and
    the job tried once more.
    """

    def __init__(
        self,
        child: Sequence[str] = ENGINE_CHILD,
        *,
        max_waiting: int = 16,
        timeout: float = 30.0,
    ) -> None:
        self._command = tuple(child)
        self._max_waiting = max_waiting
        self._timeout = timeout
        self._count = threading.Lock()
        self._inside = 0
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def run(self, job: str, *arguments: object) -> Any:
        """The job's result; raises the child's AppError, FaceQueueFull or FaceEngineDown."""
        with _counted(), self._admitted(), figures.timed(figures.FACE_SECONDS):
            try:
                return self._once(job, arguments)
            except ChildDied:
                log.warning("the face engine died; it is started again")
            try:
                return self._once(job, arguments)
            except ChildDied as again:
                raise FaceEngineDown(retry_after=_RETRY_AFTER_S) from again

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process else None

    @property
    def is_full(self) -> bool:
        """Whether the next caller would be refused."""
        return self._inside > self._max_waiting

    @property
    def inside(self) -> int:
        """How many callers are being served or wait."""
        return self._inside

    def close(self) -> None:
        """End the child; a job that is under way is waited for as long as it may take."""
        with self._turn:
            self._end()

    @contextmanager
    def _admitted(self) -> Iterator[None]:
        with self._count:
            # One works, the others wait.
            if self._inside > self._max_waiting:
                raise FaceQueueFull(retry_after=_RETRY_AFTER_S)
            self._inside += 1
        figures.FACE_INSIDE.inc()
        try:
            with figures.timed(figures.FACE_WAIT):
                got_turn = self._turn.acquire(timeout=self._timeout)
            if not got_turn:
                raise FaceQueueFull(retry_after=_RETRY_AFTER_S)
            try:
                yield
            finally:
                self._turn.release()
        finally:
            figures.FACE_INSIDE.dec()
            with self._count:
                self._inside -= 1

    def _once(self, job: str, arguments: tuple[object, ...]) -> Any:
        pipe = self._pipe or self._start()
        try:
            pipe.send((job, arguments))
            answered = pipe.poll(self._timeout)
            answer = pipe.recv() if answered else None
        except (EOFError, OSError) as gone:
            self._end()
            raise ChildDied from gone
        if answer is None:
            log.warning("the face engine did not answer in time")
            self._end()
            raise FaceEngineDown(retry_after=_RETRY_AFTER_S)
        return _opened(answer)

    def _start(self) -> Connection:
        ours, theirs = socketpair()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, *self._command, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=_child_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        except OSError as refused:
            ours.close()
            raise FaceEngineDown(retry_after=_RETRY_AFTER_S) from refused
        finally:
            theirs.close()
        figures.FACE_STARTS.inc()
        self._pipe = Connection(ours.detach())
        return self._pipe

    def _end(self) -> None:
        pipe, process = self._pipe, self._process
        self._pipe = self._process = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.wait(_END_WAIT_S)


@contextmanager
def _counted() -> Iterator[None]:
    """Count what became of one job; a refusal, such as no face found, is an answer too."""
    try:
        yield
    except FaceQueueFull:
        figures.FACE_JOBS.labels("queue_full").inc()
        raise
    except FaceEngineDown:
        figures.FACE_JOBS.labels("engine_down").inc()
        figures.FACE.failed()
        raise
    except AppError:
        figures.FACE_JOBS.labels("refused").inc()
        figures.FACE.answered()
        raise
    figures.FACE_JOBS.labels("done").inc()
    figures.FACE.answered()


def _opened(answer: tuple[str, Any]) -> Any:
    kind, value = answer
    if kind == "done":
        return value
    if kind == "refused":
        refusal, params = value
        error: AppError = refusal(**params)
        raise error
    log.warning("the face engine failed: %s", value)
    raise FaceEngineDown(retry_after=_RETRY_AFTER_S)


def _child_environment() -> dict[str, str]:
    """No settings and no secrets of the server; one thread for every numeric library."""
    passed = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return passed | one_thread | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
