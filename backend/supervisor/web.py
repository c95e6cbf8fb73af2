"""The web process: gunicorn's command line, for the supervisor and for `zhangban serve`."""

from __future__ import annotations

import sys
from pathlib import Path

THREADS = 16
# Less than the supervisor's own grace time: requests end in order before anybody kills.
GRACE_SECONDS = 8
# How long a caller may be silent within a request: a phone on a weak network pauses for seconds.
PATIENCE_SECONDS = 8
WORKER = "backend.supervisor.bounded_worker.BoundedWorker"
LOGGER = "backend.supervisor.blind_log.BlindLogger"
APP = "backend.app:wsgi()"


def web_command(
    bind: str,
    *,
    workers: int = 1,
    threads: int = THREADS,
    app: str = APP,
    patience: int = PATIENCE_SECONDS,
    log_level: str = "info",
) -> tuple[str, ...]:
    """Serve `app` at `bind`: `host:port`, or `fd://N` for an open listening socket."""
    return (
        *(sys.executable, "-m", "gunicorn", app, "--bind", bind),
        *("--worker-class", WORKER, "--workers", str(workers), "--threads", str(threads)),
        *("--keep-alive", str(patience)),
        *("--graceful-timeout", str(GRACE_SECONDS), "--no-control-socket"),
        *("--logger-class", LOGGER),
        # What it says at "debug" quotes callers.
        *("--log-level", "info" if log_level == "debug" else log_level),
        # The heartbeat file on a slow disk would stall the worker.
        *(("--worker-tmp-dir", "/dev/shm") if Path("/dev/shm").is_dir() else ()),  # noqa: S108
    )
