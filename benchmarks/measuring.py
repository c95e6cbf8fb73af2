"""One measurement: a load process, a server's CPU before and after, and what both come to."""

from __future__ import annotations

import base64
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.serving import Server, tree_cpu


@dataclass(frozen=True)
class Figures:
    """What one run, or the median of several, showed."""

    requests: int
    rps: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # the server's own tree, per request
    db_cpu_us: float  # PostgreSQL's, per request; SQLite works within the server

    def as_json(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in vars(self).items()}


class Load:
    """The load process, alive for a whole run."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(
        self,
        port: int,
        requests: Sequence[bytes],
        *,
        expect: int,
        clients: int,
        seconds: float,
        most: int = 10**9,
    ) -> tuple[float, list[float]]:
        """Seconds taken and each answer's time; any other status than `expect` is an error."""
        asked = {
            "port": port,
            "requests": [base64.b64encode(one).decode() for one in requests],
            "expect": expect,
            "clients": clients,
            "seconds": seconds,
            "most": most,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the load process ended")
        found = json.loads(answer)
        if found["wrong"]:
            raise RuntimeError(f"not what was expected: {found['wrong']}")
        return found["seconds"], found["times"]


@contextmanager
def loading() -> Iterator[Load]:
    """A load process."""
    command = (sys.executable, "-m", "benchmarks.load")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Load(process)
        finally:
            process.terminate()


def measure(
    load: Load, server: Server, database: int | None, requests: Sequence[bytes], **how: Any
) -> Figures:
    """One run against one server."""
    before, stored = server.cpu_seconds(), tree_cpu(database) if database else 0.0
    took, times = load.run(server.port, requests, **how)
    used = server.cpu_seconds() - before
    worked = tree_cpu(database) - stored if database else 0.0
    count = len(times)
    return Figures(
        count,
        count / took,
        quantile(times, 0.5) * 1000,
        quantile(times, 0.99) * 1000,
        used / count * 1e6,
        worked / count * 1e6,
    )


def median(rounds: Sequence[Figures]) -> Figures:
    """Each figure's median over the rounds."""
    names = Figures.__dataclass_fields__
    values = {name: statistics.median(getattr(f, name) for f in rounds) for name in names}
    return Figures(**{**values, "requests": sum(f.requests for f in rounds)})


def quantile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]
