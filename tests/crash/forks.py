"""Loads the backend once and forks a life of web or worker whenever one is asked for.

Loading takes 2 s of CPU, and a storm starts hundreds of processes. What runs in a fork is what the
command line would run: gunicorn's own main with the same arguments, or the worker's. Started as
`python -m tests.crash.forks FD` over a socket pair; when that ends, every life ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

LISTENING = "fd://LISTENING"
_MOST = 256 * 1024


class Forks:
    """The caller's end."""

    def __init__(self, log: Path) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with log.open("ab") as said, theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.crash.forks", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self._socket = ours
        self._turn = threading.Lock()

    def start(
        self,
        what: str,
        arguments: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        listening: socket.socket | None = None,
    ) -> int:
        """Begin a life in a process group of its own; gives its number."""
        order = {"do": "start", "what": what, "argv": list(arguments), "env": dict(env)}
        order["log"] = str(log)
        return int(self._ask(order, [listening.fileno()] if listening else []))

    def ended(self, pid: int) -> int | None:
        """The exit code (negative: the signal) of a life that has ended, else None."""
        code = self._ask({"do": "reap", "pid": pid})
        return None if code is None else int(code)

    def close(self) -> None:
        """End all that still lives."""
        self._socket.close()
        self._process.wait()

    def _ask(self, order: dict[str, Any], fds: Sequence[int] = ()) -> Any:
        with self._turn:
            socket.send_fds(self._socket, [json.dumps(order).encode()], list(fds))
            answer = self._socket.recv(_MOST)
        if not answer:
            raise RuntimeError("the fork server has ended; see its log")
        return json.loads(answer)


class _Server:
    """The other end: one thread, or it could not fork."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._living: dict[int, int | None] = {}

    def serve(self) -> None:
        """Take orders until the caller is gone."""
        while True:
            try:
                message, fds, _, _ = socket.recv_fds(self._control, _MOST, 1)
            except ConnectionError:
                break
            if not message:
                break
            order = json.loads(message)
            answer = self._start(order, fds) if order["do"] == "start" else self._reap(order["pid"])
            self._control.send(json.dumps(answer).encode())
        for pid, code in self._living.items():
            if code is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    def _start(self, order: dict[str, Any], fds: Sequence[int]) -> int:
        pid = os.fork()
        if pid == 0:
            self._control.close()
            _live(order, fds)
        for fd in fds:
            os.close(fd)
        self._living[pid] = None
        return pid

    def _reap(self, pid: int) -> int | None:
        if self._living[pid] is None:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._living[pid] = os.waitstatus_to_exitcode(status)
        return self._living[pid]


def _live(order: dict[str, Any], fds: Sequence[int]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        os.umask(0o077)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os.environ.clear()
        os.environ.update(order["env"])
        argv = [f"fd://{fds[0]}" if a == LISTENING else a for a in order["argv"]]
        code = _run(order["what"], argv)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _run(what: str, argv: Sequence[str]) -> int:
    if what == "gunicorn":
        sys.argv = ["gunicorn", *argv]
        runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)
        return 0
    if what == "worker":
        from backend import worker

        return worker.main()
    if what == "cli":
        from backend import cli

        return cli.main(list(argv))
    from backend.core.settings import Settings
    from backend.preparing import prepare

    prepare(Settings.from_env())
    return 0


def _stay(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C is the caller's to answer."""


def main(fd: int) -> int:
    """Load, then fork."""
    signal.signal(signal.SIGINT, _stay)
    import gunicorn.app.wsgiapp  # noqa: F401

    import backend.app
    import backend.cli
    import backend.preparing
    import backend.worker  # noqa: F401

    if threading.active_count() != 1:
        raise RuntimeError("a thread runs already: forks would not have it")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    _Server(socket.socket(fileno=fd)).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
