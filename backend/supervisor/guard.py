"""Outlives the supervisor by seconds, to end what a killed one could not.

A tiny process of its own that reads process group numbers from a pipe which only the supervisor
holds: `+N` to watch, `-N` to forget. When the pipe ends, every group that is still watched ends
too, grandchildren included. It also holds the home's lock until then, so that nobody starts on data
which the old processes still use. Runs as a bare file (`python -I -S`): only the standard library.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE = 5.0
POLL = 0.05


def watch(lines: Iterable[str]) -> set[int]:
    """Read until the pipe ends; give back the groups that were left."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def end(groups: set[int]) -> None:
    """SIGTERM, and after `GRACE` seconds SIGKILL."""
    groups = {group for group in groups if _signal(group, signal.SIGTERM)}
    until = time.monotonic() + GRACE
    while groups and time.monotonic() < until:
        time.sleep(POLL)
        groups = {group for group in groups if _signal(group, 0)}
    for group in groups:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Whether the group still has a process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    end(watch(sys.stdin))
